import { type Completion, type Events, callOf } from './_chat.ts'
import { type Dialect, type Refusal, notOffered } from './_dialect.ts'
import { type Trace, alphanumeric, hex, lowercase, uuid } from './_ids.ts'
import { type Json, type JsonObject, compact, spaced } from './_json.ts'
import { type ChatRequest, imageAt } from './_request.ts'

const limits = {
  'x-ratelimit-limit-requests': '1000',
  'x-ratelimit-limit-tokens': '8000',
  'x-ratelimit-remaining-requests': '999',
  'x-ratelimit-remaining-tokens': '7848',
  'x-ratelimit-reset-requests': '1m26.4s',
  'x-ratelimit-reset-tokens': '1.14s',
}

/** No `param`, but for a few validation errors. */
function refusal(status: number, message: string, rest: JsonObject = {}): Refusal {
  return { status, body: { error: { message, type: 'invalid_request_error', ...rest } } }
}

function noModel(model: string): Refusal {
  return refusal(404, `The model \`${model}\` does not exist or you do not have access to it.`, {
    code: 'model_not_found',
  })
}

function requestId(trace: Trace): string {
  return `req_01${lowercase(trace, 'request', 24)}`
}

function thinks({ model, raw }: ChatRequest): boolean {
  return /gpt-oss|qwen3/.test(model) && raw['include_reasoning'] !== false && raw['reasoning_format'] !== 'hidden'
}

function refuse(request: ChatRequest): Refusal | undefined {
  const { model, messages, raw, format, n } = request
  const at = imageAt(request)
  if (at !== -1 && !/llama-4|scout|maverick|vl/.test(model)) {
    return refusal(400, `messages[${at}].content must be a string`, { param: `messages[${at}].content` })
  }
  if (format === 'json_schema' && !model.includes('gpt-oss')) {
    return refusal(400, 'This model does not support response format `json_schema`.')
  }
  if (format !== 'text' && request.tools.length > 0) {
    return refusal(400, 'json mode cannot be combined with tool/function calling')
  }
  const thoughtful = messages.findIndex((message) => message.raw['reasoning_content'] !== undefined)
  if (thoughtful !== -1) {
    const unsupported = `'messages.${thoughtful}' : property 'reasoning_content' is unsupported`
    return refusal(
      400,
      `'messages.${thoughtful}' : for 'role:assistant' the following must be satisfied[(${unsupported})]`,
    )
  }
  const refused = ['logprobs', 'top_logprobs', 'logit_bias'].find(
    (word) => raw[word] !== undefined && raw[word] !== false,
  )
  if (refused !== undefined) return refusal(400, notOffered(refused))
  if (raw['store'] !== undefined) return refusal(400, notOffered('store'))
  if (messages.some((message) => message.raw['name'] !== undefined)) return refusal(400, notOffered('messages[].name'))
  return n > 1 ? refusal(400, notOffered('n other than 1')) : undefined
}

function usage({ usage: { prompt, completion, total, reasoning }, request }: Completion): JsonObject {
  return {
    queue_time: 0.00294,
    prompt_tokens: prompt,
    prompt_time: 0.0085,
    completion_tokens: completion,
    completion_time: 0.0879,
    total_tokens: total,
    total_time: 0.0964,
    ...(thinks(request) ? { completion_tokens_details: { reasoning_tokens: reasoning } } : {}),
  }
}

function fingerprint({ trace, model }: Completion): string {
  return `fp_${hex({ ...trace, seed: model }, 'fingerprint', 10)}`
}

/** Beside tool calls there is no `content` key at all. */
function whole(completion: Completion): JsonObject {
  const choices = completion.choices.map(({ index, text, reasoning, calls, finish }): Json => {
    const message = {
      role: 'assistant',
      ...(text === undefined ? {} : { content: text }),
      ...(reasoning === undefined ? {} : { reasoning }),
      ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => callOf(call, false)) }),
    }
    return { index, message, logprobs: null, finish_reason: finish }
  })
  const { id, created, model, trace } = completion
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices,
    usage: usage(completion),
    usage_breakdown: null,
    system_fingerprint: fingerprint(completion),
    x_groq: { id: requestId(trace) },
    service_tier: 'on_demand',
  }
}

