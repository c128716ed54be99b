import { createRequire } from 'node:module'
import type { JsonSchema } from './index.ts'
import { LlmContractsError } from '../src/errors.ts'

/** One place where a schema leaves OpenAI's strict subset. */
export interface StrictSchemaFault {
  /** JSON path into the schema, such as `$.properties.total`; into what Zod makes of it where it is a Zod schema. */
  readonly path: string
  /** The rule's name, for a program to switch on. */
  readonly rule: StrictSchemaRule
  /** What stands there, and what to write instead. */
  readonly says: string
}

/** The rules of {@link lintStrictSchema}. */
export type StrictSchemaRule =
  | 'root-object'
  | 'root-any-of'
  | 'additional-properties'
  | 'required'
  | 'type'
  | 'keyword'
  | 'format'
  | 'reference'
  | 'property-limit'
  | 'nesting-limit'
  | 'enum-limit'
  | 'enum-length-limit'
  | 'text-limit'

/** A schema of Zod 4, or of `zod/v4` in Zod 3.25; Zod is loaded only where one comes. */
interface ZodType {
  readonly _zod: object
}

type Node = Readonly<Record<string, unknown>>

const TYPES = ['string', 'number', 'boolean', 'integer', 'object', 'array', 'null']
// What says without a type what a value is; of the last two, that they are not supported is said already.
const TYPELESS = ['anyOf', '$ref', 'enum', 'const', 'oneOf', 'allOf']
const FORMATS = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid']
// Besides what describes and never constrains.
const KEYWORDS = new Set(
  `$schema $id $ref $defs definitions $comment title description default examples deprecated readOnly writeOnly
  type enum const anyOf properties required additionalProperties items pattern format
  multipleOf maximum exclusiveMaximum minimum exclusiveMinimum minItems maxItems`.split(/\s+/),
)

/**
 * Checks a schema against the subset of JSON Schema that OpenAI takes with `strict: true`, in `response_format` and in
 * tools: a provider that refuses a schema outside of it is right. Gives the faults in the order of the schema, its limits
 * last; none where it fits.
 *
 * @param schema A JSON Schema, or a Zod schema, which is turned into JSON Schema first.
 * @throws {LlmContractsError} `bad-schema` for what is no schema, or a Zod schema that has no JSON Schema.
 * @see https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 *
 * @example
 * ```ts
 * expect(lintStrictSchema(z.object({ city: z.string().optional() }))).toEqual([])
 * // $: required: leaves out "city"; list every property …
 * ```
 */
export function lintStrictSchema(schema: JsonSchema | ZodType): StrictSchemaFault[] {
  const root = isNode(schema) && '_zod' in schema ? jsonSchemaOf(schema) : schema
  if (!isNode(root) || isForeign(root)) {
    if (typeof root === 'boolean')
      return [{ path: '$', rule: 'root-object', says: `is ${root}; write an object schema` }]
    throw new LlmContractsError('bad-schema', 'lintStrictSchema takes a JSON Schema or a Zod schema.')
  }
  const faults: StrictSchemaFault[] = []
  const seen: Seen = { properties: 0, values: 0, characters: 0, depth: 0 }
  if ('anyOf' in root) faults.push({ path: '$', rule: 'root-any-of', says: 'is an anyOf; wrap it in a property' })
  else if (root.type !== 'object' && !('$ref' in root)) {
    faults.push({ path: '$', rule: 'root-object', says: 'is no object; wrap it in a property of one' })
  }
  const nodes: Place[] = [{ path: '$', node: root, depth: 0 }]
  // By hand, not by recursion: a schema may be as deep as it likes.
  for (let place = nodes.pop(); place !== undefined; place = nodes.pop()) {
    faults.push(...faultsAt(place, root, seen))
    nodes.push(...[...within(place, seen)].toReversed())
  }
  return [...faults, ...limits(seen)]
}

interface Seen {
  properties: number
  values: number
  characters: number
  depth: number
}

interface Place {
  readonly path: string
  readonly node: unknown
  /** Levels of objects and arrays around it. */
  readonly depth: number
}

