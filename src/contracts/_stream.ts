import { filled, isRecord, list, position, type JsonObject } from '../wire/guards.ts'
import { readStreamError } from '../wire/error.ts'
import { isDone } from '../wire/sse.ts'
import type { Reply, StreamFacts } from '../wire/types.ts'
import type { Breach } from './contract.ts'
import { isChat, once } from './_once.ts'

/** A successful chat stream. */
export const isChatStream = (reply: Reply): reply is Reply & { readonly stream: StreamFacts } =>
  isChat(reply) && reply.stream !== undefined

/** One event that holds a JSON object and is meant for a chat client. */
export interface Chunk {
  readonly event: number
  readonly json: JsonObject
  readonly isError: boolean
  /** True after the first `[DONE]`, where clients have stopped. */
  readonly isLate: boolean
}

/** Every such event, errors and late ones too. Events of a foreign name (`ping`) are none. */
export const recordsOf = once((reply): readonly Chunk[] => {
  const found: Chunk[] = []
  let isLate = false
  for (const [event, each] of (reply.stream?.events ?? []).entries()) {
    isLate ||= each.json === undefined && isDone(each.data)
    if (!isRecord(each.json)) continue
    const isForeign = !/^(|message|error|chat\.completion.*)$/.test(each.event ?? '')
    if (isForeign && !Array.isArray(each.json.choices)) continue
    const isError = reply.error !== undefined && readStreamError([each], true) !== undefined
    found.push({ event, json: each.json, isError, isLate })
  }
  return found
})

/** The chunks of a chat stream up to its end, without errors. */
export const chunksOf = once((reply): readonly Chunk[] =>
  recordsOf(reply).filter(({ isError, isLate }) => !isError && !isLate),
)

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
    : recordsOf(reply).flatMap(({ json, event, isLate }) => (isLate ? [] : spotsIn(json, event))),
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
