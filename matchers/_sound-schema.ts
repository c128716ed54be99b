import { LlmContractsError } from '../src/errors.ts'
import { inCode, kindOf } from '../src/wire/text.ts'
import { isStandard } from './schema.ts'

// Of all drafts, and `nullable` of OpenAPI. Without one of the first a schema lets everything pass.
const binding = new Set(
  `$ref $dynamicRef $recursiveRef type enum const allOf anyOf oneOf not if then else dependencies dependentSchemas
  dependentRequired properties patternProperties additionalProperties unevaluatedProperties propertyNames required
  minProperties maxProperties items prefixItems additionalItems unevaluatedItems contains minContains maxContains
  minItems maxItems uniqueItems minLength maxLength pattern format minimum maximum exclusiveMinimum exclusiveMaximum
  multipleOf nullable`.split(/\s+/),
)
const telling = new Set(
  `$schema $id $anchor $dynamicAnchor $recursiveAnchor $vocabulary $comment $defs definitions title description default
  examples deprecated readOnly writeOnly contentEncoding contentMediaType contentSchema discriminator`.split(/\s+/),
)

/**
 * Makes sure that what a test gives for a schema is one: every object would do for a JSON Schema, whose unknown keywords
 * mean nothing, so that a literal would let everything pass.
 *
 * @throws LlmContractsError `bad-schema` for a literal, an asymmetric matcher, OpenAI's wrapper around a schema, and what
 * is no object at all.
 */
export function mustBeSchema(matcher: string, schema: unknown): void {
  if (isStandard(schema) || typeof schema === 'boolean') return
  const bad = (what: string) =>
    new LlmContractsError('bad-schema', `${matcher} takes a Standard Schema or a JSON Schema, ${what}.`)
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) throw bad(`not ${kindOf(schema)}`)
  if ('asymmetricMatch' in schema) throw bad(`not the asymmetric matcher ${inCode(schema)}`)
  const keys = Object.keys(schema)
  const inner = innerSchema(schema)
  if (inner !== undefined) throw bad(`and got what OpenAI wraps around one: pass its ${inner}`)
  if (keys.some((key) => binding.has(key)) || keys.every((key) => telling.has(key))) return
  throw bad(`and ${inCode(schema)} has no keyword of one: to compare values, parse the text and use toEqual`)
}

/** Where the schema is inside of `response_format`, of its `json_schema`, or of the Responses API's `text.format`. */
function innerSchema(schema: object): string | undefined {
  const { json_schema: wrapped, schema: own, name, type } = schema as Readonly<Record<string, unknown>>
  if (typeof wrapped === 'object' && wrapped !== null) return '`json_schema.schema`'
  const wraps = typeof name === 'string' || type === 'json_schema'
  return wraps && typeof own === 'object' && own !== null ? '`schema`' : undefined
}
