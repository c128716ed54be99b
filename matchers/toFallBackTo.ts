import { isRecord } from '../src/wire/guards.ts'
import { LlmContractsError } from '../src/errors.ts'
import type { Reply } from '../src/wire/types.ts'
import { excerpt, inCode, thrown } from '../src/wire/text.ts'
import { holdsBegun, textsOf } from './_handed.ts'
import { attemptsOf, isBeside, renderAttempt, type Attempt } from './_route.ts'
import { clientMatcher, type Deed } from './client.ts'
import { found, type Finding } from './finding.ts'

/** A provider by name, or as `providers` and `defineProvider` give it. */
type Named = string | { readonly name: string }

/** What `toFallBackTo` expects besides the route. */
export interface FallbackExpectations {
  /** The provider that fails first: make it with `faults`. */
  readonly from: Named
  /** Milliseconds from the call to its end. */
  readonly within?: number
  /** Mocks (`vi.fn()`) of what the application does besides asking: none may run more than once. */
  readonly once?: readonly { readonly mock: { readonly calls: readonly unknown[] } }[]
}

const nameOf = (named: Named) => (typeof named === 'string' ? named : named.name)

/** The application turns to a second provider where the first fails, and hands on the second one's answer alone. */
export const toFallBackTo = clientMatcher('toFallBackTo', {
  demand(to: Named, expectations: FallbackExpectations) {
    const bad = (what: string) => new LlmContractsError('bad-option', `toFallBackTo: ${what}`)
    const isNamed = (one: unknown) => typeof one === 'string' || (isRecord(one) && typeof one['name'] === 'string')
    const { from, within, once } = isRecord(expectations) ? (expectations as FallbackExpectations) : { from: undefined }
    if (!isNamed(to) || from === undefined || !isNamed(from)) {
      throw bad("it takes a provider and { from }: write toFallBackTo('qwen', { from: 'openai' }).")
    }
    if (once?.some((one) => !Array.isArray((one as Partial<typeof one>)?.mock?.calls)) === true) {
      throw bad('once holds what is no mock: write vi.fn() around what must run once.')
    }
    if (nameOf(to) === nameOf(from)) throw bad(`${nameOf(to)} is both the first and the second provider.`)
    if (within !== undefined && !(within > 0)) throw bad(`within is ${inCode(within)}: write milliseconds above 0.`)
  },
  claim(to, { from, within }) {
    const limit = within === undefined ? '' : ` within ${within} ms`
    return {
      args: [inCode(nameOf(to)), inCode({ from: nameOf(from), ...(within && { within }) })],
      sentence: `turn from ${nameOf(from)} to ${nameOf(to)}${limit}`,
    }
  },
  judge(deed, to, { from, within, once = [] }) {
    const attempts = attemptsOf(deed.exchanges)
    const [first, second] = [nameOf(from), nameOf(to)]
    const answering = attempts.findIndex((attempt) => by(attempt, second))
    const before = answering < 0 ? attempts : attempts.slice(0, answering)
    mustHaveFailed(before, first, deed.error)
    const wrong = routeOf(attempts, answering, first, second) ?? mixed(deed, attempts, answering) ?? twice(once)
    if (wrong !== undefined || within === undefined || deed.took <= within) return wrong
    return found('fallback.route-proof', `It took ${Math.round(deed.took)} ms.`)
  },
  tell: (deed) => attemptsOf(deed.exchanges).map(renderAttempt),
})

const by = ({ exchange }: Attempt, name: string) => exchange.provider?.name === name

function mustHaveFailed(before: readonly Attempt[], first: string, error: unknown): void {
  const asked = before.filter((attempt) => by(attempt, first))
  const isSpoilt = asked.some(({ failed, exchange }) => failed !== undefined || exchange.evidence.fault !== undefined)
  if (isSpoilt || (asked.length > 0 && error !== undefined)) return
  const what = asked.length === 0 ? `${first} was not asked first` : `${first} answered`
  throw new LlmContractsError(
    'bad-option',
    `${what}, so there was nothing to fall back from. Make it fail: faults.serverError(503, { provider: '${first}', times: 3 }).`,
  )
}

function routeOf(attempts: readonly Attempt[], answering: number, first: string, second: string): Finding | undefined {
  if (answering < 0) return found('fallback.route-proof', `It never asked ${second}.`)
  const last = attempts.at(-1)
  if (last !== undefined && by(last, first)) return found('fallback.route-proof', `It went back to ${first}.`)
  const answerer = attempts[answering]
  const before = attempts.slice(0, answering).filter((one) => by(one, first))
  if (answerer !== undefined && before.some((one) => isBeside(answerer, one)))
    return found('fallback.route-proof', `It asked ${second} before ${first} had answered.`)
  const stranger = attempts.find((attempt) => !by(attempt, first) && !by(attempt, second))
  if (stranger !== undefined)
    return found('fallback.route-proof', `It asked ${stranger.exchange.provider?.name} on the way.`)
  if (last?.failed === undefined) return undefined
  return found('fallback.route-proof', `${second} failed too: ${last.failed.kind} (${last.failed.evidence}).`)
}

/** What a failing provider had streamed before it broke must not reach the caller. */
function mixed({ value, error }: Deed, attempts: readonly Attempt[], answering: number): Finding | undefined {
  if (error !== undefined)
    return found(
      'fallback.route-proof',
      `It threw, though ${attempts.at(-1)?.exchange.provider?.name} answered: ${thrown(error)}`,
    )
  const said = new Set(attempts.flatMap(({ reply }) => textsOf(reply.asked?.body)))
  const handed = textsOf(value).filter((text) => !said.has(text))
  const wholes = attempts.flatMap(({ failed, reply }) => (failed === undefined ? textOf(reply) : []))
  for (const { failed, reply, exchange } of attempts) {
    const leaked = (failed === undefined ? [] : textOf(reply)).find((begun) =>
      handed.some((text) => holdsBegun(text, begun, wholes)),
    )
    const who =
      attempts.findIndex((one) => one.exchange === exchange) < answering ? 'the first provider' : 'a broken try'
    if (leaked !== undefined)
      return found('fallback.no-mixed-stream', `It handed on what ${who} had begun: ${inCode(excerpt(leaked))}`)
  }
  return undefined
}

/** All that an answer says: its texts, and the arguments of its tool calls. */
const textOf = ({ answers }: Reply): string[] =>
  answers
    .flatMap(({ text, reasoning, toolCalls }) => [text, reasoning, ...toolCalls.map((call) => call.arguments)])
    .filter((text) => text !== undefined && text !== '') as string[]

function twice(once: NonNullable<FallbackExpectations['once']>): Finding | undefined {
  const [most] = once.map(({ mock }) => mock.calls).toSorted((a, b) => b.length - a.length)
  if (most === undefined || most.length < 2) return undefined
  return found('fallback.route-proof', `It ran a side effect ${most.length} times: ${inCode(most, 200)}`)
}
