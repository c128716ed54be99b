import { expect, test } from 'vitest'
import { renderOld } from './old.ts'
import type { TestRecord } from './verdict.ts'

const record = (recordedOn: string, file: string): TestRecord => ({
  provider: 'acme',
  contract: 'asks',
  file: 'a.test.ts',
  verdict: 'kept',
  mode: 'replay',
  recordedOn,
  recordings: [{ file, unplayed: [] }],
})
const now = Date.parse('2026-03-10T12:00:00Z')

test('recordings that grew too old are named, up to three', () => {
  const records = [
    record('2026-01-01', 'a.json'),
    record('2026-01-02', 'b.json'),
    record('2026-01-03', 'c.json'),
    record('2026-01-04', 'd.json'),
    record('2026-03-09', 'new.json'),
  ]

  expect(renderOld(records, { days: 30 }, now)).toMatchInlineSnapshot(
    `"Old: 4 tests rest on recordings of more than 30 days (a.json, b.json, c.json and 1 more). To renew: LLM_CONTRACTS=rerecord npx vitest run"`,
  )
  expect(renderOld(records.slice(0, 1), { days: 30 }, now)).toMatchInlineSnapshot(
    `"Old: 1 test rests on a recording of more than 30 days (a.json). To renew: LLM_CONTRACTS=rerecord npx vitest run"`,
  )
})

test('nothing is said of recordings that are young enough', () => {
  expect(renderOld([record('2026-03-09', 'new.json')], { days: 30 }, now)).toBe('')
})
