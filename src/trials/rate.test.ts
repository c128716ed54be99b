import { expect, test } from 'vitest'
import { passAll, renderRate, settled, wilson } from './rate.ts'

// Computed apart from this code, by the closed formula in Python.
test.each([
  [5, 5, 0.5655, 1],
  [4, 5, 0.3755, 0.9638],
  [0, 5, 0, 0.4345],
  [4, 4, 0.5101, 1],
  [20, 20, 0.8389, 1],
  [85, 100, 0.7672, 0.9069],
])('%i of %i lies between %f and %f', (kept, of, low, high) => {
  const bounds = wilson(kept, of)

  expect(bounds.low).toBeCloseTo(low, 4)
  expect(bounds.high).toBeCloseTo(high, 4)
})

test('nothing tried proves nothing', () => {
  expect(wilson(0, 0)).toEqual({ low: 0, high: 1 })
  expect(settled({ kept: 0, broken: 0, left: 0 }, 0.5)).toBe('inconclusive')
})

test.each([
  ['is open while both ends can be reached', { kept: 3, broken: 0, left: 2 }, undefined],
  ['is kept once whatever comes leaves the bound above', { kept: 9, broken: 0, left: 1 }, 'kept'],
  ['is kept at the end', { kept: 5, broken: 0, left: 0 }, 'kept'],
  ['is broken once whatever comes leaves the bound below', { kept: 0, broken: 5, left: 0 }, 'broken'],
  ['stays open for broken where one more success would leave it undecided', { kept: 0, broken: 4, left: 1 }, undefined],
  ['is inconclusive once neither can be reached', { kept: 2, broken: 1, left: 2 }, 'inconclusive'],
] as const)('a sample %s', (_, sample, verdict) => {
  expect(settled(sample, 0.5)).toBe(verdict)
})

test('a decided sample never changes whatever comes next', () => {
  for (const threshold of [0.3, 0.5, 0.8]) {
    for (let of = 1; of <= 12; of += 1) {
      for (let tried = 0; tried <= of; tried += 1) {
        for (let kept = 0; kept <= tried; kept += 1) {
          const now = settled({ kept, broken: tried - kept, left: of - tried }, threshold)
          if (now === undefined) continue
          for (let more = 0; more <= of - tried; more += 1) {
            const end = settled({ kept: kept + more, broken: of - kept - more, left: 0 }, threshold)
            expect([threshold, of, tried, kept, more, end]).toEqual([threshold, of, tried, kept, more, now])
          }
        }
      }
    }
  }
})

test('pass^k is the chance that all of k tries hold', () => {
  expect(passAll({ kept: 9, of: 10 }, 5)).toBeCloseTo(0.59049, 5)
  expect(passAll({ kept: 0, of: 0 }, 5)).toBe(0)
})

test('a rate says what it proves', () => {
  expect(renderRate({ way: 'whole', kept: 5, of: 5, ...wilson(5, 5) })).toMatchInlineSnapshot(
    `"whole 5 of 5 (95 %: 56.6 % to 100.0 %; pass^5 100.0 %)"`,
  )
})
