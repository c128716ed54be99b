import { isRecord, jsonText, list, type JsonObject } from '../wire/guards.ts'
import type { Exchange } from '../wire/exchange.ts'
import { isDone } from '../wire/sse.ts'
import type { Reply, WireEvent } from '../wire/types.ts'

/** The events of a stream up to the first `[DONE]`, where clients stop. */
export function eventsOf({ stream }: Reply): readonly WireEvent[] {
  const events = stream?.events ?? []
  const end = events.findIndex(({ json, data }) => json === undefined && isDone(data))
  return end < 0 ? events : events.slice(0, end)
}

/** The same exchange with other data in its events: one list for each event, in which each text is an event. */
export function rewritten(reply: Reply, datas: readonly (readonly string[])[], end: 'closed' | 'aborted'): Exchange {
  const events = eventsOf(reply)
  const pieces = datas.flatMap((texts, at) => {
    const name = events[at]?.event
    const head = name === undefined ? '' : `event: ${name}\n`
    return texts.map((data) => ({
      at,
      bytes: Buffer.from(
        `${head}${data
          .split('\n')
          .map((line) => `data: ${line}`)
          .join('\n')}\n\n`,
      ),
    }))
  })
  return { ...reply.exchange, response: { ...reply.exchange.response, pieces, end } }
}

/** The data of an event with each choice's delta changed; undefined where there is none or it cannot be written. */
export function withDeltas({ json }: WireEvent, change: (delta: JsonObject) => JsonObject): string | undefined {
  if (!isRecord(json) || !list(json.choices).some(hasDelta)) return undefined
  const choices = list(json.choices).map((choice) =>
    hasDelta(choice) ? { ...choice, delta: change(choice.delta) } : choice,
  )
  return jsonText({ ...json, choices }) || undefined
}

const hasDelta = (choice: unknown): choice is JsonObject & { delta: JsonObject } =>
  isRecord(choice) && isRecord(choice.delta)
