import { isRecord, list, type JsonObject } from '../wire/guards.ts'
import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'
import { excerpt, quoted } from '../wire/text.ts'
import { isChat, once } from './_once.ts'
import { recordsOf, type Chunk } from './_stream.ts'

export { isRecord, list, type JsonObject }

/** Where something stands: a path into the body, or into the event where `event` is given. */
export interface Place {
  readonly path: string
  readonly event?: number
}

/** A `message` or `delta`, and the index of its choice. */
export interface Spoken extends Place {
  readonly message: JsonObject
  readonly index: Json | undefined
}

/** The body of a whole chat completion that reports no error; undefined for anything else. */
export function completionIn(reply: Reply): JsonObject | undefined {
  const { json, stream, error } = reply
  if (!isChat(reply) || stream !== undefined || error !== undefined || !isRecord(json)) return undefined
  return json.object === 'chat.completion.deleted' ? undefined : json
}

/** The chunks of a chat stream that reports no error, those after `[DONE]` too; none for anything else. */
export const chunksIn = once((reply): readonly Chunk[] =>
  isChat(reply) && reply.stream !== undefined && reply.error === undefined ? recordsOf(reply) : [],
)

/** Every `message` of a whole completion, or every `delta` of a stream, in order. */
export const spokenIn = once((reply): readonly Spoken[] => {
  const body = completionIn(reply)
  return body ? spoken(body, 'message') : chunksIn(reply).flatMap(({ json, event }) => spoken(json, 'delta', event))
})

function spoken(json: JsonObject, key: 'message' | 'delta', event?: number): Spoken[] {
  return list(json.choices).flatMap((choice, at) => {
    const message = isRecord(choice) ? choice[key] : undefined
    if (!isRecord(choice) || !isRecord(message)) return []
    return [{ message, index: choice.index, ...place(`$.choices[${at}].${key}`, event) }]
  })
}

/** A path, and the event where there is one. */
export function place(path: string, event?: number): Place {
  return event === undefined ? { path } : { path, event }
}

/** True for an integer from 0, as every count of tokens is. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** True for a text with something in it. */
export function isFilled(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** A value as a sentence shows it: short, whatever its size or depth. */
export function shown(value: unknown): string {
  if (typeof value === 'string') return quoted(value, 60)
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (!isRecord(value)) return value === undefined ? 'nothing' : `${value as number | boolean | null}`
  const keys = Object.keys(value).map((key) => excerpt(key, 30))
  if (keys.length === 0) return 'an empty object'
  return `an object with ${keys.slice(0, 4).join(', ')}${keys.length > 4 ? ', …' : ''}`
}

/** A clause on a key whose value is not what it should be. */
export function misfit(key: string, value: unknown, wanted: string): string {
  return value === undefined ? `left out \`${key}\`` : `sent ${shown(value)} as \`${key}\`, not ${wanted}`
}
