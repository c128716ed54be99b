import { filled, isRecord, list, type JsonObject } from './guards.ts'
import { addWhole, finishCalls, noCalls } from './_calls.ts'
import { addMessage, joined, type Said } from './_message.ts'
import type { Facts } from './chat.ts'
import type { Json } from './exchange.ts'
import type { Answer, Usage, WireEvent } from './types.ts'
import { readUsage } from './usage.ts'

type Kind = 'item' | 'call' | 'call-done' | 'text' | 'refusal' | 'reasoning'

const kinds = new Map<unknown, Kind>([
  ['response.output_item.added', 'item'],
  ['response.output_item.done', 'item'],
  ['response.function_call_arguments.delta', 'call'],
  ['response.function_call_arguments.done', 'call-done'],
  ['response.custom_tool_call_input.delta', 'call'],
  ['response.output_text.delta', 'text'],
  ['response.refusal.delta', 'refusal'],
  ['response.reasoning_summary_text.delta', 'reasoning'],
  ['response.reasoning_text.delta', 'reasoning'],
])

/**
 * Reads a whole Responses API body: one answer with index 0, made of every `message`, `reasoning`, `function_call` and
 * `custom_tool_call` item of `output`. Finish reasons get chat's words: completed is `stop`, or `tool_calls` where
 * there are calls; incomplete is `length` for `max_output_tokens`, else its own reason, such as `content_filter`; any
 * other status has none.
 *
 * @example
 * ```ts
 * readResponse({ object: 'response', status: 'completed', output: [] }).answers[0]?.finishReasons // ['stop']
 * ```
 */
export function readResponse(body: Json | undefined): Facts {
  if (!isRecord(body)) return { answers: [], usage: undefined, model: undefined }
  const answer = Array.isArray(body.output) ? whole(body, list(body.output)) : undefined
  return {
    answers: answer ? [answer] : [],
    usage: readUsage(body.usage, '$.usage'),
    model: filled(body.model),
  }
}

/**
 * Reads the events of a Responses API stream into one answer, by their `type` (or their `event:` name where `type` is
 * missing). The deltas count; what no delta brought is taken from the `response.output_item.done` items, and what
 * those lack from the `output` of the terminal event.
 *
 * @example
 * ```ts
 * readResponseStream(readStream(pieces, 'responses').events).answers[0]?.text
 * ```
 */
export function readResponseStream(events: readonly WireEvent[]): Facts {
  const said = { text: '', refusal: '', reasoning: '' }
  const deltas = new Map<Json, string>()
  const items = new Map<Json, JsonObject>()
  let last: JsonObject | undefined
  let usage: Usage | undefined
  let model: string | undefined
  let contentEvents = 0
  for (const { json, event } of events) {
    if (!isRecord(json)) continue
    const kind = kinds.get(filled(json.type) ?? event)
    const item = isRecord(json.item) ? json.item : undefined
    const key = json.output_index ?? json.item_id ?? item?.id ?? 0
    if (kind === 'item') {
      if (!item) continue
      if (isCall(item) && !items.has(key)) contentEvents++
      items.set(key, item)
    } else if (kind === 'call-done') {
      if (!deltas.has(key)) deltas.set(key, filled(json.arguments) ?? '')
    } else if (kind !== undefined) {
      const delta = filled(json.delta)
      if (delta === undefined) continue
      contentEvents++
      if (kind === 'call') deltas.set(key, (deltas.get(key) ?? '') + delta)
      else said[kind] += delta
    } else if (isRecord(json.response)) {
      last = json.response
      usage = readUsage(last.usage, '$.response.usage') ?? usage
      model ??= filled(last.model)
    }
  }

  const base = whole(
    last,
    [...items].map(([key, item]) => withDeltas(item, deltas.get(key))),
  )
  const rest = whole(last, list(last?.output))
  if (!base && !rest && contentEvents === 0) return { answers: [], usage, model }
  const toolCalls = (base?.toolCalls.length ? base : rest)?.toolCalls ?? []
  const answer: Answer = {
    index: 0,
    text: said.text || (base?.text ?? rest?.text),
    refusal: said.refusal || (base?.refusal ?? rest?.refusal),
    reasoning: said.reasoning || (base?.reasoning ?? rest?.reasoning),
    toolCalls,
    finishReasons: finishReasonsOf(last, toolCalls.length > 0),
    contentEvents: contentEvents || base?.contentEvents || rest?.contentEvents || 0,
  }
  return { answers: [answer], usage, model }
}

function withDeltas(item: JsonObject, delta: string | undefined): JsonObject {
  if (!delta || !isCall(item)) return item
  return item.type === 'custom_tool_call' ? { ...item, input: delta } : { ...item, arguments: delta }
}

function isCall(item: JsonObject): boolean {
  return item.type === 'function_call' || item.type === 'custom_tool_call'
}

function whole(response: JsonObject | undefined, output: readonly Json[]): Answer | undefined {
  const said: Said = { text: undefined, contentJson: undefined, refusal: undefined, reasoning: undefined }
  const calls = noCalls()
  for (const item of output) {
    if (!isRecord(item)) continue
    if (isCall(item)) addWhole(calls, [{ ...item, id: item.call_id ?? item.id ?? null }])
    else if (item.type === 'message') addMessage(said, item)
    else if (item.type === 'reasoning') {
      said.reasoning = filled((said.reasoning ?? '') + joined(item.summary))
      addMessage(said, item)
    }
  }
  const { refusal, reasoning } = said
  const text = said.text ?? filled(response?.output_text)
  const toolCalls = finishCalls(calls)
  const contentEvents = text || refusal || reasoning || toolCalls.length > 0 ? 1 : 0
  const finishReasons = finishReasonsOf(response, toolCalls.length > 0)
  if (contentEvents === 0 && finishReasons.length === 0) return undefined
  return { index: 0, text, refusal, reasoning, toolCalls, finishReasons, contentEvents }
}

function finishReasonsOf(response: JsonObject | undefined, calls: boolean): string[] {
  if (response?.status === 'completed') return [calls ? 'tool_calls' : 'stop']
  const details = response?.status === 'incomplete' ? response.incomplete_details : undefined
  const reason = isRecord(details) ? filled(details.reason) : undefined
  return reason === undefined ? [] : [reason === 'max_output_tokens' ? 'length' : reason]
}
