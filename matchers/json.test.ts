import { expect, test } from 'vitest'
import { readJson } from './json.ts'
import { kindOf } from '../src/wire/text.ts'

const fault = (text: string) => {
  const read = readJson(text)
  return 'fault' in read ? read.fault : read.value
}

test('valid JSON of any kind is read', () => {
  expect(['{"a":[1]}', ' null ', '"x"', '-1.5e3'].map(fault)).toEqual([{ a: [1] }, null, 'x', -1500])
})

test('a document that stops before its end is cut, wherever it stops', () => {
  const text = '{"a": [1, -2.5e3, true, null, {"b\\u00e9": "c\\n"}]}'
  const parts = Array.from(text, (_, at) => text.slice(0, at)).slice(1)
  expect(parts.map(fault)).toEqual(parts.map(() => ({ kind: 'cut' })))
})

test('a fault is found where JSON.parse finds it', () => {
  const texts = [
    '{"a" 1}',
    '{"a":1 "b":2}',
    '[1,,2]',
    '[1 2]',
    '{,}',
    '{"a":tru}',

    '[}',
    '{]',
    '[1}',
    '{"a":1,}',
    '[+1]',
  ]
  for (const text of texts) {
    const found = fault(text) as { at: number }
    const told = /position (\d+)/.exec(messageOf(text))
    expect([text, found]).toEqual([text, expect.objectContaining({ kind: 'malformed' })])
    expect([text, found.at]).toEqual([text, told === null ? found.at : Number(told[1])])
  }
})

function messageOf(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch (error) {
    return (error as Error).message
  }
}

test('what stands where something else should is said', () => {
  expect(['[01]', '[1 2]', '{"a" 1}', '["\\x"]', '["\t"]', '\ufeff{}'].map(fault)).toMatchInlineSnapshot(`
    [
      {
        "at": 1,
        "kind": "malformed",
        "problem": ""0" where a value or "]" should stand",
      },
      {
        "at": 3,
        "kind": "malformed",
        "problem": ""2" where "," or "]" should stand",
      },
      {
        "at": 5,
        "kind": "malformed",
        "problem": ""1" where ":" should stand",
      },
      {
        "at": 2,
        "kind": "malformed",
        "problem": ""\\x" inside a string, an escape that JSON does not know",
      },
      {
        "at": 2,
        "kind": "malformed",
        "problem": ""\\t" unescaped inside a string",
      },
      {
        "at": 0,
        "kind": "malformed",
        "problem": ""\\ufeff" around the document",
      },
    ]
  `)
})

test('brackets in prose are no document', () => {
  expect(fault('Use [x] or {y}.')).toEqual({ kind: 'text' })
  expect(fault('Use [x]: {"a": [1]}')).toEqual({ kind: 'prose', before: 'Use [x]:', after: '' })
  expect(fault('Here: {"a": [1], b: 2}')).toEqual({ kind: 'text' })
})

test('a fence counts only where a document stands in it', () => {
  expect(fault('Look:\n```json\n{"a":1}\n```')).toEqual({ kind: 'fenced' })
  expect(fault('```ts\nlet a = 1\n```')).toEqual({ kind: 'text' })
})

test('megabytes of nested brackets neither overflow nor take long', () => {
  expect(fault('['.repeat(1e6))).toEqual({ kind: 'cut' })
  expect(fault(`x${'[x'.repeat(1e5)}`)).toEqual({ kind: 'text' })
  expect(fault(`{"a":"${'\\n'.repeat(1e6)}`)).toEqual({ kind: 'cut' })
})

test('kinds have their article', () => {
  expect([null, undefined, [], {}, 1, 'x', true].map(kindOf)).toMatchInlineSnapshot(`
    [
      "null",
      "undefined",
      "an array",
      "an object",
      "a number",
      "a string",
      "a boolean",
    ]
  `)
})
