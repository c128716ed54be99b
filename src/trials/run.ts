import { FailedInside, Refused, Unreachable } from './_no-answer.ts'
import { Asker, type Target } from './asker.ts'
import { settled, wilson, type Rate } from './rate.ts'
import { broken, type Outcome, type Trial, type Way } from './trial.ts'
import type { Exchange } from '../wire/exchange.ts'
import { watch } from '../wire/seen.ts'
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
  | { readonly is: 'unreachable'; readonly because: string }

/** All tries of a trial in one way. */
export interface Tally {
  readonly way: Way
  /** What decides: the first breach, refusal or notice of no effect, else what came of the tries. */
  readonly found: Found
  /** Present for sampled trials that got answers. */
  readonly rate?: Rate
  /** Tries that met a broken connection, a rate limit, a wrong key: never the model's. */
  readonly unreachable: number
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
 * provider refuses or ignores once it is not asked again.
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
  let verdict: ReturnType<typeof settled>
  for (let sample = 1; sample <= most && verdict === undefined; sample += 1) {
    const asker = new Asker(target, trial.id, way, sample, trying.timeout)
    const { value: found, seen } = await watch(() => attempt(trial, asker))
    outcomes.push(found)
    tries.push({ contract: trial.id, is: found.is, exchanges: seen.exchanges })
    if (found.is === 'refused' || found.is === 'ignored')
      return { way, found, unreachable: count('unreachable'), tries }
    if (trial.mode !== 'sampled') return { way, found, unreachable: count('unreachable'), tries }
    verdict = settled({ kept: count('kept'), broken: count('broken'), left: most - sample }, trying.threshold)
  }
  const unreachable = count('unreachable')
  const [kept, of] = [count('kept'), count('kept') + count('broken')]
  if (of === 0) return { way, found: outcomes.at(-1) as Found, unreachable, tries }
  const rate = { way, kept, of, ...wilson(kept, of) }
  const first = (is: Found['is']) => outcomes.find((found) => found.is === is) as Found
  if (verdict === 'kept') return { way, found: first('kept'), rate, unreachable, tries }
  if (verdict === 'broken') return { way, found: first('broken'), rate, unreachable, tries }
  const because = `${rate.kept} of ${rate.of} proves neither that it keeps to ${trying.threshold * 100} % nor that it does not`
  return { way, found: { is: 'inconclusive', because }, rate, unreachable, tries }
}

async function attempt(trial: Trial, asker: Asker): Promise<Found> {
  try {
    return await trial.run(asker)
  } catch (error) {
    if (error instanceof Refused) return { is: 'refused', reply: error.reply }
    if (error instanceof Unreachable) return { is: 'unreachable', because: error.message }
    if (error instanceof FailedInside) {
      const { status } = error.reply
      return broken(`sent an error inside HTTP ${status}: ${error.message}`, { blame: 'wire format' })
    }
    throw error
  }
}
