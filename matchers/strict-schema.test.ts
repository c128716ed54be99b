import { expect, test } from 'vitest'
import { z } from 'zod'
import * as z3 from 'zod/v3'
import { lintStrictSchema } from './strict-schema.ts'
import type { StrictSchemaRule } from './strict-schema.ts'

const said = (schema: unknown) =>
  lintStrictSchema(schema as boolean).map(({ path, rule, says }) => `${path}: ${rule}: ${says}`)

const object = (properties: object, more: object = {}) => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
})

const text = { type: 'string' }
const many = (count: number, length = 0) => Array.from({ length: count }, (_, n) => String(n).padStart(length, '0'))
const nested = (levels: number): object => object(levels === 1 ? { end: text } : { a: nested(levels - 1) })
const wide = (count: number, length = 0) => object(Object.fromEntries(many(count, length).map((name) => [name, text])))

const fits: [string, unknown][] = [
  ['an empty object', object({})],
  [
    'every type',
    object({ a: text, b: { type: ['number', 'null'] }, c: { type: 'array', items: { type: 'integer' } } }),
  ],
  ['an enum and a const without a type', object({ a: { enum: ['x', 1, null] }, b: { const: 'y' } })],
  ['anyOf below the root', object({ a: { anyOf: [text, object({ b: { type: 'boolean' } })] } })],
  [
    '$defs, and $ref to them and to the root',
    object({ a: { $ref: '#/$defs/n' }, b: { anyOf: [{ $ref: '#' }, { type: 'null' }] } }, { $defs: { n: text } }),
  ],
  [
    'patterns, formats and ranges',
    object({
      a: { ...text, pattern: '^x', format: 'email' },
      b: { type: 'number', minimum: 0, multipleOf: 2 },
      c: { type: 'array', items: text, minItems: 1, maxItems: 9 },
    }),
  ],
  ['a property with the name of a keyword', object({ allOf: text, if: text })],
  ['titles and descriptions', object({ a: { ...text, title: 'A', description: 'a' } })],
  ['10 levels', nested(10)],
  ['5000 properties', wide(5000)],
  [
    '1000 values in enums of 250',
    object(Object.fromEntries(many(4).map((name) => [name, { ...text, enum: many(250, 70) }]))),
  ],
  ['a Zod schema', z.object({ a: z.email(), b: z.enum(['x']).nullable(), c: z.array(z.object({ d: z.int() })) })],
  [
    'a recursive Zod schema',
    z.object({
      a: z.string(),
      get b() {
        return z.nullable(z.object({ c: z.string() }))
      },
    }),
  ],
]

test.each(fits)('%s fits', (_, schema) => {
  expect(said(schema)).toEqual([])
})

const faults: [StrictSchemaRule, string, unknown][] = [
  ['root-object', '$', { type: 'array', items: text }],
  ['root-object', '$', true],
  ['root-any-of', '$', { anyOf: [object({})] }],
  ['additional-properties', '$.additionalProperties', { type: 'object', properties: {} }],
  [
    'additional-properties',
    '$.properties.a.additionalProperties',
    object({ a: object({}, { additionalProperties: text }) }),
  ],
  ['required', '$.required', object({ a: text, b: text }, { required: ['a'] })],
  ['required', '$.required', z.object({ a: z.string().optional() })],
  ['type', '$.properties.a', object({ a: { type: 'date' } })],
  ['type', '$.properties["a b"]', object({ 'a b': {} })],
  ['type', '$.properties.a.items', object({ a: { type: 'array', items: true } })],
  ...[
    'allOf',
    'not',
    'dependentRequired',
    'dependentSchemas',
    'if',
    'then',
    'else',
    'oneOf',
    'minLength',
    'uniqueItems',
    'patternProperties',
  ].map((keyword): [StrictSchemaRule, string, unknown] => [
    'keyword',
    `$.properties.a.${keyword}`,
    object({ a: { ...text, [keyword]: {} } }),
  ]),
  [
    'keyword',
    '$.properties.a.oneOf',
    z.object({ a: z.discriminatedUnion('k', [z.object({ k: z.literal('x') }), z.object({ k: z.literal('y') })]) }),
  ],
  ['format', '$.properties.a.format', object({ a: { ...text, format: 'uri' } })],
  ['reference', '$.properties.a.$ref', object({ a: { $ref: '#/$defs/none' } })],
  ['reference', '$.properties.a.$ref', object({ a: { $ref: 'https://acme.example/a.json' } })],
  [
    'reference',
    '$.properties.a.$ref',
    object({ a: { $ref: '#/$defs/n', description: 'A number' } }, { $defs: { n: text } }),
  ],
  ['root-object', '$', { $ref: '#/$defs/o', $defs: { o: object({}) } }],
  ['items', '$.properties.a', object({ a: { type: 'array' } })],
  ['required', '$.required', object({ a: text }, { required: ['a', 'b', 'toString'] })],
  ['keyword', '$.properties.a.toString', object({ a: { ...text, toString: 1 } })],
  ['nesting-limit', '$', nested(11)],
  ['nesting-limit', '$', object({ a: { $ref: '#/$defs/n' } }, { $defs: { n: nested(10) } })],
  ['property-limit', '$', wide(5001)],
  ['enum-limit', '$', object({ a: { ...text, enum: many(501) }, b: { ...text, enum: many(500) } })],
  ['enum-length-limit', '$.properties.a.enum', object({ a: { ...text, enum: many(251, 60) } })],
  ['text-limit', '$', wide(1201, 100)],
]

test.each(faults)('%s is found at %s', (rule, path, schema) => {
  expect(lintStrictSchema(schema as boolean).map((fault) => [fault.rule, fault.path])).toEqual([[rule, path]])
})

