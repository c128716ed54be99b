import { expect, test } from 'vitest'
import {
  counted,
  excerpt,
  excerptAt,
  excerptEnd,
  firstFive,
  inCode,
  it,
  listed,
  printable,
  quoted,
  step,
} from './text.ts'

test('whatever a terminal would obey or hide is escaped', () => {
  expect(printable('a\n\t\u001b[2J\u009b\u202e\u200b\u2028\ufeff\ud800é漢😀')).toMatchInlineSnapshot(
    `"a\\n\\t\\u001b[2J\\u009b\\u202e\\u200b\\u2028\\ufeff\\ud800é漢😀"`,
  )
})

test('excerpts are cut at the end, at the beginning, or at both sides, never inside a character', () => {
  const text = '0123456789'.repeat(10)
  expect([excerpt(text, 12), excerptEnd(text, 12), excerptAt(text, 50)]).toMatchInlineSnapshot(`
    [
      "012345678901…",
      "…890123456789",
      "…012345678901234567890123456789012345678901234567890123456789…",
    ]
  `)
  expect([excerpt('😀😀😀', 3), excerptEnd('😀😀😀', 3), excerptAt('😀'.repeat(40), 41)]).toMatchInlineSnapshot(`
    [
      "😀…",
      "…😀",
      "…😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀…",
    ]
  `)
  expect([excerpt('short'), excerptEnd('short'), excerptAt('short', 2), quoted('short')]).toMatchInlineSnapshot(`
    [
      "short",
      "short",
      "short",
      ""short"",
    ]
  `)
})

test('values are shown as short code', () => {
  const values = [
    'a"b',
    null,
    undefined,
    /a/i,
    12n,
    () => 1,
    function check() {},
    [1, { a: 'b', 'c d': [] }],
    {},
    expect.any(String),
    expect.objectContaining({ a: expect.stringMatching(/^b/) }),
    expect.anything(),
    { a: { b: { c: { d: { e: { f: 1 } } } } } },
    { long: 'x'.repeat(80) },
  ]
  expect(values.map((value) => inCode(value))).toMatchInlineSnapshot(`
    [
      ""a\\"b"",
      "null",
      "undefined",
      "/a/i",
      "12",
      "function",
      "check",
      "[1, { a: "b", "c d": [] }]",
      "{}",
      "Any<String>",
      "ObjectContaining { a: StringMatching /^b/ }",
      "Anything",
      "{ a: { b: { c: { d: { e: {…} } } } } }",
      "{ long: "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
    ]
  `)
})

test('a value that holds itself is shown too', () => {
  const loop: Record<string, unknown> = {}
  loop['again'] = loop
  expect(inCode(loop, 200)).toMatchInlineSnapshot(`"{ again: { again: { again: { again: { again: {…} } } } } }"`)
})

test('paths, lists and counts read as people write them', () => {
  expect(['name', 'odd name', 0, 'x\u001b'].map(step).join('')).toBe('.name["odd name"][0]["x\\u001b"]')
  expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual([
    '',
    'a',
    'a and b',
    'a, b and c',
  ])
  expect([counted(0, 'event'), counted(1, 'event'), counted(2, 'event')]).toEqual(['0 events', '1 event', '2 events'])
  expect(firstFive(['1', '2', '3', '4', '5', '6', '7']).at(-1)).toBe('and 2 more')
  expect([it('did'), it('said "no"')]).toEqual(['It did.', 'It said "no"'])
})
