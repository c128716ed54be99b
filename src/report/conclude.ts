import type { Judgement } from '../../matchers/finding.ts'
import { printable } from '../wire/text.ts'
import { LlmContractsError } from '../errors.ts'
import type { ResolvedProvider } from '../providers/resolve.ts'
import type { Gap } from '../providers/spec.ts'
import type { Exchange } from '../wire/exchange.ts'
import type { Verdict } from './verdict.ts'

/** What a finished test left behind. */
export interface Ending {
  readonly failed: boolean
  /** The note of a test that skipped itself while it ran. */
  readonly skipped: string | undefined
  readonly errors: readonly { readonly message: string; readonly name?: string | undefined }[]
  readonly complaints: readonly { readonly message: string; readonly name: string }[]
  readonly exchanges: readonly Exchange[]
  readonly judgements: readonly Judgement[]
  /** The verdict of a ready-made contract, which it found itself. */
  readonly settled?: Conclusion | undefined
  readonly tags: readonly string[]
  readonly provider: ResolvedProvider | undefined
}

/** A verdict on one provider, with a line that says why for everything but `kept`. */
export interface Conclusion {
  readonly provider: string
  readonly verdict: Verdict
  readonly reason?: string
}

/** Statuses that can mean "not offered"; a bad key, a balance or a rate limit says nothing about a feature. */
const REFUSES_A_FEATURE = new Set([400, 404, 405, 415, 422, 501])

/** Statuses about the key, the balance, the load or the server: they say nothing about the promise that was tried. */
const INFRASTRUCTURE = (status: number) => [401, 402, 403, 408, 429].includes(status) || status >= 500

/**
 * The verdict of a test, or undefined where the test concerns no provider.
 *
 * A failure counts as `unsupported`, `ignored` or `gap` only in a test that bears a capability as its tag, only as the
 * provider's entry declares, and only where every error of the test is explained by it: lacking, and the last answer
 * refused the request; lacking, accepted, and found without effect by a matcher; a gap for every promise that a matcher
 * found broken. A test that skips itself is `unchecked`, or `inconclusive` if it had asked the provider by then.
 */
export function conclude(ending: Ending): Conclusion | undefined {
  const { provider, failed, skipped, exchanges, errors, tags } = ending
  if (provider === undefined) return undefined
  const { name, spec } = provider
  const say = (verdict: Verdict, reason: string): Conclusion => ({ provider: name, verdict, reason: printable(reason) })
  const machinery = [...ending.complaints, ...errors].find((error) => error.name === LlmContractsError.name)
  if (machinery !== undefined) return say('inconclusive', firstLine(machinery.message))
  if (ending.settled !== undefined) return ending.settled
  if (!failed && skipped !== undefined) return say(exchanges.length === 0 ? 'unchecked' : 'inconclusive', skipped)
  const answered = exchanges.filter(({ evidence }) => evidence.fault === undefined)
  if (!failed && exchanges.length > 0 && answered.length === 0)
    return say('unchecked', 'only faults of the test itself answered')
  if (!failed && exchanges.length === 0) return say('unchecked', 'the test passed without asking the provider anything')
  if (!failed) return { provider: name, verdict: 'kept' }

  const lack = spec.lacks.find(({ capability }) => tags.includes(capability))
  const declared = lack && `declared: ${lack.reason} (${lack.source}, ${lack.date})`
  const status = exchanges.at(-1)?.response.status ?? 0
  const explained = errors.every((error) => foundBy(ending.judgements, error.message))
  if (
    declared !== undefined &&
    REFUSES_A_FEATURE.has(status) &&
    errors.every((error) => isRefusal(error, status, ending))
  ) {
    return say('unsupported', `HTTP ${status}; ${declared}`)
  }
  if (declared !== undefined && status >= 400 && !REFUSES_A_FEATURE.has(status)) {
    return say('inconclusive', `HTTP ${status}, which tells nothing about the feature; ${declared}`)
  }
  if (declared !== undefined && status < 400 && explained) return say('ignored', `accepted without effect; ${declared}`)
  const gaps = explained ? declaredGaps(ending.judgements, spec.gaps) : undefined
  const gap = gaps?.[0]
  if (tags.length > 0 && gap !== undefined) {
    return say('gap', `${gap.contract}: ${gap.reason} (${gap.source}, ${gap.date})`)
  }
  const message = errors[0]?.message ?? 'the test failed'
  if (INFRASTRUCTURE(status) && errors.every((error) => isRefusal(error, status, ending)) && !expectsAnError(ending)) {
    return say('inconclusive', essence(message))
  }
  const unanswered = exchanges.every(({ response }) => response.failure !== undefined)
  return unanswered ? say('inconclusive', firstLine(message)) : say('broken', essence(message))
}

const foundBy = (judgements: readonly Judgement[], message: string) =>
  judgements.some((judgement) => isBroken(judgement) && message.includes(judgement.message ?? message))

const isBroken = ({ finding, negated }: Judgement) => finding !== undefined && !negated

/** Whether an error is a matcher's on the refusal, or the refusal itself as an SDK throws it. */
function isRefusal(error: { readonly message: string }, status: number, { judgements }: Ending): boolean {
  return foundBy(judgements, error.message) || (error as { status?: unknown }).status === status
}

/** A test about errors is told something by any status. */
const expectsAnError = ({ judgements }: Ending) =>
  judgements.some(({ matcher }) => matcher === 'toFailWithOpenAIErrorShape')

/** The gaps that explain all that matchers found, or undefined where something else broke too. */
function declaredGaps(judgements: readonly Judgement[], gaps: readonly Gap[]): Gap[] | undefined {
  const broken = judgements.filter(isBroken).flatMap(({ finding }) => [finding?.contract, ...(finding?.also ?? [])])
  const found = broken.map((contract) => gaps.find((gap) => gap.contract === contract))
  return found.length > 0 && found.every((gap) => gap !== undefined) ? found : undefined
}

const firstLine = (text: string) => text.split('\n', 1)[0] as string

// A matcher's message begins with the check restated; what happened stands below it.
function essence(message: string): string {
  const [first = '', , expected, what, detail] = message.split('\n')
  if (!first.startsWith('expect(') || what === undefined) return first
  return what.endsWith(':') ? `${expected} ${what} ${detail}` : `${expected} ${what}`
}