test('every fault says what stands there and what to write', () => {
  expect(faults.flatMap(([, , schema]) => said(schema))).toMatchInlineSnapshot(`
    [
      "$: root-object: is no object; wrap it in a property of one",
      "$: root-object: is true; write an object schema",
      "$: root-any-of: is an anyOf; wrap it in a property",
      "$.additionalProperties: additional-properties: is missing; write false",
      "$.properties.a.additionalProperties: additional-properties: is {"type":"string"}; write false",
      "$.required: required: leaves out "b"; list every property, and let what is optional be null",
      "$.required: required: leaves out "a"; list every property, and let what is optional be null",
      "$.properties.a: type: has the type "date"; use string, number, boolean, integer, object, array, null",
      "$.properties["a b"]: type: has no type; give it one, or anyOf, enum or $ref",
      "$.properties.a.items: type: is true in place of a schema; give it a type",
      "$.properties.a.allOf: keyword: is not supported; merge its parts into one object",
      "$.properties.a.not: keyword: is not supported; leave it out",
      "$.properties.a.dependentRequired: keyword: is not supported; leave it out",
      "$.properties.a.dependentSchemas: keyword: is not supported; leave it out",
      "$.properties.a.if: keyword: is not supported; leave it out",
      "$.properties.a.then: keyword: is not supported; leave it out",
      "$.properties.a.else: keyword: is not supported; leave it out",
      "$.properties.a.oneOf: keyword: is not supported; write anyOf",
      "$.properties.a.minLength: keyword: is not supported; leave it out",
      "$.properties.a.uniqueItems: keyword: is not supported; leave it out",
      "$.properties.a.patternProperties: keyword: is not supported; write an array of key and value",
      "$.properties.a.oneOf: keyword: is not supported; write anyOf",
      "$.properties.a.format: format: is "uri"; use date-time, time, date, duration, email, hostname, ipv4, ipv6, uuid",
      "$.properties.a.$ref: reference: leads nowhere in this schema: #/$defs/none",
      "$.properties.a.$ref: reference: leads nowhere in this schema: https://acme.example/a.json",
      "$.properties.a.$ref: reference: stands beside "description"; leave only the $ref",
      "$: root-object: is a $ref; write the object itself there",
      "$.properties.a: items: is an array without items; say what they are",
      "$.required: required: names "b", "toString", for which there is no property; declare it or leave it out",
      "$.properties.a.toString: keyword: is not supported; leave it out",
      "$: nesting-limit: has 11 levels of objects; 10 at most",
      "$: nesting-limit: has 11 levels of objects; 10 at most",
      "$: property-limit: has 5001 properties in all; 5000 at most",
      "$: enum-limit: has 1001 enum values in all; 1000 at most",
      "$.properties.a.enum: enum-length-limit: has 251 values of 15060 characters; more than 250 values may have 15000",
      "$: text-limit: has 120100 characters in names, enum and const values; 120000 at most",
    ]
  `)
})

test('throws for what is no schema, and for what has no JSON Schema', () => {
  expect(() => said('text')).toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: lintStrictSchema takes a JSON Schema or a Zod schema.]`,
  )
  expect(() => said(z.object({ a: z.date() }))).toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: Zod cannot say this schema as JSON Schema: Date cannot be represented in JSON Schema]`,
  )
  expect(() => said(z3.object({}))).toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: lintStrictSchema takes a JSON Schema or a Zod schema.]`,
  )
})

test('a schema that holds itself is none, and one whose parts are shared is', () => {
  const self = object({ a: text }) as { properties: Record<string, unknown> }
  self.properties['self'] = self
  expect(() => said(self)).toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: The schema refers to itself at $.properties.self; use $ref.]`,
  )
  const anyOf: unknown[] = [text]
  anyOf.push({ anyOf })
  expect(() => said(object({ a: { anyOf } }))).toThrow('refers to itself at $.properties.a.anyOf[1].anyOf; use $ref')
  expect(said(object({ a: text, b: text }))).toEqual([])
})

test('a recursion counts once, a chain of references each', () => {
  const link = (to: string) => object({ next: { $ref: `#/$defs/${to}` } })
  const chain = (count: number) => {
    const $defs = Object.fromEntries(many(count).map((name) => [name, link(String(Number(name) + 1))]))
    return object({ a: { $ref: '#/$defs/0' } }, { $defs: { ...$defs, [count]: object({}) } })
  }
  expect(said(object({ a: { anyOf: [{ $ref: '#' }, { type: 'null' }] } }))).toEqual([])
  expect(said(chain(8))).toEqual([])
  expect(said(chain(9))).toEqual(['$: nesting-limit: has 11 levels of objects; 10 at most'])
})

test('a fine-tuned model takes no patterns, formats and ranges', () => {
  const schema = object({ a: { ...text, pattern: 'x' }, b: { type: 'number', minimum: 1 } })
  expect(lintStrictSchema(schema)).toEqual([])
  expect(lintStrictSchema(schema, { fineTuned: true })).toMatchInlineSnapshot(`
    [
      {
        "path": "$.properties.a.pattern",
        "rule": "keyword",
        "says": "is not supported for fine-tuned models; leave it out",
      },
      {
        "path": "$.properties.b.minimum",
        "rule": "keyword",
        "says": "is not supported for fine-tuned models; leave it out",
      },
    ]
  `)
})

test('a schema of any depth is read', () => {
  let deep: object = text
  for (let level = 0; level < 50_000; level++) deep = { type: 'array', items: deep }
  expect(said(object({ a: deep }))).toEqual([])
})
