import { LlmContractsError } from '../src/errors.ts'
import type { Exchange } from '../src/wire/exchange.ts'
import { seenHere, watch, type Seen } from '../src/wire/seen.ts'
import { readReply } from '../src/wire/reply.ts'
import { renderEvidence } from '../src/wire/evidence.ts'
import type { Claim, Finding } from './finding.ts'
import { awaited, type Matcher } from './matcher.ts'
import { kindOf, thrown } from '../src/wire/text.ts'
import { isThenable } from './_guards.ts'
import { drained } from './_handed.ts'
import { elapsed } from '../src/wire/clock.ts'

/** What a client did, whatever it is built on: every exchange on the wire, and what came out of it in the end. */
export interface Deed {
  /** In the order in which the responses began. */
  readonly exchanges: readonly [Exchange, ...Exchange[]]
  /** What the client returned: of a stream the list of its parts, of a body its text or its events. Undefined where it threw. */
  readonly value: unknown
  /** What the client threw. */
  readonly error: unknown
  /** Milliseconds from the call to its end. */
  readonly took: number
}

/** A matcher of what a client does, before it meets Vitest. */
export interface ClientRule<A extends unknown[]> {
  /** Throws `bad-option` for arguments that mean nothing. */
  demand?(...args: A): void
  /** The sentence goes on after "Expected the client to". */
  claim(...args: A): Claim
  /** What the client did wrong; undefined where it kept to the claim. */
  judge(deed: Deed, ...args: A): Finding | undefined
  /** The deed in lines, below every failure. */
  tell(deed: Deed): readonly string[]
}

/**
 * Builds an asynchronous matcher of a client's behaviour over all its requests, for the promise of a call or a function
 * that makes it. Nothing of it concerns a provider's verdict.
 */
export function clientMatcher<A extends unknown[]>(name: string, rule: ClientRule<A>): Matcher<A> {
  return awaited(name, async (_, __, received, args) => {
    rule.demand?.(...args)
    const deed = await follow(name, received)
    const finding = rule.judge(deed, ...args)
    const pass = finding === undefined
    return { pass, message: () => render(name, rule.claim(...args), rule.tell(deed), deed, finding) }
  })
}

async function follow(name: string, received: unknown): Promise<Deed> {
  const called = typeof received === 'function'
  if (!called && !isThenable(received)) {
    const what = `${name} watches a client while it asks, and got ${kindOf(received)}.`
    throw new LlmContractsError(
      'not-on-the-wire',
      `${what} Give it the promise of a call, or a function that makes it.`,
    )
  }
  const started = elapsed()
  const seen: Seen | undefined = called ? { exchanges: [], complaints: [] } : seenHere()
  const before = seen?.exchanges.length ?? 0
  const end = called
    ? (await watch(() => settle(() => (received as () => unknown)()), seen)).value
    : await settle(() => received)
  const took = elapsed() - started
  const complaint = seen?.complaints[0] ?? (end.error instanceof LlmContractsError ? end.error : undefined)
  if (complaint !== undefined) throw complaint
  const [first, ...others] = seen?.exchanges.slice(before) ?? []
  if (first !== undefined) return { exchanges: [first, ...others], ...end, took }
  const cause = end.error === undefined ? '' : ` It threw: ${thrown(end.error)}`
  throw new LlmContractsError('not-on-the-wire', `${name} saw no request to a known provider.${cause}`)
}

async function settle(start: () => unknown): Promise<Pick<Deed, 'value' | 'error'>> {
  try {
    return { value: await drained(await start()), error: undefined }
  } catch (error) {
    return { value: undefined, error }
  }
}

function render(
  name: string,
  { args, sentence }: Claim,
  told: readonly string[],
  { exchanges }: Deed,
  finding: Finding | undefined,
): string {
  const not = finding === undefined ? 'not ' : ''
  const check = `expect(call)${finding === undefined ? '.not' : ''}.${name}(${args.join(', ')})`
  const next = finding?.next === undefined ? [] : [`Next: ${finding.next}`]
  const body = [`Expected the client ${not}to ${sentence}.`, ...(finding?.lines ?? ['It did.']), ...told, ...next]
  return [check, '', ...body, '', renderEvidence(readReply(exchanges.at(-1) ?? exchanges[0]))].join('\n')
}
