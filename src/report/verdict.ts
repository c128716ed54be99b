import type { Mode } from '../settings.ts'

/**
 * What is known of a promise: `kept`, `broken`, `gap` (broken as the provider's entry declares), `unsupported` (declared
 * missing, and the endpoint answered 4xx), `ignored` (declared missing, and accepted without effect), `inconclusive`
 * (tried, and nothing could be said), `unchecked` (not tried).
 */
export type Verdict = 'kept' | 'broken' | 'gap' | 'unsupported' | 'ignored' | 'inconclusive' | 'unchecked'

/** What one test found out about one provider: kept in `task.meta`, read by the reporter. */
export interface TestRecord {
  readonly provider: string
  /** The row of the matrix: the test's titles without the provider's name. */
  readonly contract: string
  /** The test file, relative to the project. */
  readonly file: string
  readonly verdict: Verdict
  /** One line, for everything but `kept`. */
  readonly reason?: string
  readonly mode: Mode
  /** Where the evidence came from; undefined where there is none. */
  readonly origin?: 'live' | 'stand-in'
  /** Day of the oldest recording that was played, `YYYY-MM-DD`. */
  readonly recordedOn?: string
  /**
   * The recordings that were played, relative to the project, with the numbers of the exchanges that were not; absent
   * where none was.
   */
  readonly recordings?: readonly { readonly file: string; readonly unplayed: readonly number[] }[]
}

/** The key in `task.meta`. */
export const META = 'llmContracts'
