import { createRequire } from 'node:module'
import type { JsonSchema } from './index.ts'
import { LlmContractsError } from '../src/errors.ts'
import { step } from '../src/wire/text.ts'
import { cycleIn } from './_cycle.ts'
import { depthOf, isNode } from './_strict-depth.ts'
import type { Node } from './_strict-depth.ts'
import { faultsAt } from './_strict-faults.ts'
import type { Place, Seen } from './_strict-faults.ts'

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
  | 'items'
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

/** For which model {@link lintStrictSchema} checks. */
export interface StrictSchemaOptions {
  /** A fine-tuned model, which takes no patterns, formats and ranges. */
  readonly fineTuned?: boolean
}

/**
 * Checks a schema against the subset of JSON Schema that OpenAI takes with `strict: true`, in `response_format` and in
 * tools: a provider that refuses a schema outside of it is right. Gives the faults in the order of the schema, its limits
 * last; none where it fits.
 *
 * @param schema A JSON Schema, or a Zod schema, which is turned into JSON Schema first.
 * @throws {LlmContractsError} `bad-schema` for what is no schema, a Zod schema that has no JSON Schema, or an object that
 * holds itself.
 * @see https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 *
 * @example
 * ```ts
 * expect(lintStrictSchema(z.object({ city: z.string().optional() }))).toEqual([])
 * // $: required: leaves out "city"; list every property …
 * ```
 */
export function lintStrictSchema(
  schema: JsonSchema | ZodType,
  { fineTuned = false }: StrictSchemaOptions = {},
): StrictSchemaFault[] {
  const root = isNode(schema) && '_zod' in schema ? jsonSchemaOf(schema) : schema
  if (!isNode(root) || isForeign(root)) {
    if (typeof root === 'boolean')
      return [{ path: '$', rule: 'root-object', says: `is ${root}; write an object schema` }]
    throw new LlmContractsError('bad-schema', 'lintStrictSchema takes a JSON Schema or a Zod schema.')
  }
  const cycle = cycleIn(root)
  if (cycle !== undefined) {
    throw new LlmContractsError('bad-schema', `The schema refers to itself at ${cycle}; use $ref.`)
  }
  const faults: StrictSchemaFault[] = [...rootFaults(root)]
  const seen: Seen = { properties: 0, values: 0, characters: 0 }
  const nodes: Place[] = [{ path: '$', node: root }]
  // By hand, not by recursion: a schema may be as deep as it likes.
  for (let place = nodes.pop(); place !== undefined; place = nodes.pop()) {
    faults.push(...faultsAt(place, root, seen, fineTuned))
    nodes.push(...[...within(place, seen)].toReversed())
  }
  return [...faults, ...limits(seen, depthOf(root))]
}

function* rootFaults(root: Node): Iterable<StrictSchemaFault> {
  if ('anyOf' in root) yield { path: '$', rule: 'root-any-of', says: 'is an anyOf; wrap it in a property' }
  else if (root.type === 'object') return
  else if ('$ref' in root) yield { path: '$', rule: 'root-object', says: 'is a $ref; write the object itself there' }
  else yield { path: '$', rule: 'root-object', says: 'is no object; wrap it in a property of one' }
}

function* within({ path, node }: Place, seen: Seen): Iterable<Place> {
  if (!isNode(node)) return
  for (const key of ['properties', '$defs', 'definitions']) {
    const inner = node[key]
    if (!isNode(inner)) continue
    for (const [name, schema] of Object.entries(inner)) {
      seen.characters += name.length
      if (key === 'properties') seen.properties += 1
      yield { path: `${path}.${key}${step(name)}`, node: schema }
    }
  }
  if ('items' in node) yield { path: `${path}.items`, node: node.items }
  if (!Array.isArray(node.anyOf)) return
  for (const [at, schema] of node.anyOf.entries()) yield { path: `${path}.anyOf[${at}]`, node: schema }
}

function* limits({ properties, values, characters }: Seen, depth: number): Iterable<StrictSchemaFault> {
  const over = (rule: StrictSchemaRule, count: number, most: number, noun: string) =>
    count > most ? [{ path: '$', rule, says: `has ${count} ${noun}; ${most} at most` }] : []
  yield* over('property-limit', properties, 5000, 'properties in all')
  yield* over('nesting-limit', depth, 10, 'levels of objects')
  yield* over('enum-limit', values, 1000, 'enum values in all')
  yield* over('text-limit', characters, 120_000, 'characters in names, enum and const values')
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
