import { LlmContractsError } from '../errors.ts'
import { urlTrouble, withoutSlash } from './url.ts'

/** An object whose fields nobody has looked at yet. */
export type Fields = Readonly<Record<string, unknown>>

/** Names a field together with its provider: `models.chat of provider "acme"`. */
export type Naming = (field: string) => string

/**
 * Whether a value is an object with fields; arrays are not.
 *
 * @example
 * ```ts
 * isObject([]) // false
 * ```
 */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * The error of a wrong option.
 *
 * @example
 * ```ts
 * throw bad('label of provider "acme" is missing: write its own name.')
 * ```
 */
export function bad(message: string): LlmContractsError {
  return new LlmContractsError('bad-option', message)
}

/**
 * A value as a sentence may show it: text in quotes, anything else by its kind.
 *
 * @example
 * ```ts
 * found('vison') // '"vison"'
 * found([]) // 'an empty array'
 * ```
 */
export function found(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : kind(value)
}

/**
 * Throws unless the value is text with something in it.
 *
 * @example
 * ```ts
 * checkText('', 'label', 'a name') // throws 'label is "": write a name.'
 * ```
 */
export function checkText(value: unknown, field: string, rule: string): void {
  if (typeof value !== 'string' || value.trim() === '') throw bad(`${field} is ${found(value)}: write ${rule}.`)
}

/**
 * Returns the value if it is an array, and throws otherwise.
 *
 * @example
 * ```ts
 * checkList('chat', 'offers', 'capabilities') // throws 'offers is "chat": write an array of capabilities.'
 * ```
 */
export function checkList(value: unknown, field: string, rule: string): readonly unknown[] {
  if (!Array.isArray(value)) throw bad(`${field} is ${found(value)}: write an array of ${rule}.`)
  return value
}

/**
 * Throws unless the value is an absolute http(s) URL, bare of everything but a path.
 *
 * @example
 * ```ts
 * checkURL('acme.dev', 'baseURL') // throws 'baseURL is "acme.dev", which is no absolute http(s) URL: write …'
 * ```
 */
export function checkURL(value: unknown, field: string): void {
  const trouble = typeof value === 'string' && value !== '' ? urlTrouble(value) : `is ${found(value)}`
  if (trouble === undefined) return
  const repaired = typeof value === 'string' ? withoutSlash(value) : ''
  const advice = urlTrouble(repaired) === undefined ? `'${repaired}'` : `an address such as 'https://api.acme.dev/v1'`
  throw new LlmContractsError('bad-url', `${field} ${trouble}: write ${advice}.`)
}

/**
 * Throws unless the value is a list of environment variables. It may hold a key by mistake, so it is not shown.
 *
 * @example
 * ```ts
 * checkKeys('sk-…', 'keys', of, 'acme') // throws 'keys of provider "acme" is a string: write an array …'
 * ```
 */
export function checkKeys(value: unknown, field: string, of: Naming, name: string): void {
  const example = `'${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_API_KEY'`
  if (!Array.isArray(value)) {
    throw bad(`${of(field)} is ${kind(value)}: write an array of environment variable names, such as [${example}].`)
  }
  for (const [index, variable] of value.entries()) {
    checkVariable(variable, of(`${field}[${index}]`), example)
  }
}

/**
 * Throws unless the value names an environment variable. It may be a key by mistake, so it is not shown.
 *
 * @example
 * ```ts
 * checkVariable('ACME_API_KEY', 'keys[0]', `'ACME_API_KEY'`) // passes
 * ```
 */
export function checkVariable(value: unknown, field: string, example: string): void {
  if (typeof value === 'string' && /^[A-Z_][A-Z0-9_]*$/.test(value)) return
  const what = typeof value === 'string' ? 'a string that names no environment variable (it is not shown)' : kind(value)
  throw bad(`${field} is ${what}: write the name of one, such as ${example}.`)
}

/**
 * Throws unless the value is a day as `YYYY-MM-DD`, and one that the calendar has.
 *
 * @example
 * ```ts
 * checkDay('2026-02-30', 'date') // throws 'date is "2026-02-30": write a day as YYYY-MM-DD, …'
 * ```
 */
export function checkDay(value: unknown, field: string): void {
  const day = typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) ? new Date(`${value}T00:00:00Z`) : undefined
  if (day !== undefined && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(String(value))) return
  throw bad(`${field} is ${found(value)}: write a day as YYYY-MM-DD, such as '2026-11-22'.`)
}

/**
 * What a value is, for a sentence that must not show text, since it may be a key.
 *
 * @example
 * ```ts
 * kind('sk-…') // 'a string'
 * ```
 */
export function kind(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : 'an array'
  if (typeof value === 'string') return 'a string'
  if (typeof value === 'object') return Object.keys(value).length === 0 ? 'an empty object' : 'an object'
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : `a ${typeof value}`
}
