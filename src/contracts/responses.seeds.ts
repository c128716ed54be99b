import type { Seed } from './contract.ts'
import { changed, whole, type Loose, type Parts } from './seed.ts'
import type { Exchange } from '../wire/exchange.ts'

const path = '/responses'
const text = 'Hello there.'
const part = { type: 'output_text', text, annotations: [] }
const item = { id: 'msg_1', type: 'message', role: 'assistant', status: 'completed', content: [part] }

/** A response as OpenAI writes it. */
export const response = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1_767_225_600,
  status: 'completed',
  error: null,
  incomplete_details: null,
  model: 'acme-1',
  output: [item],
  usage: { input_tokens: 8, output_tokens: 3, total_tokens: 11 },
  ...more,
})

const place = { item_id: 'msg_1', output_index: 0, content_index: 0 }
const begun = { output: [], status: 'in_progress', usage: null }

/** The events of a Responses API stream as OpenAI sends them, without their numbers. */
export const greeting: readonly Record<string, unknown>[] = [
  { type: 'response.created', response: response(begun) },
  { type: 'response.in_progress', response: response(begun) },
  { type: 'response.output_item.added', output_index: 0, item: { ...item, status: 'in_progress', content: [] } },
  { type: 'response.content_part.added', ...place, part: { ...part, text: '' } },
  { type: 'response.output_text.delta', ...place, delta: 'Hello ' },
  { type: 'response.output_text.delta', ...place, delta: 'there.' },
  { type: 'response.output_text.done', ...place, text },
  { type: 'response.content_part.done', ...place, part },
  { type: 'response.output_item.done', output_index: 0, item },
  { type: 'response.completed', response: response() },
]

/** Events as a stream: numbered, and each named by its type unless `event` says otherwise; a string stands as it is. */
export function sent(events: readonly (Record<string, unknown> | string)[], parts: Parts = {}): Exchange {
  const lines = events.map((event, number) => {
    if (typeof event === 'string') return `${event}\n\n`
    const { event: name = event.type, ...data } = event
    const field = typeof name === 'string' ? `event: ${name}\n` : ''
    return `${field}data: ${JSON.stringify({ ...data, sequence_number: data.sequence_number ?? number })}\n\n`
  })
  const headers = { 'content-type': 'text/event-stream; charset=utf-8', ...parts.headers }
  return whole(lines.join(''), { path, ...parts, ask: { stream: true, ...parts.ask }, headers })
}

const one = (more: Record<string, unknown> = {}, ask: Record<string, unknown> = {}) =>
  whole(response(more), { path, ask })
const at = (index: number, change: Record<string, unknown>) =>
  sent(greeting.map((event, number) => (number === index ? { ...event, ...change } : event)))
const cut = {
  status: 'incomplete',
  incomplete_details: { reason: 'max_output_tokens' },
  usage: { input_tokens: 8, output_tokens: 16, total_tokens: 24 },
  output: changed([item] as unknown as Loose, (output) =>
    Object.assign(output[0]?.content?.[0] ?? {}, { text: 'Hello the' }),
  ),
}

/** Seeds of the Responses API, plain and streamed. */
export const responsesSeeds: readonly Seed[] = [
  { contract: 'responses.envelope', clean: one(), defect: one({ status: 'done' }) },
  {
    contract: 'responses.usage-sum',
    clean: one(),
    defect: one({ usage: { input_tokens: 8, output_tokens: 3, total_tokens: 12 } }),
  },
  {
    contract: 'responses.incomplete',
    clean: one(cut, { max_output_tokens: 16 }),
    defect: one({ ...cut, status: 'completed' }, { max_output_tokens: 16 }),
  },
  { contract: 'responses.event-type-match', clean: sent(greeting), defect: at(4, { event: 'message' }) },
  { contract: 'responses.sequence-contiguous', clean: sent(greeting), defect: at(9, { sequence_number: 10 }) },
  { contract: 'responses.first-last', clean: sent(greeting), defect: sent(greeting.slice(0, -1)) },
  {
    contract: 'responses.items-balanced',
    clean: sent(greeting),
    defect: sent(greeting.filter((_, number) => number !== 8)),
  },
  { contract: 'responses.delta-concat', clean: sent(greeting), defect: at(5, { delta: 'there!' }) },
  { contract: 'responses.item-id-known', clean: sent(greeting), defect: at(5, { item_id: 'msg_2' }) },
  { contract: 'responses.no-done-sentinel', clean: sent(greeting), defect: sent([...greeting, 'data: [DONE]']) },
]
