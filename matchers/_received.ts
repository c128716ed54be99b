import { setImmediate as tick } from 'node:timers/promises'
import { LlmContractsError } from '../src/errors.ts'
import type { Exchange } from '../src/wire/exchange.ts'
import { readReply } from '../src/wire/reply.ts'
import { exchangeOf, seenHere, watch } from '../src/wire/seen.ts'
import type { Seen } from '../src/wire/seen.ts'
import type { Reply } from '../src/wire/types.ts'
import { causes, exchangeOfChunks, exchangeOfError, exchangeOfValue, transportTrouble } from './_identify.ts'
import { follow, wasConsumed } from './_follow.ts'
import type { Outcome } from './_follow.ts'
import { isExchange, isReply, isThenable } from './_guards.ts'
import { holdsPartOf } from './_held.ts'
import { isOfClient } from './_whose.ts'
import { counted, excerpt, inCode, kindOf, printable } from '../src/wire/text.ts'

/**
 * Finds the exchange behind whatever a user has in hand, waits until it has ended, and reads it. The wire is judged: an
 * error of the SDK, or what it made of the answer, serves only to find the exchange.
 *
 * @throws LlmContractsError `transport` where no answer came, `not-on-the-wire` where no exchange belongs to what was
 * received, and whatever complaint the recorder has, such as `missing-recording`. An error of the user's own code, such
 * as an assertion in it that failed, is thrown on as it is.
 */
export async function receive(received: unknown): Promise<Reply> {
  if (isReply(received)) return received
  if (isExchange(received)) return readReply(received)
  const called = typeof received === 'function'
  const seen: Seen | undefined = called ? { exchanges: [], complaints: [] } : seenHere()
  const before = received instanceof Error ? 0 : isThenable(received) ? (seen?.exchanges.length ?? 0) : Infinity
  const outcome = called
    ? (await watch(() => follow(() => (received as () => unknown)()), seen)).value
    : await follow(() => received)
  // The recorder may note the end of a body a moment after its reader.
  await tick()
  const complaint = seen?.complaints[0] ?? complaintIn(outcome)
  if (complaint !== undefined) throw complaint
  const passed = seen?.exchanges.slice(called ? 0 : before) ?? []
  const tied = identified(outcome, seen)
  const foreign = tied === undefined || outcome.kind === 'stream' ? errorOfUser(outcome) : undefined
  // Thrown by the user's code, it is the user's to see; handed over as a value, it is only of no use here.
  if (foreign !== undefined && !(received instanceof Error)) throw foreign.error
  const exchange = tied ?? (foreign === undefined ? sought(outcome, called, passed, seen) : undefined)
  if (exchange === undefined) throw unknownOrigin(outcome, called, seen)
  for (let waits = 0; exchange.response.end === 'open' && waits < 20; waits += 1) await tick()
  return readReply(exchange)
}

function identified(outcome: Outcome, seen: Seen | undefined): Exchange | undefined {
  const newestFirst = seen?.exchanges.toReversed() ?? []
  const { response } = outcome as { readonly response?: Response }
  const tied = response === undefined ? undefined : (exchangeOf(response) ?? exchangeOf(response.headers))
  if (tied !== undefined || outcome.kind === 'response') return tied
  if (outcome.kind === 'error') return exchangeOfError(outcome.error, newestFirst)
  if (outcome.kind === 'value') return exchangeOfValue(outcome.value, newestFirst)
  const failed = exchangeOfError(outcome.error, newestFirst)
  if (failed !== undefined || !wasConsumed(outcome)) return failed ?? exchangeOfChunks(outcome.chunks, newestFirst)
  const [only, ...others] = streamedIn(seen)
  return others.length === 0 ? only : undefined
}

/** What a function, promise or stream threw where neither the call nor a client had failed. */
function errorOfUser(outcome: Outcome): { readonly error: unknown } | undefined {
  if (outcome.kind !== 'error' && (outcome.kind !== 'stream' || outcome.error === undefined)) return undefined
  return isOfClient(outcome.error) || wasConsumed(outcome) ? undefined : { error: outcome.error }
}

