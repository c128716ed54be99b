import { step } from '../src/wire/text.ts'
import { isNode, referred } from './_strict-depth.ts'
import type { Node } from './_strict-depth.ts'
import type { StrictSchemaFault } from './strict-schema.ts'

const TYPES = ['string', 'number', 'boolean', 'integer', 'object', 'array', 'null']
// What may stand beside a reference.
const BESIDE_REF = ['$ref', '$defs', 'definitions', '$schema', '$id', '$comment']
// What says without a type what a value is; of the last two, that they are not supported is said already.
const TYPELESS = ['anyOf', '$ref', 'enum', 'const', 'oneOf', 'allOf']
const FORMATS = ['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid']
// Besides what describes and never constrains.
const KEYWORDS = new Set(
  `$schema $id $ref $defs definitions $comment title description default examples deprecated readOnly writeOnly
  type enum const anyOf properties required additionalProperties items pattern format
  multipleOf maximum exclusiveMaximum minimum exclusiveMinimum minItems maxItems`.split(/\s+/),
)

// What the guide names besides as not supported for fine-tuned models.
const NOT_TUNED = new Set(
  'pattern format minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minItems maxItems'.split(' '),
)

/** What counts towards the limits of a whole schema. */
export interface Seen {
  properties: number
  values: number
  characters: number
}

/** One part of a schema. */
export interface Place {
  readonly path: string
  readonly node: unknown
}

/** What leaves the strict subset at one place of a schema, the parts inside of it apart. */
export function* faultsAt(
  { path, node }: Place,
  root: Node,
  seen: Seen,
  fineTuned: boolean,
): Iterable<StrictSchemaFault> {
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
    yield { path: path + step(key), rule: 'keyword', says: `is not supported${instead.get(key) ?? '; leave it out'}` }
  }
  for (const key of Object.keys(node).filter((key) => fineTuned && NOT_TUNED.has(key))) {
    yield { path: path + step(key), rule: 'keyword', says: 'is not supported for fine-tuned models; leave it out' }
  }
  if (typeof node.format === 'string' && !FORMATS.includes(node.format)) {
    yield {
      path: `${path}.format`,
      rule: 'format',
      says: `is ${JSON.stringify(node.format)}; use ${FORMATS.join(', ')}`,
    }
  }
  if (typeof node.$ref === 'string') yield* referenceFaults(path, node, node.$ref, root)
  if (types.includes('array') && !('items' in node) && !('prefixItems' in node)) {
    yield { path, rule: 'items', says: 'is an array without items; say what they are' }
  }
  if (types.includes('object') || isNode(node.properties)) yield* objectFaults(path, node)
  if (Array.isArray(node.enum)) yield* enumFaults(path, node.enum, seen)
  if (typeof node.const === 'string') seen.characters += node.const.length
}

const instead = new Map([
  ['oneOf', '; write anyOf'],
  ['allOf', '; merge its parts into one object'],
  ['prefixItems', '; write items, or an object'],
  ['patternProperties', '; write an array of key and value'],
  ['propertyNames', '; write an array of key and value'],
])

function* referenceFaults(path: string, node: Node, ref: string, root: Node): Iterable<StrictSchemaFault> {
  if (referred(ref, root) === undefined)
    yield { path: `${path}.$ref`, rule: 'reference', says: `leads nowhere in this schema: ${ref}` }
  const beside = Object.keys(node).filter((key) => !BESIDE_REF.includes(key))
  if (beside.length === 0) return
  const says = `stands beside ${named(beside)}; leave only the $ref`
  yield { path: `${path}.$ref`, rule: 'reference', says }
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
  const declared = new Set<unknown>(Object.keys(isNode(properties) ? properties : {}))
  const left = [...declared].filter((name) => !listed.has(name))
  if (left.length > 0) {
    const says = `leaves out ${named(left)}; list every property, and let what is optional be null`
    yield { path: `${path}.required`, rule: 'required', says }
  }
  const extra = [...listed].filter((name) => !declared.has(name))
  if (extra.length === 0) return
  const says = `names ${named(extra)}, for which there is no property; declare it or leave it out`
  yield { path: `${path}.required`, rule: 'required', says }
}

function named(names: readonly unknown[]): string {
  const shown = names.slice(0, 5).map((name) => JSON.stringify(name))
  return `${shown.join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`
}

function* enumFaults(path: string, values: readonly unknown[], seen: Seen): Iterable<StrictSchemaFault> {
  const characters = values.reduce<number>((sum, value) => sum + (typeof value === 'string' ? value.length : 0), 0)
  seen.values += values.length
  seen.characters += characters
  if (values.length <= 250 || characters <= 15_000) return
  const says = `has ${values.length} values of ${characters} characters; more than 250 values may have 15000`
  yield { path: `${path}.enum`, rule: 'enum-length-limit', says }
}
