import type { Judgement } from '../../matchers/_finding.ts'
import { LlmContractsError } from '../errors.ts'
import type { ResolvedProvider } from '../providers/_resolve.ts'
import type { Exchange } from '../wire/exchange.ts'
import type { Verdict } from './verdict.ts'

/** What a finished test left behind. */
export interface Outcome {
  readonly failed: boolean
  /** The note of a test that skipped itself while it ran. */
  readonly skipped: string | undefined
  readonly errors: readonly { readonly message: string; readonly name?: string | undefined }[]
  readonly complaints: readonly Error[]
  readonly exchanges: readonly Exchange[]
  readonly judgements: readonly Judgement[]
  readonly tags: readonly string[]
  readonly provider: ResolvedProvider | undefined
}

/** A verdict on one provider, with a line that says why for everything but `kept`. */
export interface Conclusion {
  readonly provider: string
  readonly verdict: Verdict
  readonly reason?: string
}

/**
 * The verdict of a test, or undefined where the test concerns no provider.
 *
 * A failure counts as `unsupported`, `ignored` or `gap` only in a test that bears a capability as its tag, and only as
 * the provider's entry declares: lacking, and answered 4xx; lacking, accepted, and found without effect by a matcher;
 * a gap for every promise that a matcher found broken. Any other error in the test leaves it `broken`. A test that skips
 * itself is `unchecked`, or `inconclusive` if it had asked the provider by then.
 */
export function conclude(outcome: Outcome): Conclusion | undefined {
  const { provider, failed, skipped, exchanges, complaints, errors, judgements, tags } = outcome
  if (provider === undefined) return undefined
  const { name, spec } = provider
  const say = (verdict: Verdict, reason: string): Conclusion => ({ provider: name, verdict, reason })
  if (!failed && skipped !== undefined) return say(exchanges.length === 0 ? 'unchecked' : 'inconclusive', skipped)
  if (!failed) {
    return exchanges.length === 0
      ? say('unchecked', 'the test passed without asking the provider anything')
      : { provider: name, verdict: 'kept' }
  }
  const [complaint] = complaints
  if (complaint !== undefined) return say('inconclusive', firstLine(complaint.message))
  const machinery = errors.find((error) => error.name === LlmContractsError.name)
  if (machinery !== undefined) return say('inconclusive', firstLine(machinery.message))
  const findings = judgements.flatMap(({ finding, negated }) => (finding === undefined || negated ? [] : [finding]))
  const lack = spec.lacks.find(({ capability }) => tags.includes(capability))
  const refused = exchanges.find(({ response }) => response.status >= 400 && response.status < 500)
  if (lack !== undefined && refused !== undefined) {
    return say(
      'unsupported',
      `HTTP ${refused.response.status}; declared: ${lack.reason} (${lack.source}, ${lack.date})`,
    )
  }
  const onlyFindings = findings.length > 0 && errors.length <= findings.length
  if (lack !== undefined && onlyFindings) return say('ignored', `accepted without effect; declared: ${lack.reason}`)
  const gaps = findings
    .flatMap(({ contract, also = [] }) => also.concat(contract))
    .map((contract) => spec.gaps.find((gap) => gap.contract === contract))
  const gap = gaps[0]
  if (tags.length > 0 && onlyFindings && gap !== undefined && !gaps.includes(undefined)) {
    return say('gap', `${gap.contract}: ${gap.reason} (${gap.source}, ${gap.date})`)
  }
  if (exchanges.length === 0)
    return say('inconclusive', firstLine(errors[0]?.message ?? 'the test failed before it asked anything'))
  return say('broken', essence(errors[0]?.message ?? 'the test failed'))
}

const firstLine = (text: string) => text.split('\n', 1)[0] as string

// A matcher's message begins with the check restated; what happened stands below it.
function essence(message: string): string {
  const [first = '', , expected, what] = message.split('\n')
  return first.startsWith('expect(') && what !== undefined ? `${expected} ${what}` : first
}
