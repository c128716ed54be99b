import type { Json } from './exchange.ts'

/** A JSON object whose keys are unknown. */
export type JsonObject = Readonly<Record<string, Json>>

/** True for a JSON object, false for arrays and null. */
export function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value where it is a string. */
export function str(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The value where it is a string with something in it. */
export function filled(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** The value where it is a finite number (JSON's `1e999` is read as Infinity). */
export function num(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined
}

/** The value where it can be a position: an integer from 0. */
export function position(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** The value where it is an array, else an empty one. */
export function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : []
}

/** The text parsed, undefined where it is not one JSON document. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A value as JSON text; `''` where it is nested too deeply to be written. */
export function jsonText(value: Json): string {
  try {
    return JSON.stringify(value)
  } catch {
    return ''
  }
}
