import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'

/** A JSON object whose keys are unknown. */
export type JsonObject = Readonly<Record<string, Json>>

/** True for a JSON object, false for arrays and null. */
export function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value where it is a string with something in it. */
export function filled(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The value where it is a finite number. */
export function num(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The value where it is an array, else an empty one. */
export function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : []
}

/** Text short enough for one line of a message. */
export function excerpt(text: string, longest = 80): string {
  const line = text
    .slice(0, longest * 2)
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > longest || text.length > longest * 2 ? `${line.slice(0, longest - 1)}…` : line
}

/** Any JSON value in a few words: a text in quotes, a number with its type, else its type alone. */
export function shown(value: Json | undefined): string {
  if (typeof value === 'string') return `the text ${JSON.stringify(excerpt(value, 40))}`
  if (typeof value === 'number' || typeof value === 'boolean') return `the ${typeof value} ${value}`
  if (value === null) return 'null'
  return value === undefined ? 'nothing' : Array.isArray(value) ? 'an array' : 'an object'
}

/** True for a response that came, whole, with a failing status. */
export function isFailure({ status, exchange }: Reply): boolean {
  return status >= 400 && exchange.response.end === 'closed' && exchange.request?.method !== 'HEAD'
}

/** True for a response that came, whole, with a status of success. */
export function isSuccess({ status, exchange }: Reply): boolean {
  return status >= 200 && status < 300 && exchange.response.end === 'closed'
}
