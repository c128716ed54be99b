import { filled, isRecord, list, position, type JsonObject } from '../wire/guards.ts'
import { readStreamError } from '../wire/error.ts'
import { isDone } from '../wire/sse.ts'
import type { Reply, StreamFacts } from '../wire/types.ts'
import { once } from './_chat.ts'
import type { Breach } from './contract.ts'

/** A successful reply of the chat API. */
export const isChat = ({ api, status }: Reply): boolean => api === 'chat' && status >= 200 && status < 300

/** A successful chat stream. */
export const isChatStream = (reply: Reply): reply is Reply & { readonly stream: StreamFacts } =>
  isChat(reply) && reply.stream !== undefined

/** One event that holds a JSON object and is meant for a chat client. */
export interface Chunk {
  readonly event: number
  readonly json: JsonObject
  readonly isError: boolean
}

/** Every such event before the first `[DONE]`, errors too. Events of a foreign name (`ping`) are none. */
export const recordsOf = once((reply): readonly Chunk[] => {
  const found: Chunk[] = []
  for (const [event, each] of (reply.stream?.events ?? []).entries()) {
    if (each.json === undefined && isDone(each.data)) break
    if (!isRecord(each.json) || !/^(|message|error|chat\.completion.*)$/.test(each.event ?? '')) continue
    const isError = reply.error !== undefined && readStreamError([each], true) !== undefined
    found.push({ event, json: each.json, isError })
  }
  return found
})

/** The chunks of a chat stream, without errors. */
export const chunksOf = (reply: Reply): readonly Chunk[] => recordsOf(reply).filter(({ isError }) => !isError)

/** One choice where it stood, in the body or in a chunk. */
export interface Spot {
  readonly event?: number
  /** The wire's `index`, or the position in the array. */
  readonly index: number
  readonly path: string
  readonly choice: JsonObject
  /** Its `delta`, or its `message`. */
  readonly said: JsonObject
}

/** The choices of a body or a chunk. */
export function spotsIn(json: unknown, event?: number): Spot[] {
  if (!isRecord(json)) return []
  return list(json.choices).flatMap((choice, at) => {
    if (!isRecord(choice)) return []
    const said = [choice.delta, choice.message].find(isRecord) ?? {}
    const spot = { index: position(choice.index) ?? at, path: `$.choices[${at}]`, choice, said }
    return [event === undefined ? spot : { ...spot, event }]
  })
}

/** All choices of a reply in the order of the wire. */
export const spotsOf = once((reply): readonly Spot[] =>
  reply.stream === undefined
    ? spotsIn(reply.json)
    : recordsOf(reply).flatMap(({ json, event }) => spotsIn(json, event)),
)

/** The choices of one index after another. */
export const byIndex = (spots: readonly Spot[]): Spot[][] => [...Map.groupBy(spots, ({ index }) => index).values()]

/** The finish reason of a choice, where it has one that is not empty. */
export const finishOf = ({ choice }: Spot): string | undefined => filled(choice.finish_reason)

/** Whether a delta carries text, a refusal or a tool call. */
export function carries({ content, refusal, tool_calls: calls, function_call: legacy }: JsonObject): boolean {
  const text = filled(content) ?? filled(refusal) ?? (list(content).length > 0 || undefined)
  return text !== undefined || list(calls).length > 0 || (isRecord(legacy) && Boolean(legacy.name || legacy.arguments))
}

/** Where a choice stood, as evidence. */
export const at = ({ event, path }: Spot, key: string): Pick<Breach, 'path' | 'event'> => ({
  path: `${path}${key}`,
  ...(event === undefined ? {} : { event }),
})
