import { expect, test } from 'vitest'
import { differences } from './_difference.ts'

const between = (actual: unknown, expected: unknown) => differences(actual, expected, equals)

function equals(actual: unknown, expected: unknown): boolean {
  try {
    expect(actual).toEqual(expected)
    return true
  } catch {
    return false
  }
}

test('equal values have none, undefined counting as absent', () => {
  expect(between({ a: [1, { b: null }] }, { a: [1, { b: null }], c: undefined })).toEqual([])
})

test('each difference is told with its path', () => {
  const actual = { city: 'paris', days: [1, 2, 3], extra: true, where: { lat: 1 } }
  const expected = {
    city: 'Paris',
    days: [1, 5],
    unit: 'C',
    where: { lat: expect.any(String) },
    note: expect.anything(),
  }
  expect(between(actual, expected)).toMatchInlineSnapshot(`
    [
      "$.city was "paris", expected "Paris"",
      "$.days[1] was 2, expected 5",
      "$.days[2] was 3, expected nothing there",
      "$.unit is missing, expected "C"",
      "$.where.lat was 1, expected Any<String>",
      "$.note is missing, expected Anything",
      "$.extra was true, expected nothing there",
    ]
  `)
})

test('values of different kinds, and asymmetric matchers, are compared whole', () => {
  expect(between({ a: [1] }, { a: { 0: 1 } })).toMatchInlineSnapshot(`
    [
      "$.a was [1], expected { "0": 1 }",
    ]
  `)
  expect(between({ a: 1 }, expect.objectContaining({ b: 2 }))).toMatchInlineSnapshot(`
    [
      "$ was { a: 1 }, expected ObjectContaining { b: 2 }",
    ]
  `)
  expect(between({ when: '2026' }, { when: new Date(0) })).toMatchInlineSnapshot(`
    [
      "$.when was "2026", expected {}",
    ]
  `)
})
