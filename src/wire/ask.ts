import { filled, isRecord, list, num, parseJson } from './guards.ts'
import type { Json, WireRequest } from './exchange.ts'
import type { Api, Asked, WireEvent } from './types.ts'

const apis: readonly Api[] = ['completions', 'responses', 'embeddings', 'models']

/**
 * What a request asked for; undefined where its body is not a JSON object (GET, multipart). Both spellings of tools and
 * `tool_choice` are read, and the legacy `functions` and `function_call`. Of the limits, `max_completion_tokens` counts
 * before `max_tokens` and `max_output_tokens`.
 *
 * @example
 * ```ts
 * readAsked(exchange.request)?.tools.get('get_weather') // its parameters schema
 * ```
 */
export function readAsked(request: WireRequest): Asked | undefined {
  const body = parseJson(request.text)
  if (!isRecord(body)) return undefined
  const options = body.stream_options
  return {
    body,
    model: filled(body.model),
    stream: body.stream === true,
    includeUsage: isRecord(options) && options.include_usage === true,
    tools: new Map([...list(body.tools), ...list(body.functions)].flatMap(declared)),
    namedTool: nameIn(body.tool_choice) ?? nameIn(body.function_call),
    maxTokens: num(body.max_completion_tokens) ?? num(body.max_tokens) ?? num(body.max_output_tokens),
  }
}

/**
 * The API that a URL's path names; `unknown` where it names none. Mistral's `/fim/completions` and
 * `/agents/completions` answer as chat completions do.
 *
 * @example
 * ```ts
 * apiOfUrl('https://api.groq.com/openai/v1/chat/completions') // 'chat'
 * ```
 */
export function apiOfUrl(url: string): Api {
  const [path = ''] = url.split(/[?#]/, 1)
  if (/\/(chat|fim|agents)\/completions\/?$/.test(path)) return 'chat'
  const end = /\/([a-z]+)\/?$/.exec(path)?.[1]
  return apis.find((api) => api === end) ?? 'unknown'
}

/**
 * The API that a response body, or one event of a stream, belongs to: by its `object`, an event `type` that begins with
 * `response.`, or the shape of its first choice or data entry. For exchanges whose request is not known.
 *
 * @example
 * ```ts
 * apiOfBody({ object: 'chat.completion.chunk', choices: [] }) // 'chat'
 * ```
 */
export function apiOfBody(body: Json | undefined): Api {
  if (!isRecord(body)) return 'unknown'
  const object = filled(body.object) ?? ''
  if (object.startsWith('chat.completion')) return 'chat'
  if (object === 'text_completion') return 'completions'
  if (object === 'response' || filled(body.type)?.startsWith('response.')) return 'responses'
  if (object === 'model') return 'models'
  const [choice] = list(body.choices)
  if (isRecord(choice)) return isRecord(choice.message) || isRecord(choice.delta) ? 'chat' : 'completions'
  const [item] = list(body.data)
  if (!isRecord(item)) return 'unknown'
  return item.embedding !== undefined ? 'embeddings' : item.object === 'model' ? 'models' : 'unknown'
}

/** The API of the first event that tells. `apiOfEvents(readStream(pieces, 'unknown').events)` */
export function apiOfEvents(events: readonly WireEvent[]): Api {
  for (const { json, event } of events) {
    const api = event?.startsWith('response.') ? 'responses' : apiOfBody(json)
    if (api !== 'unknown') return api
  }
  return 'unknown'
}

function declared(tool: Json): readonly [string, Json | undefined][] {
  if (!isRecord(tool)) return []
  const inner = [tool.function, tool.custom].find(isRecord) ?? tool
  const name = filled(inner.name)
  return name === undefined ? [] : [[name, inner.parameters]]
}

function nameIn(choice: Json | undefined): string | undefined {
  if (!isRecord(choice)) return undefined
  return filled(([choice.function, choice.custom].find(isRecord) ?? choice).name)
}