function events(completion: Completion): Events {
  const { id, created, model, request, trace } = completion
  const head = { id, object: 'chat.completion.chunk', created, model, system_fingerprint: fingerprint(completion) }
  const chunk = (
    index: number,
    delta: JsonObject,
    finish: string | null = null,
    beside: JsonObject = {},
  ): JsonObject => {
    return { ...head, choices: [{ index, delta, logprobs: null, finish_reason: finish }], ...beside }
  }
  const x_groq = { id: requestId(trace) }
  const channel: JsonObject = model.includes('gpt-oss') ? { channel: 'analysis' } : {}
  const asked: JsonObject = request.includeUsage ? { usage: usage(completion) } : {}
  return {
    start: ({ index }) => [chunk(index, { role: 'assistant', content: '' }, null, { x_groq })],
    reasoning: ({ index, text }) => [chunk(index, { reasoning: text, ...channel })],
    text: ({ index, text }) => [chunk(index, { content: text })],
    // Each call whole in one delta, its index last.
    calls: ({ index, calls }) =>
      calls.map((call) => chunk(index, { tool_calls: [{ ...callOf(call, false), index: call.index }] })),
    // Usage under x_groq always; asked for, also beside it and in a chunk of its own.
    finish: ({ index, choice }) => {
      return [chunk(index, {}, choice.finish, { x_groq: { ...x_groq, usage: usage(completion) }, ...asked })]
    },
    usage: () => (request.includeUsage ? [{ ...head, choices: [], ...asked, service_tier: 'on_demand' }] : []),
  }
}

/** Groq: console.groq.com/docs, with its rate-limit and structured-output pages. */
export const groq: Dialect = {
  name: 'groq',
  basePath: '/openai/v1',
  keys: ['GROQ_API_KEY'],
  models: [
    'openai/gpt-oss-20b',
    'openai/gpt-oss-120b',
    'llama-3.3-70b-versatile',
    'qwen/qwen3-32b',
    'meta-llama/llama-4-scout-17b-16e-instruct',
  ],
  contentType: { json: 'application/json', stream: 'text/event-stream' },
  body: compact,
  wholeBody: (value) => `${compact(value)}\n`,
  headers: (trace, kind) => ({
    'x-request-id': requestId(trace),
    'x-groq-region': 'stand-in',
    ...(kind === 'refused' ? {} : limits),
    ...(kind === 'stream' ? { 'cache-control': 'no-cache' } : {}),
  }),
  manner: (request) => ({
    content: compact,
    arguments: request.model.includes('gpt-oss') ? compact : spaced,
    thinking: thinks(request),
  }),
  refuse,
  refusals: {
    // Said of a missing key too: nothing else is known for it.
    key: () => refusal(401, 'Invalid API Key', { code: 'invalid_api_key' }),
    path: (_, method, path) =>
      refusal(
        404,
        `Unknown request URL: ${method} ${path}. Please check the URL for typos, ` +
          'or see the docs at https://console.groq.com/docs/',
        { code: 'unknown_url' },
      ),
    model: (_, model) => noModel(model),
    overflow: () =>
      refusal(400, 'Please reduce the length of the messages or completion.', {
        param: 'messages',
        code: 'context_length_exceeded',
      }),
    rate: (_, model) => ({
      ...refusal(
        429,
        `Rate limit reached for model \`${model}\` in organization \`org_stand_in\` service tier \`on_demand\` on ` +
          'tokens per minute (TPM): Limit 8000, Used 7999, Requested 64. Please try again in 1.384s.',
        { type: 'tokens', code: 'rate_limit_exceeded' },
      ),
      // Documented: retry-after comes with a 429 only.
      headers: {
        ...limits,
        'retry-after': '2',
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '1.384s',
      },
    }),
    other: (_, what) => refusal(400, notOffered(what)),
  },
  completionId: (trace) => `chatcmpl-${uuid(trace, 'completion')}`,
  callId: (trace, index) => `call_${alphanumeric(trace, `call${index}`, 9)}`,
  whole,
  events,
  // No embedding model is listed: every id is unknown.
  embeddings: (model) => noModel(model),
}
