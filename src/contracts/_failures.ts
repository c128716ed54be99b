import { filled, isRecord, jsonText, list, num, parseJson, type JsonObject } from '../wire/guards.ts'
import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'

export { filled, isRecord, jsonText, list, num, parseJson, type JsonObject }

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

/** True where the response came to its proper end. */
export function isClosed({ exchange: { response } }: Reply): boolean {
  return response.end === 'closed' && response.failure === undefined
}

/** True for a whole response with a failing status, to a request that may have a body in return. */
export function isFailure(reply: Reply): boolean {
  return reply.status >= 400 && isClosed(reply) && reply.exchange.request?.method.toUpperCase() !== 'HEAD'
}

/** True for a response with a status of success. */
export function isSuccess({ status }: Reply): boolean {
  return status >= 200 && status < 300
}
