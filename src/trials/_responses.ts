import type { Json } from '../wire/exchange.ts'
import { isRecord, list, type JsonObject } from '../wire/guards.ts'
import type { Reply } from '../wire/types.ts'
import { FailedInside, Refused } from './_no-answer.ts'
import type { Asker } from './asker.ts'
import { object } from './_parts.ts'

/** A function as the Responses API has it: flat. */
export const weather = {
  type: 'function',
  name: 'get_weather',
  description: 'Tells the weather of a city.',
  parameters: object({ city: { type: 'string' } }),
  strict: true,
} as const satisfies Json

/** Asks the Responses API in the trial's way; an answer of any status is an answer. */
export function attempted(ask: Asker, body: { readonly [key: string]: Json }): Promise<Reply> {
  const stream = ask.way === 'streamed' ? { stream: true } : {}
  return ask.send('POST', '/responses', { model: ask.target.model, ...stream, ...body })
}

/** The same, and the answer must come. Throws {@link Refused} or {@link FailedInside}. */
export async function responded(ask: Asker, body: { readonly [key: string]: Json }): Promise<Reply> {
  const reply = await attempted(ask, body)
  if (reply.status < 200 || reply.status > 299) throw new Refused(reply)
  if (reply.error !== undefined) throw new FailedInside(reply)
  return reply
}

/** The response object: the body, or that of the last event that holds one. */
export function responseIn({ json, stream }: Reply): JsonObject {
  const bodies = stream?.events.map((event) => (isRecord(event.json) ? event.json.response : undefined)) ?? [json]
  return bodies.findLast(isRecord) ?? {}
}

/** The finished items of the output, as they would be sent back. */
export function itemsIn(reply: Reply): JsonObject[] {
  const whole = list(responseIn(reply).output).filter(isRecord)
  if (whole.length > 0) return whole
  const events = reply.stream?.events ?? []
  return events.flatMap(({ json }) =>
    isRecord(json) && json.type === 'response.output_item.done' && isRecord(json.item) ? [json.item] : [],
  )
}
