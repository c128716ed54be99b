import type { Exchange, Json } from '../src/wire/exchange.ts'
import { filled, isRecord } from '../src/wire/guards.ts'
import { readReply } from '../src/wire/reply.ts'

const MOST = 20_000

/** Whether what a framework made of an answer still holds a text or an id that came in this exchange. */
export function holdsPartOf(value: unknown, exchange: Exchange): boolean {
  const told = toldBy(exchange)
  const seen = new Set<unknown>([value])
  // A set goes on to what is added while it is walked; a framework's objects may hold each other, and a whole client.
  for (const at of seen) {
    if (typeof at === 'string' && told.has(at)) return true
    if (typeof at !== 'object' || at === null || seen.size > MOST) continue
    for (const part of Object.values(at)) seen.add(part)
  }
  return false
}

function toldBy(exchange: Exchange): ReadonlySet<string> {
  const { answers, json, stream } = readReply(exchange)
  const bodies = [json, ...(stream?.events ?? []).map((event) => event.json)]
  const texts = answers.flatMap(({ text, toolCalls }) => [text, ...toolCalls.map(({ id }) => id)])
  return new Set([
    ...bodies.flatMap(idsIn),
    ...texts.filter((text) => text !== undefined && text.trim() !== ''),
  ] as string[])
}

function idsIn(body: Json | undefined): readonly string[] {
  if (!isRecord(body)) return []
  const { id, response } = body
  return [filled(id), isRecord(response) ? filled(response.id) : undefined].filter((one) => one !== undefined)
}
