import { expect, test } from 'vitest'
import type { Findings } from '../recording/ledger.ts'
import { renderUnused } from './unused.ts'

const line = (recordings: readonly string[], exchanges: Readonly<Record<string, number[]>> = {}) =>
  renderUnused({
    unused: recordings.map((file) => ({ file, sha256: '', why: 'no test plays it' })),
    unplayed: Object.entries(exchanges).map(([file, numbers]) => ({ file, sha256: '', exchanges: numbers })),
  } as unknown as Findings)

test('nothing is said where everything is in use', () => {
  expect(line([])).toBe('')
})

test('what is unused is counted, up to three files are named, and the command stands beside', () => {
  expect(line(['a.json'])).toMatchInlineSnapshot(
    `"Unused: 1 recording (a.json). To remove: npx llm-contracts fixtures prune"`,
  )
  expect(line([], { 'a.json': [1] })).toMatchInlineSnapshot(
    `"Unused: 1 exchange (a.json). To remove: npx llm-contracts fixtures prune"`,
  )
  expect(line(['a.json', 'b.json'], { 'c.json': [2, 3], 'd.json': [1] })).toMatchInlineSnapshot(
    `"Unused: 2 recordings and 3 exchanges (a.json, b.json, c.json and 1 more). To remove: npx llm-contracts fixtures prune"`,
  )
})
