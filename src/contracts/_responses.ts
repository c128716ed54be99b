import { isClosed, isRecord, isSuccess, list, type JsonObject } from './_failures.ts'
import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'

/** A response object and where it stands. */
export interface Found {
  readonly response: JsonObject
  readonly path: string
  readonly event?: number
  /** The text in which it was written, for what JSON's values cannot tell. */
  readonly text: string
}

/** An event of a Responses API stream that is an object, with its index. */
export interface Sent {
  readonly json: JsonObject
  readonly event: number
  readonly type: string | undefined
}

const LAST = new Set<Json | undefined>([
  'response.completed',
  'response.incomplete',
  'response.failed',
  'response.cancelled',
])

/** True for the types of event after which no other follows. */
export function isLast(type: Json | undefined): boolean {
  return LAST.has(type)
}

/** True for a successful answer of the Responses API that should hold a response. */
export function isAnswer(reply: Reply): boolean {
  return reply.api === 'responses' && isSuccess(reply) && reply.exchange.request?.method.toUpperCase() !== 'DELETE'
}

/** The response object of a whole body, or of the terminal event of a stream; undefined where there is none. */
export function responseIn(reply: Reply): Found | undefined {
  if (!isAnswer(reply)) return undefined
  if (reply.stream) {
    const { events } = reply.stream
    const event = events.findLastIndex(({ json }) => isRecord(json) && isLast(json.type) && isRecord(json.response))
    const { json, data = '' } = events[event] ?? {}
    return isRecord(json) && isRecord(json.response)
      ? { response: json.response, path: '$.response', event, text: data }
      : undefined
  }
  if (!isClosed(reply) || !isRecord(reply.json)) return undefined
  const { json, text, error } = reply
  // An error in HTTP 200 is no response at all: another contract's matter.
  return error && json.object !== 'response' && json.output === undefined
    ? undefined
    : { response: json, path: '$', text }
}

const read = new WeakMap<Reply, readonly Sent[]>()

/** The events of a successful Responses API stream, read once; undefined where the reply is none. */
export function eventsIn(reply: Reply): readonly Sent[] | undefined {
  const { api, stream, status } = reply
  if (api !== 'responses' || !stream || status < 200 || status >= 300) return undefined
  const known = read.get(reply)
  if (known) return known
  const events = stream.events.flatMap(({ json, event: name }, event) => {
    if (!isRecord(json)) return []
    return [{ json, event, type: typeof json.type === 'string' ? json.type : name }]
  })
  read.set(reply, events)
  return events
}

/** True where the stream begins in the middle, because the request asked for that. */
export function isResumed({ exchange }: Reply): boolean {
  return /[?&]starting_after=/.test(exchange.request?.url ?? '')
}

/** The output items of a response. */
export function itemsOf({ output }: JsonObject): readonly JsonObject[] {
  return list(output).filter(isRecord)
}
