/** A value as JSON has it. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

export type JsonObject = { [key: string]: Json }

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A value where it is text; empty where it is anything else. */
export function textIn(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

/** `{"a":1,"b":[1,2]}`: the way most servers write a body. */
export function compact(value: Json): string {
  return JSON.stringify(value)
}

/** Two spaces a level and a newline at the end: the way OpenAI writes a body. */
export function pretty(value: Json): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

/** `{"a": 1, "b": [1, 2]}`: the way Python prints JSON, and so do several providers' models. */
export function spaced(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (!isObject(value)) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([key, inner]) => `${JSON.stringify(key)}: ${spaced(inner)}`)
    .join(', ')}}`
}
