import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { matchers } from './index.ts'
import { mustBeSchema } from './_sound-schema.ts'
import { completion } from './testing/replies.ts'

expect.extend(matchers)

describe('is a schema:', () => {
  test.each([
    ['one of Zod', z.object({})],
    ['true', true],
    ['an empty object', {}],
    ['a keyword', { type: 'object' }],
    ['a keyword beside a word of its own', { enum: [1], 'x-order': 1 }],
    ['a name alone', { title: 'Anything', description: 'whatever it is' }],
    ['a schema whose properties are called name and schema', { properties: { name: {}, schema: {} } }],
  ])('%s', (_, schema) => {
    expect(() => mustBeSchema('toReturnValidJson', schema)).not.toThrow()
  })
})

test('is none, with what to do instead', () => {
  const city = { type: 'object', properties: { city: { type: 'string' } } }
  const wrong = [
    { number: 'WRONG' },
    { title: 'INV-7', total: 3 },
    expect.objectContaining({ number: 'A' }),
    { name: 'city', strict: true, schema: city },
    { type: 'json_schema', json_schema: { name: 'city', schema: city } },
    { type: 'json_schema', name: 'city', schema: city },
    [city],
    null,
    'object',
  ]
  const said = wrong.map((schema) => {
    try {
      return mustBeSchema('toReturnValidJson', schema)
    } catch (error) {
      return (error as Error).message
    }
  })
  expect(said).toMatchInlineSnapshot(`
    [
      "toReturnValidJson takes a Standard Schema or a JSON Schema, and { number: "WRONG" } has no keyword of one: to compare values, parse the text and use toEqual.",
      "toReturnValidJson takes a Standard Schema or a JSON Schema, and { title: "INV-7", total: 3 } has no keyword of one: to compare values, parse the text and use toEqual.",
      "toReturnValidJson takes a Standard Schema or a JSON Schema, not the asymmetric matcher ObjectContaining { number: "A" }.",
      "toReturnValidJson takes a Standard Schema or a JSON Schema, and got what OpenAI wraps around one: pass its \`schema\`.",
      "toReturnValidJson takes a Standard Schema or a JSON Schema, and got what OpenAI wraps around one: pass its \`json_schema.schema\`.",
      "toReturnValidJson takes a Standard Schema or a JSON Schema, and got what OpenAI wraps around one: pass its \`schema\`.",
      "toReturnValidJson takes a Standard Schema or a JSON Schema, not an array.",
      "toReturnValidJson takes a Standard Schema or a JSON Schema, not null.",
      "toReturnValidJson takes a Standard Schema or a JSON Schema, not a string.",
    ]
  `)
})

test('a matcher that got none fails, with .not too', async () => {
  const literal = { number: 'WRONG' } as Readonly<Record<string, unknown>>
  const message = 'has no keyword of one'
  await expect(expect(completion('{"number":"A"}')).toReturnValidJson(literal)).rejects.toThrow(message)
  await expect(expect(completion('no JSON')).not.toReturnValidJson(literal)).rejects.toThrow(message)
  expect(() => expect('{}').toEqual(expect.jsonMatching(literal))).toThrow(message)
})