function* faultsAt({ path, node, depth }: Place, root: Node, seen: Seen): Iterable<StrictSchemaFault> {
  if (!isNode(node)) {
    yield { path, rule: 'type', says: `is ${JSON.stringify(node) ?? 'undefined'} in place of a schema; give it a type` }
    return
  }
  const types = [node.type].flat().filter((type) => type !== undefined)
  const odd = types.find((type) => !TYPES.includes(type as string))
  if (odd !== undefined)
    yield { path, rule: 'type', says: `has the type ${JSON.stringify(odd)}; use ${TYPES.join(', ')}` }
  if (types.length === 0 && !TYPELESS.some((key) => key in node) && path !== '$') {
    yield { path, rule: 'type', says: 'has no type; give it one, or anyOf, enum or $ref' }
  }
  for (const key of Object.keys(node).filter((key) => !KEYWORDS.has(key))) {
    yield { path: path + step(key), rule: 'keyword', says: `is not supported${instead[key] ?? '; leave it out'}` }
  }
  if (typeof node.format === 'string' && !FORMATS.includes(node.format)) {
    yield {
      path: `${path}.format`,
      rule: 'format',
      says: `is ${JSON.stringify(node.format)}; use ${FORMATS.join(', ')}`,
    }
  }
  if (typeof node.$ref === 'string' && !resolves(node.$ref, root)) {
    yield { path: `${path}.$ref`, rule: 'reference', says: `leads nowhere in this schema: ${node.$ref}` }
  }
  if (types.includes('object') || isNode(node.properties)) yield* objectFaults(path, node)
  if (Array.isArray(node.enum)) yield* enumFaults(path, node.enum, seen)
  if (typeof node.const === 'string') seen.characters += node.const.length
  if (types.includes('object')) seen.depth = Math.max(seen.depth, depth + 1)
}

const instead: Readonly<Record<string, string>> = {
  oneOf: '; write anyOf',
  allOf: '; merge its parts into one object',
  prefixItems: '; write items, or an object',
  patternProperties: '; write an array of key and value',
  propertyNames: '; write an array of key and value',
}

function* objectFaults(
  path: string,
  { properties, required, additionalProperties }: Node,
): Iterable<StrictSchemaFault> {
  if (additionalProperties !== false) {
    const is = additionalProperties === undefined ? 'is missing' : `is ${JSON.stringify(additionalProperties)}`
    yield { path: `${path}.additionalProperties`, rule: 'additional-properties', says: `${is}; write false` }
  }
  const listed = new Set<unknown>(Array.isArray(required) ? required : [])
  const left = Object.keys(isNode(properties) ? properties : {}).filter((name) => !listed.has(name))
  if (left.length === 0) return
  const names = left.slice(0, 5).map((name) => JSON.stringify(name))
  const more = left.length > 5 ? ` and ${left.length - 5} more` : ''
  const says = `leaves out ${names.join(', ')}${more}; list every property, and let what is optional be null`
  yield { path: `${path}.required`, rule: 'required', says }
}

function* enumFaults(path: string, values: readonly unknown[], seen: Seen): Iterable<StrictSchemaFault> {
  const characters = values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0)
  seen.values += values.length
  seen.characters += characters
  if (values.length <= 250 || characters <= 15_000) return
  const says = `has ${values.length} values of ${characters} characters; more than 250 values may have 15000`
  yield { path: `${path}.enum`, rule: 'enum-length-limit', says }
}

function* within({ path, node, depth }: Place, seen: Seen): Iterable<Place> {
  if (!isNode(node)) return
  const deeper = [node.type].flat().includes('object') ? depth + 1 : depth
  for (const key of ['properties', '$defs', 'definitions']) {
    const inner = node[key]
    if (!isNode(inner)) continue
    for (const [name, schema] of Object.entries(inner)) {
      seen.characters += name.length
      if (key === 'properties') seen.properties += 1
      yield { path: `${path}.${key}${step(name)}`, node: schema, depth: key === 'properties' ? deeper : 0 }
    }
  }
  if ('items' in node) yield { path: `${path}.items`, node: node.items, depth: deeper }
  if (!Array.isArray(node.anyOf)) return
  for (const [at, schema] of node.anyOf.entries()) yield { path: `${path}.anyOf[${at}]`, node: schema, depth: deeper }
}

function* limits({ properties, values, characters, depth }: Seen): Iterable<StrictSchemaFault> {
  const over = (rule: StrictSchemaRule, count: number, most: number, noun: string) =>
    count > most ? [{ path: '$', rule, says: `has ${count} ${noun}; ${most} at most` }] : []
  yield* over('property-limit', properties, 5000, 'properties in all')
  yield* over('nesting-limit', depth, 10, 'levels of objects')
  yield* over('enum-limit', values, 1000, 'enum values in all')
  yield* over('text-limit', characters, 120_000, 'characters in names, enum and const values')
}

function resolves(ref: string, root: Node): boolean {
  if (!ref.startsWith('#')) return false
  const keys = ref
    .slice(1)
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
  let at: unknown = root
  for (const key of keys)
    at = typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Node)[key] : undefined
  return at !== undefined
}

function jsonSchemaOf(schema: unknown): unknown {
  try {
    const zod = createRequire(import.meta.url)('zod/v4') as { toJSONSchema(schema: unknown): unknown }
    return zod.toJSONSchema(schema)
  } catch (cause) {
    const reason = (cause as Error).message.split('\n')[0] ?? ''
    throw new LlmContractsError('bad-schema', `Zod cannot say this schema as JSON Schema: ${reason}`, { cause })
  }
}

// Schemas of Zod 3 and of Valibot. The standard's mark tells nothing: what `z.toJSONSchema` makes bears it too.
function isForeign(schema: Node): boolean {
  return '_def' in schema || '~run' in schema
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function step(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}
