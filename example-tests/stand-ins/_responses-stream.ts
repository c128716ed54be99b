import { setTimeout as wait } from 'node:timers/promises'
import { type Json, type JsonObject, compact, isObject, textIn } from './_json.ts'

/** The events of a response that is known already, numbered, with a breath before each. */
export async function* streamed(response: JsonObject, pieces: (text: string) => string[]): AsyncGenerator<string> {
  const output = Array.isArray(response['output']) ? response['output'].filter(isObject) : []
  const begun = { ...response, status: 'in_progress', output: [], usage: null }
  const events: JsonObject[] = [
    { type: 'response.created', response: begun },
    { type: 'response.in_progress', response: begun },
    ...output.flatMap((item, output_index) => eventsOf(item, output_index, pieces)),
    { type: 'response.completed', response },
  ]
  for (const [sequence_number, { type = '', ...rest }] of events.entries()) {
    await wait(4)
    yield `event: ${textIn(type)}\ndata: ${compact({ type, sequence_number, ...rest })}\n\n`
  }
}

function eventsOf(item: JsonObject, output_index: number, pieces: (text: string) => string[]): JsonObject[] {
  const at = { item_id: item['id'] ?? '', output_index }
  const part = Array.isArray(item['content']) ? item['content'].find(isObject) : undefined
  const inside =
    item['type'] === 'function_call'
      ? callEvents(item, at, pieces)
      : part === undefined
        ? []
        : partEvents(part, at, pieces)
  return [
    { type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress', ...emptied(item) } },
    ...inside,
    { type: 'response.output_item.done', output_index, item },
  ]
}

const emptied = (item: JsonObject): JsonObject =>
  item['type'] === 'function_call' ? { arguments: '' } : { content: [] }

function callEvents(item: JsonObject, at: JsonObject, pieces: (text: string) => string[]): JsonObject[] {
  const json = textIn(item['arguments'])
  const type = 'response.function_call_arguments'
  return [
    ...pieces(json).map((delta): JsonObject => ({ type: `${type}.delta`, ...at, delta })),
    { type: `${type}.done`, ...at, arguments: json, name: item['name'] ?? '' },
  ]
}

function partEvents(part: JsonObject, at: JsonObject, pieces: (text: string) => string[]): JsonObject[] {
  const text = textIn(part['text'])
  const isText = part['type'] === 'output_text'
  const type = isText ? 'response.output_text' : 'response.reasoning_text'
  const place: JsonObject = { ...at, content_index: 0 }
  const beside: { [key: string]: Json } = isText ? { logprobs: [] } : {}
  return [
    { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
    ...pieces(text).map((delta): JsonObject => ({ type: `${type}.delta`, ...place, delta, ...beside })),
    { type: `${type}.done`, ...place, text, ...beside },
    { type: 'response.content_part.done', ...place, part },
  ]
}