function streamedIn(seen: Seen | undefined): Exchange[] {
  return (seen?.exchanges ?? []).filter((exchange) => readReply(exchange).stream !== undefined)
}

/** An error of this package's own that the client only handed on. */
function complaintIn(outcome: Outcome): LlmContractsError | undefined {
  const chain = 'error' in outcome ? causes(outcome.error) : []
  return chain.find((cause) => cause instanceof LlmContractsError)
}

/** The exchange that must be meant, because it passed while the matcher waited for just this. */
function meant(outcome: Outcome, called: boolean, passed: readonly Exchange[]): Exchange | undefined {
  const last = passed.at(-1)
  const cause = 'error' in outcome ? outcome.error : undefined
  const trouble = transportTrouble(cause)
  const answered = last?.response.end === 'aborted' && last.response.failure === undefined
  if (trouble !== undefined && !answered) {
    const why = 'That keeps no promise and breaks none, so it fails with .not too.'
    throw new LlmContractsError('transport', `The call got no answer to judge: ${printable(trouble)}. ${why}`, {
      cause,
    })
  }
  return called || passed.length === 1 ? last : undefined
}

/** The exchange of what bears no mark of one: the one that passed meanwhile, or of whose answer something is left. */
function sought(outcome: Outcome, called: boolean, passed: readonly Exchange[], seen: Seen | undefined) {
  const exchange = meant(outcome, called, passed) ?? given(outcome)
  if (exchange !== undefined || outcome.kind !== 'value') return exchange
  const [only, ...others] = seen?.exchanges ?? []
  return only !== undefined && others.length === 0 && holdsPartOf(outcome.value, only) ? only : undefined
}

function given(outcome: Outcome): Exchange | undefined {
  if (outcome.kind !== 'response' || outcome.body === undefined) return undefined
  const { status, headers } = outcome.response
  return {
    request: undefined,
    response: { status, headers: Object.fromEntries(headers), ...outcome.body },
    provider: undefined,
    evidence: { seen: 'given', number: 1 },
  }
}

function unknownOrigin(outcome: Outcome, called: boolean, seen: Seen | undefined): LlmContractsError {
  const cause = 'error' in outcome ? outcome.error : undefined
  const count = seen?.exchanges.length ?? 0
  const known =
    count === 1 ? 'which did not come from the one exchange' : `which came from none of the ${count} exchanges`
  const streamed = streamedIn(seen).length
  const which = streamed === 0 ? 'and no streamed exchange was' : `which may be any of ${streamed} streamed exchanges`
  const none = seen === undefined ? 'and no recorder was watching' : 'and no exchange was seen here'
  const where = count === 0 ? none : `${wasConsumed(outcome) ? which : known} seen here`
  const what = called
    ? `a function that made no call and ${cause === undefined ? 'gave' : 'threw'} ${described(outcome)}`
    : `${described(outcome)}, ${where}`
  return new LlmContractsError('not-on-the-wire', `The matcher received ${what}. ${advice(outcome)}`, { cause })
}

function advice(outcome: Outcome): string {
  if (outcome.kind === 'response') return 'Give it to the matcher before its body is read.'
  if (wasConsumed(outcome)) return 'Give it to the matcher before it is read, or give the promise of the call.'
  return 'Pass the promise of the call without await, a Response, or a function that makes the call.'
}

function described(outcome: Outcome): string {
  if (outcome.kind === 'response') return 'a Response whose body was already read'
  if (outcome.kind === 'error') return excerpt(String(outcome.error), 120)
  if (outcome.kind === 'value') return `${kindOf(outcome.value)}${shown(outcome.value)}`
  return wasConsumed(outcome)
    ? 'a stream that was already read'
    : `a stream of ${counted(outcome.chunks.length, 'chunk')}`
}

function shown(value: unknown): string {
  return value === undefined || value === null ? '' : ` (${inCode(value)})`
}
