import { ageTrouble } from '../recording/age.ts'
import type { TestRecord } from './verdict.ts'

const MOST_NAMED = 3

/**
 * The line below the matrix about recordings that grew older than `maxAge` allows; empty where none did.
 *
 * @example
 * ```ts
 * renderOld(records, { days: 30 }, Date.now()) // 'Old: 2 tests rest on recordings of more than 30 days (…). To renew: …'
 * ```
 */
export function renderOld(records: readonly TestRecord[], maxAge: { readonly days: number }, now: number): string {
  const old = records.filter(
    ({ recordedOn }) =>
      recordedOn !== undefined && ageTrouble(`${recordedOn}T00:00:00.000Z`, maxAge, now) !== undefined,
  )
  if (old.length === 0) return ''
  const files = [...new Set(old.flatMap(({ recordings = [] }) => recordings.map(({ file }) => file)))]
  const more = files.length - MOST_NAMED
  const named = files.slice(0, MOST_NAMED).join(', ') + (more > 0 ? ` and ${more} more` : '')
  const tests = old.length === 1 ? '1 test rests on a recording' : `${old.length} tests rest on recordings`
  return `Old: ${tests} of more than ${maxAge.days} days (${named}). To renew: LLM_CONTRACTS=rerecord npx vitest run`
}
