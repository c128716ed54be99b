import { createRequire } from 'node:module'
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { ErrorObject, ValidateFunction } from 'ajv'
import { LlmContractsError } from '../src/errors.ts'
import { isTooDeep } from './_deep.ts'
import { excerpt, firstFive, inCode, kindOf, step, titleOf } from '../src/wire/text.ts'

/** A JSON Schema of draft-07, 2019-09 or 2020-12 (the default), chosen by `$schema`. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown }

/** Whatever a matcher takes for a schema: Zod, Valibot, ArkType and their like, or JSON Schema. */
export type Schema = JsonSchema | StandardSchemaV1

/** One place where a value does not fit its schema. */
export interface Issue {
  /** JSON path from the value's root, such as `$.items[0].price`. */
  readonly path: string
  readonly message: string
}

const compiled = new WeakMap<object, ValidateFunction>()

/**
 * Checks a value against a Standard Schema or a JSON Schema.
 *
 * @throws LlmContractsError `bad-schema` where the schema is none, is invalid, or names an unknown draft.
 */
export async function checkAgainst(schema: Schema, value: unknown): Promise<{ issues: Issue[]; name: string }> {
  const name = schemaName(schema)
  try {
    if (!isStandard(schema)) return { issues: jsonSchemaIssues(schema, value), name }
    return { issues: standardIssues(await schema['~standard'].validate(value)), name }
  } catch (error) {
    return { issues: tooDeep(error), name }
  }
}

/** A value with more levels than a validator has room for fits nothing; any other trouble is thrown on. */
function tooDeep(error: unknown): Issue[] {
  if (!isTooDeep(error)) throw error
  return [{ path: '$', message: 'is nested too deeply to be checked' }]
}

/**
 * The same at once, for an asymmetric matcher, which cannot wait.
 *
 * @throws LlmContractsError `bad-schema` also where the schema answers later.
 */
export function checkAtOnce(schema: Schema, value: unknown): { issues: Issue[]; name: string } {
  const name = schemaName(schema)
  let result: StandardSchemaV1.Result<unknown> | Promise<StandardSchemaV1.Result<unknown>>
  try {
    if (!isStandard(schema)) return { issues: jsonSchemaIssues(schema, value), name }
    result = schema['~standard'].validate(value)
  } catch (error) {
    return { issues: tooDeep(error), name }
  }
  if (!(result instanceof Promise)) return { issues: standardIssues(result), name }
  result.catch(() => {})
  const subject = name === 'schema' ? 'The schema' : `The schema ${name}`
  throw new LlmContractsError(
    'bad-schema',
    `${subject} validates asynchronously, and an asymmetric matcher cannot wait for it.`,
  )
}

function jsonSchemaIssues(schema: JsonSchema, value: unknown): Issue[] {
  if (schema === true) return []
  if (schema === false) return [{ path: '$', message: 'must not be there: the schema is false' }]
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    throw new LlmContractsError('bad-schema', `A schema is a Standard Schema or a JSON Schema, not ${kindOf(schema)}.`)
  }
  const validate = compiled.get(schema) ?? compile(schema)
  compiled.set(schema, validate)
  return validate(value) ? [] : (validate.errors ?? []).map(ajvIssue)
}

/** The name under which a message mentions a schema: its title, its description, or `schema`. */
export function schemaName(schema: unknown): string {
  return titleOf(schema) ?? 'schema'
}

/** Whether a value is a schema by its looks: a Standard Schema, or an object that speaks JSON Schema. */
export function looksLikeSchema(value: unknown): value is Schema {
  if (isStandard(value)) return true
  if (typeof value !== 'object' || value === null) return false
  if ('$schema' in value) return true
  return (
    'type' in value &&
    value.type === 'object' &&
    ['properties', 'required', 'additionalProperties'].some((key) => key in value)
  )
}

/** Whether a value speaks the standard; ArkType's schemas are functions. */
export function isStandard(value: unknown): value is StandardSchemaV1 {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') && '~standard' in value
}

