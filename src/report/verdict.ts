import type { Level, Verdict } from '../contracts/contract.ts'
import type { Upstreams } from './upstreams.ts'
import type { Rate } from '../trials/rate.ts'
import type { Mode } from '../settings.ts'
import type { Account } from './account.ts'

export type { Verdict } from '../contracts/contract.ts'

/** What one test found out about one provider: kept in `task.meta`, read by the reporter. */
export interface TestRecord {
  readonly provider: string
  /** The row of the matrix: the test's titles without the provider's name. */
  readonly contract: string
  /** The test file, relative to the project. */
  readonly file: string
  readonly verdict: Verdict
  /** How much the promise matters, where a ready-made contract was tried. */
  readonly level?: Level
  /** Of contracts that were tried several times: how often they were kept, and what that proves. */
  readonly rates?: readonly Rate[]
  /** One line, for everything but `kept`. */
  readonly reason?: string
  readonly mode: Mode
  /** Where the evidence came from; undefined where there is none. */
  readonly origin?: 'live' | 'stand-in'
  /** Day of the oldest recording that was played, `YYYY-MM-DD`. */
  readonly recordedOn?: string
  /** Who answered behind the address, in a live run; absent where nobody says. */
  readonly upstreams?: Upstreams
  /**
   * The recordings that were played, relative to the project, with the numbers of the exchanges that were not; absent
   * where none was.
   */
  readonly recordings?: readonly { readonly file: string; readonly unplayed: readonly number[] }[]
  /** What the test spent; absent where no account was kept. */
  readonly account?: Account
}

/** The key in `task.meta`. */
export const META = 'llmContracts'
