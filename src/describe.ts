import { describe, test } from 'vitest'
import type { ErrorKind } from './contracts/classify.ts'
import { checkOptions, LEVELS, type ContractsOptions } from './describe-options.ts'
import { LlmContractsError } from './errors.ts'
import type { Provider } from './providers/provider.ts'
import type { Capability } from './providers/spec.ts'
import { settle } from './report/settle.ts'
import { decide, needsIn, type Decision } from './trials/decide.ts'
import { runTrial, type Found, type Tally } from './trials/run.ts'
import type { Trial, Way } from './trials/trial.ts'
import { renderEvidence } from './wire/evidence.ts'
import { readReply } from './wire/reply.ts'
import { seenHere } from './wire/seen.ts'
import { recorder, settings } from './worker.ts'

/**
 * The catalogue's live and sampled contracts as a ready-made suite: one test for each contract and provider, streamed and
 * whole where both exist. A test is red where a promise broke that the provider's entry does not declare, and where a
 * declared gap has healed; `inconclusive` and `unchecked` are skips with their reason, and never count as kept.
 *
 * @throws {LlmContractsError} `bad-option`, naming the option that is wrong.
 * @example
 * ```ts
 * import { describeContracts, providers } from 'vitest-llm-contracts'
 *
 * describeContracts({ providers, needs: ['streaming', 'tools'], level: 'must', samples: 10, threshold: 0.7 })
 * ```
 */
export function describeContracts(options: ContractsOptions): void {
  const { providers, samples = 5, threshold = 0.5 } = checkOptions(options)
  // Who turned the key away once is not asked a thousand times more.
  const refused = new Map<string, string>()
  describe.each(providers.map((provider) => ({ name: provider.name, provider })))('$name', async ({ provider }) => {
    const { trials } = await import('./trials/index.ts')
    for (const { trial, ways: wanted } of chosen(trials, options)) {
      // oxlint-disable-next-line vitest/valid-title, vitest/expect-expect -- a suite made of data
      test(trial.id, { tags: tagsOf(trial), ...patience() }, async ({ skip }) => {
        const hopeless = refused.get(provider.name)
        if (hopeless !== undefined) giveUp(hopeless, provider, skip)
        const ways = wanted.filter((way) => !isUnknown(trial, way, provider))
        if (ways.length === 0 && mustKnow(provider)) skip(unknown(trial, provider))
        const tallies = await runTrial(trial, provider, ways.length > 0 ? ways : wanted, {
          samples,
          threshold,
          ...requestPatience(),
        })
        const decision = decide(trial, provider.entry, tallies)
        note(trial, provider, decision, tallies)
        const turnedAway = tallies.map(({ found }) => found).find(isHopeless)
        if (turnedAway !== undefined) refused.set(provider.name, turnedAway.because)
        if (decision.verdict === 'broken') throw new BrokenContract(message(trial, provider, decision, tallies))
        if (decision.verdict !== 'kept') skip(`${decision.verdict}: ${decision.reason}`)
      })
    }
  })
}

const HOPELESS: ReadonlySet<ErrorKind> = new Set(['authentication', 'quota', 'permission'])
const isHopeless = (found: Found): found is Extract<Found, { is: 'unreachable' }> =>
  found.is === 'unreachable' && HOPELESS.has(found.kind)

function giveUp(because: string, { name }: Provider, skip: (note: string) => never): void {
  const reason = `${name} turned the key away before, so nothing more is asked of it: ${because}`
  if (settings().required.includes(name)) throw new LlmContractsError('missing-key', reason)
  skip(reason)
}

/** Milliseconds that one contract may take against the network, all its samples included; Vitest's own in replay. */
const patience = () => (settings().mode === 'replay' ? {} : { timeout: 1_800_000 })
/** Milliseconds that one request may take. */
const requestPatience = () => (settings().mode === 'replay' ? {} : { timeout: 60_000 })

/** A promise that a provider broke: an ordinary failure of a test. */
class BrokenContract extends Error {
  override readonly name = 'BrokenContract'
}

interface Chosen {
  readonly trial: Trial
  /** Those in which it needs nothing that the app does not use. */
  readonly ways: readonly Way[]
}

function chosen(trials: readonly Trial[], { level = 'should', profile, needs }: ContractsOptions): Chosen[] {
  const levels = LEVELS.slice(0, LEVELS.indexOf(level) + 1)
  // That what is not offered is refused cleanly concerns who may send it.
  const ofArea = { vision: 'vision', json_schema: 'json_schema' } as const
  const isUsed = (need: Capability) => needs === undefined || need === 'chat' || needs.includes(need)
  return trials
    .filter((trial) => levels.includes(trial.level) && (profile === undefined || trial.profiles.includes(profile)))
    .filter(({ id }) => isUsed(ofArea[id.split('.', 1)[0] as keyof typeof ofArea] ?? 'chat'))
    .map((trial) => ({ trial, ways: trial.ways.filter((way) => needsIn(trial, way).every(isUsed)) }))
    .filter(({ ways }) => ways.length > 0)
}

/** A capability as a tag lets `--tags-filter` choose; `errors` is the tag of what provokes failures. */
const tagsOf = ({ needs, id }: Trial) => [...needs, ...(id.startsWith('error.') ? ['errors'] : [])]

function isUnknown(trial: Trial, way: Way, provider: Provider): boolean {
  const needs = needsIn(trial, way)
  return needs.every((need) => !provider.lacks(need)) && needs.some((need) => !provider.supports(need))
}

/**
 * What the entry neither offers nor lacks is tried against the network. A stand-in cannot tell, and a replay without a
 * recording cannot either.
 */
function mustKnow(provider: Provider): boolean {
  const { mode } = settings()
  if (mode === 'replay') return recorder.current()?.hasRecordingFor(provider.name) !== true
  return mode !== 'live' && provider.isStoodIn
}

function unknown(trial: Trial, provider: Provider): string {
  const needs = trial.needs.filter((need) => !provider.supports(need) && !provider.lacks(need))
  return `nothing is known of ${needs.join(', ') || 'streaming'} at ${provider.name}, and only a live run can tell`
}

function note(
  trial: Trial,
  provider: Provider,
  { verdict, reason, rates, tells }: Decision,
  tallies: readonly Tally[],
): void {
  const seen = seenHere()
  if (seen === undefined) return
  const wasAsked = seen.exchanges.length > 0
  const conclusion = {
    provider: provider.name,
    verdict: verdict === 'inconclusive' && !wasAsked ? ('unchecked' as const) : verdict,
    ...(reason === undefined ? {} : { reason }),
    level: trial.level,
    ...(rates.length === 0 ? {} : { rates }),
  }
  settle(seen, { conclusion, keep: tells, tries: tallies.flatMap(({ tries }) => tries) })
}

function message(trial: Trial, provider: Provider, decision: Decision, tallies: readonly Tally[]): string {
  const { id, promise, hint, source, blame } = trial
  const { reason = '', evidence } = decision
  const promised = `${promise.charAt(0).toLowerCase()}${promise.slice(1).replace(/\.$/, '')}`
  const failed = tallies.flatMap(({ tries }) => tries).find(({ is }) => is !== 'kept')
  const exchange = failed?.exchanges.at(-1)
  return [
    `${id}: ${provider.name} was expected to keep this promise: ${promised}.`,
    `${reason}. At fault: ${evidence?.blame ?? blame}.`,
    `Next: ${hint}`,
    `Source: ${source}`,
    ...(exchange === undefined ? [] : ['', renderEvidence(readReply(exchange))]),
  ].join('\n')
}
