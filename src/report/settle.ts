import type { Try } from '../trials/run.ts'
import type { Seen } from '../wire/seen.ts'
import type { Conclusion } from './conclude.ts'
import type { TestRecord } from './verdict.ts'

/** What a ready-made contract found out itself, so that nothing has to be concluded from errors. */
export interface Settled {
  readonly conclusion: Conclusion & Pick<TestRecord, 'level' | 'rates'>
  /** Whether the answers are worth a recording. */
  readonly keep: boolean
  /** What was tried, and with which exchanges. */
  readonly tries: readonly Try[]
}

const bySeen = new WeakMap<Seen, Settled>()

/** Notes the verdict of the test that runs in a scope. */
export function settle(seen: Seen, settled: Settled): void {
  bySeen.set(seen, settled)
}

/** The verdict that was noted for a scope; undefined where its test only asserted. */
export function settledIn(seen: Seen): Settled | undefined {
  return bySeen.get(seen)
}