function standardIssues(result: StandardSchemaV1.Result<unknown>): Issue[] {
  return (result.issues ?? []).map(({ message, path = [] }) => {
    const keys = path.map((part) => (typeof part === 'object' ? part.key : part))
    return { path: `$${keys.map(step).join('')}`, message }
  })
}

// Loaded where the first JSON Schema comes, and at once: an asymmetric matcher cannot wait.
const load = createRequire(import.meta.url)
const drafts = {
  'draft-07': () => (load('ajv') as typeof import('ajv')).Ajv,
  '2019-09': () => (load('ajv/dist/2019.js') as typeof import('ajv/dist/2019.js')).Ajv2019,
  '2020-12': () => (load('ajv/dist/2020.js') as typeof import('ajv/dist/2020.js')).Ajv2020,
}

function compile(schema: { readonly [keyword: string]: unknown }): ValidateFunction {
  const named = schema['$schema'] ?? '2020-12'
  const draft = (Object.keys(drafts) as (keyof typeof drafts)[]).find((known) => inCode(named).includes(known))
  if (draft === undefined) {
    const known = 'use draft-07, 2019-09 or 2020-12 instead'
    throw new LlmContractsError(
      'bad-schema',
      `The schema names a draft that is not spoken here ($schema ${inCode(named)}): ${known}.`,
    )
  }
  const Ajv = drafts[draft]()
  const formats = load('ajv-formats') as typeof import('ajv-formats')
  // An instance of its own for each schema: the same $id may come twice.
  const ajv = new Ajv({ strict: false, allErrors: true, verbose: true, logger: false })
  formats.default.default(ajv)
  try {
    return ajv.compile(schema)
  } catch (cause) {
    const reason = whyInvalid(cause, ajv.errors?.[0])
    const title = schemaName(schema)
    const subject = title === 'schema' ? 'The schema' : `The schema ${title}`
    throw new LlmContractsError(
      'bad-schema',
      `${subject} is no valid JSON Schema (${draft}): ${excerpt(reason, 200)}.`,
      { cause },
    )
  }
}

/** The first thing wrong with a schema: where it stands, what belongs there, and what stood there. */
function whyInvalid(cause: unknown, error: ErrorObject | undefined): string {
  if (isTooDeep(cause)) return 'it is nested too deeply, or holds itself'
  if (error === undefined) return (cause as Error).message
  const { path, message } = ajvIssue(error)
  return `${path} ${/, was |is missing$/.test(message) ? message : `${message}, was ${inCode(error.data)}`}`
}

function ajvIssue({ instancePath, keyword, params, message = '', data }: ErrorObject): Issue {
  const keys = instancePath.split('/').slice(1)
  const path = `$${keys.map((key) => step(/^\d+$/.test(key) ? Number(key) : unescaped(key))).join('')}`
  const { missingProperty, additionalProperty, unevaluatedProperty, allowedValues, allowedValue } = params as Record<
    string,
    unknown
  >
  const extra = additionalProperty ?? unevaluatedProperty
  if (typeof missingProperty === 'string') return { path: path + step(missingProperty), message: 'is missing' }
  if (typeof extra === 'string') return { path: path + step(extra), message: 'is not in the schema' }
  if (Array.isArray(allowedValues))
    return {
      path,
      message: `must be one of ${allowedValues.map((one) => inCode(one)).join(', ')}, was ${inCode(data)}`,
    }
  if (keyword === 'const') return { path, message: `must be ${inCode(allowedValue)}, was ${inCode(data)}` }
  return { path, message: keyword === 'type' || keyword === 'format' ? `${message}, was ${inCode(data)}` : message }
}

function unescaped(key: string): string {
  return key.replaceAll('~1', '/').replaceAll('~0', '~')
}

/** The lines that show issues in a message: up to five, each indented, and how many more there are. */
export function renderIssues(issues: readonly Issue[]): string[] {
  return firstFive(issues.map(({ path, message }) => `${path}: ${excerpt(message, 160)}`)).map((line) => `  ${line}`)
}
