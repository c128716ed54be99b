import { type Json, type JsonObject, isObject } from './_json.ts'

/** What an instance may be filled from: facts by name, then what stands in the prompt, in order. */
export interface Hints {
  readonly facts: JsonObject
  readonly text: string
  readonly strings: string[]
  readonly numbers: number[]
}

/** Names that mean the same thing in other people's schemas. */
const aliases: readonly (readonly string[])[] = [
  ['number', 'id', 'invoice', 'invoicenumber', 'invoiceid', 'reference'],
  ['seller', 'vendor', 'supplier', 'company', 'from', 'issuer'],
  ['total', 'amount', 'sum', 'totalamount'],
  ['items', 'lines', 'lineitems', 'lineitemcount', 'itemcount'],
  ['city', 'location', 'place'],
  ['unit', 'units'],
]

const formats: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  time: '12:00:00Z',
  email: 'someone@example.com',
  uri: 'https://example.com/',
  url: 'https://example.com/',
  uuid: '00000000-0000-4000-8000-000000000000',
}

/** What a prompt offers to fill fields with: what stands between `<<<` and `>>>` alone, else quoted passages, then names (a capital inside a sentence), and numbers. */
export function hintsFrom(text: string, facts: JsonObject = {}): Hints {
  const blocks = [...text.matchAll(/<<<\n([\s\S]*?)\n>>>/g)].map((match) => match[1] ?? '')
  if (blocks.length > 0) return { facts, text, strings: blocks, numbers: [] }
  const quoted = [...text.matchAll(/(?<!\w)['"“`]([^'"”`\n]+)['"”`]/g)].map((match) => match[1] ?? '')
  const names = [...text.matchAll(/(?<=[a-z,;:] )[A-Z][\w-]+(?: [A-Z][\w-]+)*/g)].map((match) => match[0])
  const numbers = [...text.matchAll(/(?<![\w.-])-?\d+(?:\.\d+)?(?![\w-])/g)].map((match) => Number(match[0]))
  return { facts, text, strings: [...quoted, ...names], numbers }
}

/** A value that satisfies the schema: its usual words, and a `pattern` only where the prompt holds a match. */
export function instanceOf(
  schema: Json | undefined,
  hints: Hints,
  name = '',
  root: Json | undefined = schema,
  depth = 0,
): Json {
  if (!isObject(schema) || depth > 8) return factFor(name, hints) ?? hints.strings.shift() ?? name
  const inner = (part: Json | undefined) => instanceOf(part, hints, name, root, depth + 1)
  if (typeof schema['$ref'] === 'string') return inner(resolve(schema['$ref'], root))
  if (schema['const'] !== undefined) return schema['const']
  if (Array.isArray(schema['enum'])) return oneOf(schema['enum'], factFor(name, hints), hints.text)
  const variants = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(variants))
    return inner(variants.find((variant) => !isObject(variant) || variant['type'] !== 'null'))
  if (Array.isArray(schema['allOf'])) return inner(merged(schema['allOf'], root))
  const type =
    [schema['type']].flat().find((word) => word !== 'null') ?? (isObject(schema['properties']) ? 'object' : 'string')
  if (type === 'object') return objectOf(schema, hints, root, depth)
  if (type === 'array') return arrayOf(schema, hints, name, root, depth)
  if (type === 'boolean') return typeof factFor(name, hints) === 'boolean' ? (factFor(name, hints) ?? true) : true
  if (type === 'integer' || type === 'number') return numberOf(schema, hints, name, type === 'integer')
  return type === 'null' ? null : stringOf(schema, hints, name)
}

function factFor(name: string, { facts }: Hints): Json | undefined {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '')
  const same = aliases.find((group) => group.includes(plain)) ?? [plain]
  return Object.entries(facts).find(([key]) => same.includes(key.toLowerCase()))?.[1]
}

function resolve(ref: string, root: Json | undefined): Json | undefined {
  const steps = ref
    .replace(/^#\/?/, '')
    .split('/')
    .filter((step) => step !== '')
  return steps.reduce<Json | undefined>((at, step) => (isObject(at) ? at[step] : undefined), root)
}

function oneOf(values: readonly Json[], fact: Json | undefined, text: string): Json {
  const said = (value: Json) =>
    typeof value === 'string' && value !== '' && text.toLowerCase().includes(value.toLowerCase())
  return values.find((value) => value === fact) ?? values.find(said) ?? values[0] ?? null
}

function merged(parts: readonly Json[], root: Json | undefined): JsonObject {
  const properties: JsonObject = {}
  const whole: JsonObject = { type: 'object', properties }
  for (const part of parts) {
    const found = isObject(part) && typeof part['$ref'] === 'string' ? resolve(part['$ref'], root) : part
    if (!isObject(found)) continue
    Object.assign(properties, found['properties'])
    Object.assign(whole, found, { properties })
  }
  return whole
}

function objectOf(schema: JsonObject, hints: Hints, root: Json | undefined, depth: number): JsonObject {
  const properties = isObject(schema['properties']) ? schema['properties'] : {}
  return Object.fromEntries(
    Object.entries(properties).map(([key, part]) => [key, instanceOf(part, hints, key, root, depth + 1)]),
  )
}

function arrayOf(schema: JsonObject, hints: Hints, name: string, root: Json | undefined, depth: number): Json[] {
  const fact = factFor(name, hints)
  if (Array.isArray(fact)) return fact
  const length = typeof schema['minItems'] === 'number' ? schema['minItems'] : schema['maxItems'] === 0 ? 0 : 1
  return Array.from({ length }, () => instanceOf(schema['items'], hints, '', root, depth + 1))
}

function numberOf(schema: JsonObject, hints: Hints, name: string, whole: boolean): number {
  const bound = (word: string) => (typeof schema[word] === 'number' ? schema[word] : undefined)
  const least = bound('minimum') ?? (bound('exclusiveMinimum') ?? -1) + 1
  const most = bound('maximum') ?? (bound('exclusiveMaximum') ?? Infinity) - 1
  const fits = (value: Json | undefined): value is number =>
    typeof value === 'number' && (!whole || Number.isInteger(value)) && value >= Math.min(least, most) && value <= most
  const fact = factFor(name, hints)
  if (fits(fact)) return fact
  const at = hints.numbers.findIndex(fits)
  return at === -1 ? least : (hints.numbers.splice(at, 1)[0] ?? least)
}

function stringOf(schema: JsonObject, hints: Hints, name: string): string {
  const fact = factFor(name, hints)
  const wanted = typeof fact === 'string' || typeof fact === 'number' ? String(fact) : undefined
  const formatted = typeof schema['format'] === 'string' ? formats[schema['format']] : undefined
  const matched = typeof schema['pattern'] === 'string' ? matchOf(schema['pattern'], hints.text) : undefined
  const text = wanted ?? formatted ?? matched ?? hints.strings.shift() ?? (name === '' ? 'text' : name)
  const least = typeof schema['minLength'] === 'number' ? schema['minLength'] : 0
  return text.padEnd(least, '.').slice(0, typeof schema['maxLength'] === 'number' ? schema['maxLength'] : undefined)
}

function matchOf(pattern: string, text: string): string | undefined {
  return new RegExp(pattern.replace(/^\^|\$$/g, '')).exec(text)?.[0]
}
