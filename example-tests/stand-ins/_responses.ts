import { type Completion, complete, pieces } from './_chat.ts'
import type { Dialect, Refusal } from './_dialect.ts'
import { type Trace, hex } from './_ids.ts'
import { type Json, type JsonObject, isObject, textIn } from './_json.ts'
import type { Call, More } from './_more.ts'
import { readChatRequest } from './_request.ts'
import { streamed } from './_responses-stream.ts'

/** How a provider's Responses API differs. */
export interface Manners {
  readonly dialect: () => Dialect
  readonly id: (trace: Trace) => string
  /** Refuses a previous response that is not known; absent where no response is kept. */
  readonly unknown?: (trace: Trace, id: string) => Refusal
  /** Refuses a parameter that the API does not have; absent where such are ignored. */
  readonly parameter?: (trace: Trace, name: string) => Refusal
}

const KNOWN = new Set(
  (
    'background conversation include input instructions max_output_tokens max_tool_calls metadata model ' +
    'parallel_tool_calls previous_response_id prompt prompt_cache_key reasoning safety_identifier service_tier store ' +
    'stream stream_options temperature text tool_choice tools top_logprobs top_p truncation user'
  ).split(' '),
)

/** `POST /responses`, whole and streamed: messages, function calls, their outputs, and reasoning that shows. */
export function responses(manners: Manners): More {
  return ({ route, text, trace, memory, ok, refused }: Call) => {
    if (route !== 'POST /responses') return undefined
    return () => {
      const dialect = manners.dialect()
      const parsed: unknown = JSON.parse(text)
      const raw = isObject(parsed) ? parsed : {}
      const stranger = Object.keys(raw).find((name) => !KNOWN.has(name))
      if (stranger !== undefined && manners.parameter) return refused(manners.parameter(trace, stranger))
      const previous = raw['previous_response_id']
      const before = typeof previous === 'string' ? memory.responses.get(previous) : []
      if (before === undefined && manners.unknown) return refused(manners.unknown(trace, textIn(previous)))
      const messages = [...(before ?? []), ...messagesOf(raw['input'])]
      const request = readChatRequest({ model: raw['model'] ?? '', messages, tools: toolsOf(raw['tools']) })
      if (request === undefined) return refused(dialect.refusals.other(trace, 'a request without input'))
      const completion = complete(dialect, request, trace)
      const response = responseOf(manners.id(trace), completion, raw)
      const said = { role: 'assistant', content: completion.choices[0]?.text ?? '' }
      if (manners.unknown) memory.responses.set(textIn(response['id']), [...messages, said])
      return raw['stream'] === true ? { stream: streamed(response, pieces) } : ok(response)
    }
  }
}

/** Items of the input as chat messages. */
function messagesOf(input: Json | undefined): JsonObject[] {
  if (typeof input === 'string') return [{ role: 'user', content: input }]
  return (Array.isArray(input) ? input.filter(isObject) : []).flatMap((item): JsonObject[] => {
    if (item['type'] === 'reasoning') return []
    if (item['type'] === 'function_call_output') {
      return [{ role: 'tool', tool_call_id: item['call_id'] ?? '', content: item['output'] ?? '' }]
    }
    if (item['type'] === 'function_call') {
      const call = { name: item['name'] ?? '', arguments: item['arguments'] ?? '' }
      return [{ role: 'assistant', content: null, tool_calls: [{ id: item['call_id'] ?? '', function: call }] }]
    }
    return [{ role: item['role'] ?? 'user', content: item['content'] ?? '' }]
  })
}

function toolsOf(tools: Json | undefined): Json[] {
  return (Array.isArray(tools) ? tools : []).flatMap((tool) =>
    isObject(tool) && tool['type'] === 'function' ? [{ type: 'function', function: tool }] : [],
  )
}

function responseOf(id: string, { trace, created, model, choices, usage }: Completion, raw: JsonObject): JsonObject {
  const [said] = choices
  const done = { status: 'completed' }
  const reasoning: JsonObject[] =
    said?.reasoning === undefined
      ? []
      : [
          {
            id: `rs_${hex(trace, 'reasoning')}`,
            type: 'reasoning',
            ...done,
            summary: [],
            content: [{ type: 'reasoning_text', text: said.reasoning }],
          },
        ]
  const calls = (said?.calls ?? []).map((call): JsonObject => {
    const item = `fc_${hex(trace, `item${call.index}`)}`
    return { id: item, type: 'function_call', ...done, arguments: call.json, call_id: call.id, name: call.name }
  })
  const content: Json = [{ type: 'output_text', annotations: [], logprobs: [], text: said?.text ?? '' }]
  const message: JsonObject = {
    id: `msg_${hex(trace, 'message')}`,
    type: 'message',
    ...done,
    content,
    role: 'assistant',
  }
  return {
    id,
    object: 'response',
    created_at: created,
    ...done,
    background: false,
    error: null,
    incomplete_details: null,
    instructions: null,
    max_output_tokens: null,
    model,
    output: [...reasoning, ...(calls.length > 0 ? calls : [message])],
    parallel_tool_calls: true,
    previous_response_id: raw['previous_response_id'] ?? null,
    store: true,
    temperature: 1,
    text: { format: { type: 'text' } },
    tool_choice: 'auto',
    tools: raw['tools'] ?? [],
    top_p: 1,
    truncation: 'disabled',
    usage: {
      input_tokens: usage.prompt,
      input_tokens_details: { cached_tokens: 0 },
      output_tokens: usage.completion,
      output_tokens_details: { reasoning_tokens: usage.reasoning },
      total_tokens: usage.total,
    },
    metadata: {},
  }
}
