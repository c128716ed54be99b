import { expect, test } from 'vitest'
import { parseJson } from '../wire/guards.ts'
import { growing } from './_growing.ts'

const texts = [
  '{"a":[1,{"b":"}"}]} ',
  ' [ ]',
  '{"a":"\\"}"}',
  '{"a":1}{"b":2}',
  '{"a":1}x',
  '{"a":]',
  '}',
  '"text"',
  '"a"b',
  'null',
  ' -1.5e3 ',
  '1 2',
  '12"x"',
  'nul',
  '',
  '  ',
]

test.each(texts)('%j is whole wherever JSON.parse says so', (text) => {
  const json = growing()
  for (let at = 0; at < text.length; at++) {
    json.add(text.charAt(at))
    const soFar = text.slice(0, at + 1)
    expect(json.value()).toEqual(parseJson(soFar))
    expect(json.isBlank()).toBe(soFar.trim() === '')
  }
})
