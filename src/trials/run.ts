import { FailedInside, Refused, Unreachable } from './_no-answer.ts'
import { Asker, type Target } from './asker.ts'
import { settled, wilson, type Rate } from './rate.ts'
import { broken, type Outcome, type Trial, type Way } from './trial.ts'
import { classifyError, failedGeneration, type ErrorKind } from '../contracts/classify.ts'
import type { Exchange } from '../wire/exchange.ts'
import { watch } from '../wire/seen.ts'
import { excerpt } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'

/** How a trial is tried. */
export interface Trying {
  /** How often a sampled trial asks in each way, at most. */
  readonly samples: number
  /** The rate, from 0 to 1, that the lower bound of a sampled trial's interval must reach. */
  readonly threshold: number
  /** Milliseconds a request may take; no limit where absent. */
  readonly timeout?: number
}

/** What was found in one way of asking. */
export type Found =
  | Outcome
  /** Refused by the provider: a 4xx about the request itself. */
  | { readonly is: 'refused'; readonly reply: Reply }
  /** The provider could not be asked. */
  | { readonly is: 'unreachable'; readonly because: string; readonly kind: ErrorKind }

/** All tries of a trial in one way. */
export interface Tally {
  readonly way: Way
  /** What decides: the first breach, refusal or notice of no effect, else what came of the tries. */
  readonly found: Found
  /** Present for sampled trials that got answers. */
  readonly rate?: Rate
  /** Tries that met a broken connection, a rate limit, a wrong key: never the model's. */
  readonly unreachable: number
  /** Why the last of them could not be asked. */
  readonly trouble?: string
  /** Every try in its order, with what passed on the wire for it. */
  readonly tries: readonly Try[]
}

/** One try, and what it came to. */
export interface Try {
  /** The trial's id. */
  readonly contract: string
  readonly is: Found['is']
  readonly exchanges: readonly Exchange[]
}

/**
 * Tries a trial in each of its ways. A sampled one is tried until the verdict stands, at most `samples` times; what the
 * provider refuses for its form, or ignores, once it is not asked again.
 *
 * @throws {LlmContractsError} where the machinery fails; never for what a provider does.
 */
export async function runTrial(trial: Trial, target: Target, ways: readonly Way[], trying: Trying): Promise<Tally[]> {
  const tallies: Tally[] = []
  for (const way of ways) tallies.push(await tally(trial, target, way, trying))
  return tallies
}

async function tally(trial: Trial, target: Target, way: Way, trying: Trying): Promise<Tally> {
  const most = trial.mode === 'sampled' ? trying.samples : 1
  const outcomes: Found[] = []
  const tries: Try[] = []
  const count = (is: Found['is']) => outcomes.filter((found) => found.is === is).length
  const tallied = (found: Found, rate?: Rate): Tally => {
    const unreachable = count('unreachable')
    const last = outcomes.findLast((one) => one.is === 'unreachable')
    return { way, found, ...(rate && { rate }), unreachable, ...(last && { trouble: last.because }), tries }
  }
  let verdict: ReturnType<typeof settled>
  for (let sample = 1; sample <= most && verdict === undefined; sample += 1) {
    const asker = new Asker(target, trial.id, way, sample, trying.timeout)
    const { value: found, seen } = await watch(() => attempt(trial, asker))
    outcomes.push(found)
    tries.push({ contract: trial.id, is: found.is, exchanges: seen.exchanges })
    if (found.is === 'refused' || found.is === 'ignored' || trial.mode !== 'sampled') return tallied(found)
    verdict = settled({ kept: count('kept'), broken: count('broken'), left: most - sample }, trying.threshold)
  }
  const [kept, of, unreachable] = [count('kept'), count('kept') + count('broken'), count('unreachable')]
  if (of === 0) return tallied(outcomes.at(-1) as Found)
  const rate = { way, kept, of, ...wilson(kept, of), ...(unreachable > 0 && { unreachable }) }
  const first = (is: Found['is']) => outcomes.find((found) => found.is === is) as Found
  if (verdict === 'kept' || verdict === 'broken') return tallied(first(verdict), rate)
  const because = `${rate.kept} of ${rate.of} proves neither that it keeps to ${trying.threshold * 100} % nor that it does not`
  return tallied({ is: 'inconclusive', because }, rate)
}

async function attempt(trial: Trial, asker: Asker): Promise<Found> {
  try {
    return await trial.run(asker)
  } catch (error) {
    if (error instanceof Unreachable) return { is: 'unreachable', because: error.message, kind: error.kind }
    if (error instanceof Refused) return mistake(error.reply) ?? { is: 'refused', reply: error.reply }
    if (error instanceof FailedInside) {
      const { status } = error.reply
      const inside = broken(`sent an error inside HTTP ${status}: ${error.message}`, { blame: 'wire format' })
      return mistake(error.reply) ?? inside
    }
    throw error
  }
}

/** The breach where what was asked for was accepted and what the model then wrote was not: another try may do better. */
function mistake(reply: Reply): Outcome | undefined {
  const { status, error, text } = reply
  const said = excerpt(error?.message ?? text, 160)
  const failed = failedGeneration(reply)
  const evidence = { blame: 'model' } as const
  if (failed !== undefined)
    return broken(
      `wrote ${failed === 'tool call' ? 'a wrong tool call' : failed}, and answered HTTP ${status}: ${said}`,
      evidence,
    )
  if (classifyError(reply)?.kind !== 'content filter') return undefined
  return broken(`met a content filter, and answered HTTP ${status}: ${said}`, evidence)
}
