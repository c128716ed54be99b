import { type Completion, type Events, callDeltas, callOf, counts } from './_chat.ts'
import { type Dialect, type Refusal, notOffered } from './_dialect.ts'
import { type Trace, alphanumeric, lowercase, stamp } from './_ids.ts'
import { type Json, type JsonObject, compact } from './_json.ts'

function requestId(trace: Trace): string {
  return `${stamp(trace)}${lowercase(trace, 'request', 20)}`
}

/** The relay's own errors: keys in alphabetical order, and the request id at the end of the message. */
function refusal(trace: Trace, status: number, message: string, code = ''): Refusal {
  return {
    status,
    body: { error: { code, message: `${message} (request id: ${requestId(trace)})`, type: 'new_api_error' } },
  }
}

function usage(completion: Completion): JsonObject {
  return {
    ...counts(completion),
    prompt_tokens_details: { cached_tokens: 0, text_tokens: 0, audio_tokens: 0, image_tokens: 0 },
    completion_tokens_details: { text_tokens: 0, audio_tokens: 0, reasoning_tokens: completion.usage.reasoning },
    input_tokens: 0,
    output_tokens: 0,
  }
}

function whole(completion: Completion): JsonObject {
  const choices = completion.choices.map(({ index, text, calls, finish }): Json => {
    const asked = calls.length === 0 ? {} : { tool_calls: calls.map((call) => callOf(call, false)) }
    return { index, message: { role: 'assistant', content: text ?? null, ...asked }, finish_reason: finish }
  })
  const { id, created, model } = completion
  return { id, model, object: 'chat.completion', created, choices, usage: usage(completion) }
}

function events(completion: Completion): Events {
  const { id, created, model, request } = completion
  const head = { id, object: 'chat.completion.chunk', created, model, system_fingerprint: null }
  const chunk = (index: number, delta: JsonObject, finish: string | null = null): JsonObject => {
    return { ...head, choices: [{ delta, logprobs: null, finish_reason: finish, index }], usage: null }
  }
  return {
    start: ({ index }) => [chunk(index, { content: '', role: 'assistant' })],
    text: ({ index, text }) => [chunk(index, { content: text })],
    calls: ({ index, calls }) => calls.flatMap(callDeltas).map((call) => chunk(index, { tool_calls: [call] })),
    finish: ({ index, choice }) => [chunk(index, {}, choice.finish)],
    usage: () => (request.includeUsage ? [{ ...head, choices: [], usage: usage(completion) }] : []),
  }
}

/**
 * OpenLLMAPI: nothing about the real host was measured, and no official documentation of it was found. One public
 * client says the relay runs new-api; so this is a relay of the new-api family, spoken from that program's sources.
 */
export const openllmapi: Dialect = {
  name: 'openllmapi',
  basePath: '/v1',
  keys: ['OPENLLMAPI_API_KEY'],
  models: [
    'moonshotai/kimi-k2.6',
    'minimax/minimax-m2.7',
    'google/gemini-3-flash-preview',
    'openai/text-embedding-3-small',
  ],
  contentType: { json: 'application/json; charset=utf-8', stream: 'text/event-stream' },
  body: compact,
  headers: (trace, kind) => ({
    'x-oneapi-request-id': requestId(trace),
    ...(kind === 'stream' ? { 'cache-control': 'no-cache' } : {}),
  }),
  manner: () => ({ content: compact, arguments: compact, thinking: false }),
  refusals: {
    key: (trace, key) => refusal(trace, 401, key === '' ? '未提供令牌' : '无效的令牌'),
    // From another room of the program: no request id, and all four keys.
    path: (_, method, path) => ({
      status: 404,
      body: {
        error: { message: `Invalid URL (${method} ${path})`, type: 'invalid_request_error', param: '', code: '' },
      },
    }),
    model: (trace, model) =>
      refusal(
        trace,
        503,
        `No available channel for model ${model} under group default (distributor)`,
        'model_not_found',
      ),
    // The upstream provider's error is passed on; the one public client says that OpenRouter stands behind the relay.
    overflow: (trace, tokens, limit) =>
      refusal(
        trace,
        400,
        `This endpoint's maximum context length is ${limit} tokens. However, you requested about ${tokens} tokens`,
      ),
    rate: (trace) => refusal(trace, 429, '您已达到请求数限制：1分钟内最多请求60次'),
    other: (trace, what) => refusal(trace, 400, notOffered(what), 'invalid_request'),
  },
  completionId: (trace) => `chatcmpl-${alphanumeric(trace, 'completion', 29)}`,
  callId: (trace, index) => `call_${alphanumeric(trace, `call${index}`, 24)}`,
  whole,
  events,
  embeddings: () => 1536,
}
