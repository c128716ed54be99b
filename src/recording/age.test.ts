import { expect, test } from 'vitest'
import { ageTrouble } from './age.ts'

const now = Date.parse('2026-11-22T12:00:00Z')

test('a recording as old as allowed is young enough', () => {
  expect(ageTrouble('2026-11-12T12:00:00.000Z', { days: 10 }, now)).toBeUndefined()
  expect(ageTrouble('2026-11-11T12:00:01.000Z', { days: 10 }, now)).toBeUndefined()
  expect(ageTrouble('2026-11-22T12:00:00.000Z', { days: 0 }, now)).toBeUndefined()
})

test('a recording from the future, where two clocks differ, is young enough', () => {
  expect(ageTrouble('2026-11-23T12:00:00.000Z', { days: 0 }, now)).toBeUndefined()
})

test('an older one is told with its day, its age and what is allowed', () => {
  expect(ageTrouble('2026-08-23T12:00:00.000Z', { days: 90 }, now)).toMatchInlineSnapshot(
    `"was recorded on 2026-08-23, 91 days ago, and maxAge allows 90"`,
  )
  expect(ageTrouble('2026-11-21T11:00:00.000Z', { days: 0 }, now)).toMatchInlineSnapshot(
    `"was recorded on 2026-11-21, 1 day ago, and maxAge allows 0"`,
  )
})

test('one without a day counts as too old', () => {
  expect(ageTrouble('yesterday', { days: 90 }, now)).toMatchInlineSnapshot(
    `"does not say when it was recorded, and maxAge allows 90 days"`,
  )
})
