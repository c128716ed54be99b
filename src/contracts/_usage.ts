import { chunksIn, completionIn, isCount, isRecord, list, place, type JsonObject, type Place } from './_chat.ts'
import { isDone } from '../wire/sse.ts'
import type { Reply } from '../wire/types.ts'
import { once } from './_once.ts'

/** An object that counts tokens, and where it stands. */
export interface Counted extends Place {
  readonly usage: JsonObject
}

const COUNTS = ['prompt_tokens', 'completion_tokens', 'total_tokens']

/**
 * Every object of a chat reply that counts tokens, in order: the `usage` of a whole completion whatever is in it, and
 * of a stream each that has a count, after `[DONE]` too: beside the choices, in Groq's `x_groq`, in Moonshot's choice.
 */
export const countedIn = once((reply): readonly Counted[] => {
  const body = completionIn(reply)
  if (body) return isRecord(body.usage) ? [{ usage: body.usage, path: '$.usage' }] : []
  return chunksIn(reply).flatMap(({ json, event }) => countedBy(json, event))
})

/** The counts that stand for a reply: the last that came. */
export function lastCounted(reply: Reply): Counted | undefined {
  return countedIn(reply).at(-1)
}

/** The event of the first `[DONE]`, where clients stop; Infinity without one. */
export function doneIn({ stream }: Reply): number {
  const done = stream?.events.findIndex(({ data, json }) => json === undefined && isDone(data)) ?? -1
  return done < 0 ? Infinity : done
}

/** True for an object in which some count of tokens is not null. */
function counts(usage: unknown): usage is JsonObject {
  return isRecord(usage) && COUNTS.some((key) => (usage[key] ?? null) !== null)
}

function countedBy(json: JsonObject, event: number): Counted[] {
  const { usage, x_groq: groq, choices } = json
  const found: Counted[] = []
  const add = (value: unknown, path: string) => {
    if (counts(value)) found.push({ usage: value, ...place(path, event) })
  }
  list(choices).forEach((choice, at) => isRecord(choice) && add(choice.usage, `$.choices[${at}].usage`))
  if (isRecord(groq)) add(groq.usage, '$.x_groq.usage')
  add(usage, '$.usage')
  return found
}

/** The most completion tokens that a request allows: its cap holds for each choice, so that of `n` choices the sum may be `n` times as much. */
export function cap({ asked, answers }: Reply): number | undefined {
  if (asked?.maxTokens === undefined) return undefined
  const { n } = asked.body
  return asked.maxTokens * Math.max(1, answers.length, isCount(n) ? n : 1)
}
