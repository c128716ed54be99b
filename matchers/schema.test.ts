import type { StandardSchemaV1 } from '@standard-schema/spec'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import * as z3 from 'zod/v3'
import { checkAgainst, looksLikeSchema, schemaName } from './schema.ts'
import type { Schema } from './schema.ts'

const lines = async (schema: Schema, value: unknown) =>
  (await checkAgainst(schema, value)).issues.map(({ path, message }) => `${path}: ${message}`)

const trouble = (schema: unknown) =>
  checkAgainst(schema as Schema, 1).then(
    () => 'no trouble',
    (error: Error) => error.message,
  )

describe('a Standard Schema', () => {
  test('of Zod 4 and of Zod 3 gives its own messages, with paths', async () => {
    const value = { items: [{ price: '7' }], 'odd name': 1 }
    expect(await lines(z.object({ items: z.array(z.object({ price: z.number() })), 'odd name': z.string() }), value))
      .toMatchInlineSnapshot(`
      [
        "$.items[0].price: Invalid input: expected number, received string",
        "$["odd name"]: Invalid input: expected string, received number",
      ]
    `)
    expect(await lines(z3.object({ items: z3.array(z3.object({ price: z3.number() })) }), value))
      .toMatchInlineSnapshot(`
      [
        "$.items[0].price: Expected number, received string",
      ]
    `)
  })

  test('may answer later, give path segments, and be a function', async () => {
    const late = Object.assign(() => {}, {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: async () => ({ issues: [{ message: 'no', path: [{ key: 'a' }, 0] }] }),
      },
    }) as StandardSchemaV1
    expect(await lines(late, {})).toEqual(['$.a[0]: no'])
  })
})

describe('a JSON Schema', () => {
  test('is spoken in the draft that it names', async () => {
    const tuple = { items: [{ type: 'string' }, { type: 'number' }] }
    expect(await lines({ $schema: 'http://json-schema.org/draft-07/schema#', ...tuple }, ['a', 'b'])).toHaveLength(1)
    const named = { $schema: 'https://json-schema.org/draft/2019-09/schema', ...tuple }
    expect(await lines(named, ['a', 'b'])).toHaveLength(1)
    const prefix = { prefixItems: [{ type: 'string' }, { type: 'number' }] }
    expect(await lines(prefix, ['a', 'b'])).toHaveLength(1)
    expect(await lines({ $schema: 'https://json-schema.org/draft/2020-12/schema', ...prefix }, ['a', 1])).toEqual([])
  })

  test('says what is wrong where', async () => {
    const schema = {
      type: 'object',
      properties: {
        kind: { enum: ['a', 'b'] },
        one: { const: 1 },
        when: { type: 'string', format: 'date' },
        list: { type: 'array', items: { minimum: 3 } },
        'a/b': { type: 'string' },
      },
      required: ['name'],
      additionalProperties: false,
    }
    const value = { kind: 'c', one: 2, when: 'soon', list: [4, 2], 'a/b': null, extra: true }
    expect(await lines(schema, value)).toMatchInlineSnapshot(`
      [
        "$.name: is missing",
        "$.extra: is not in the schema",
        "$.kind: must be one of "a", "b", was "c"",
        "$.one: must be 1, was 2",
        "$.when: must match format "date", was "soon"",
        "$.list[1]: must be >= 3",
        "$["a/b"]: must be string, was null",
      ]
    `)
  })

  test('may be a boolean', async () => {
    expect([await lines(true, 1), await lines(false, 1)]).toEqual([[], ['$: must not be there: the schema is false']])
  })

  test('may bear an $id that another one bears', async () => {
    const one = { $id: 'https://example.org/a', type: 'string' }
    expect([await lines(one, 1), await lines({ ...one, type: 'number' }, 1)]).toEqual([expect.any(Array), []])
  })

  test('may have keywords and formats that nobody knows', async () => {
    expect(await lines({ type: 'string', format: 'phone', 'x-order': 1 }, 'a')).toEqual([])
  })
})

test('a schema that is none is explained in one sentence', async () => {
  expect(await trouble({ type: 'strnig' })).toMatchInlineSnapshot(
    `"The schema is no valid JSON Schema (2020-12): $.type must be one of "array", "boolean", "integer", "null", "number", "object", "string", was "strnig"."`,
  )
  expect(await trouble({ title: 'Order', $ref: '#/$defs/missing' })).toMatchInlineSnapshot(
    `"The schema Order is no valid JSON Schema (2020-12): can't resolve reference #/$defs/missing from id #."`,
  )
  expect(await trouble({ $schema: 'http://json-schema.org/draft-04/schema#' })).toMatchInlineSnapshot(
    `"The schema names a draft that is not spoken here ($schema "http://json-schema.org/draft-04/schema#"): use draft-07, 2019-09 or 2020-12 instead."`,
  )
  expect(await trouble((value: number) => value > 1)).toMatchInlineSnapshot(
    `"A schema is a Standard Schema or a JSON Schema, not a function."`,
  )
})

test('a schema is named by its title, its description, or not at all', () => {
  const names = [
    { title: 'Invoice', description: 'what we bill' },
    { description: 'what we bill' },
    z.object({}).meta({ title: 'Order' }),
    z.object({}).describe('an order'),
    z3.object({}).describe('an order'),
    z.object({}),
    { title: 'x'.repeat(50) },
    true,
  ].map(schemaName)
  expect(names).toMatchInlineSnapshot(`
    [
      "Invoice",
      "what we bill",
      "Order",
      "an order",
      "an order",
      "schema",
      "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
      "schema",
    ]
  `)
})

test('an object counts as a schema where it looks like one', () => {
  const schemas = [z.object({}), { $schema: 'x' }, { type: 'object', properties: {} }, { type: 'object', required: [] }]
  expect(schemas.map(looksLikeSchema)).toEqual([true, true, true, true])
  const literals = [{ type: 'object' }, { city: 'Paris' }, null, 'object', () => true]
  expect(literals.map(looksLikeSchema)).toEqual([false, false, false, false, false])
})
