import { type Completion, type Events, callDeltas, callOf, counts } from './_chat.ts'
import { type Dialect, type Refusal, notOffered } from './_dialect.ts'
import { alphanumeric, hex } from './_ids.ts'
import { type Json, type JsonObject, compact, isObject, pretty } from './_json.ts'
import { mustBeFollowed, unanswered } from './_history.ts'
import { logprobsOf } from './_logprobs.ts'
import { more } from './_openai-more.ts'
import { type ChatRequest, mentionsJson } from './_request.ts'

const limits = {
  'x-ratelimit-limit-requests': '5000',
  'x-ratelimit-limit-tokens': '800000',
  'x-ratelimit-remaining-requests': '4999',
  'x-ratelimit-remaining-tokens': '799916',
  'x-ratelimit-reset-requests': '12ms',
  'x-ratelimit-reset-tokens': '6ms',
}

function refusal(status: number, message: string, rest: JsonObject = {}, beside: JsonObject = {}): Refusal {
  return {
    status,
    body: { error: { message, type: 'invalid_request_error', param: null, code: null, ...rest }, ...beside },
  }
}

const keyPage = 'https://platform.openai.com/account/api-keys.'
const missingKey =
  "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth " +
  "(i.e. Authorization: Bearer YOUR_KEY), or as the password field (with blank username) if you're accessing the API " +
  `from your browser and are prompted for a username and password. You can obtain an API key from ${keyPage}`

const efforts = ['none', 'low', 'medium', 'high', 'xhigh']

/** Only where an effort is asked for: these models do not reason unasked, and show no text of it. */
function thinks({ raw }: ChatRequest): boolean {
  return typeof raw['reasoning_effort'] === 'string' && raw['reasoning_effort'] !== 'none'
}

/** Models that take `max_completion_tokens` only. */
const reasons = /^(?:o\d|gpt-5)/

function refuse(request: ChatRequest): Refusal | undefined {
  if (request.raw['max_tokens'] !== undefined && reasons.test(request.model)) {
    const message =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
    return refusal(400, message, { param: 'max_tokens', code: 'unsupported_parameter' })
  }
  const effort = request.raw['reasoning_effort']
  if (effort !== undefined && !efforts.some((word) => word === effort)) {
    const message =
      `Unsupported value: 'reasoning_effort' does not support ${compact(effort).replaceAll('"', "'")} with this model. ` +
      "Supported values are: 'none', 'low', 'medium', 'high', and 'xhigh'."
    return refusal(400, message, { param: 'reasoning_effort', code: 'unsupported_value' })
  }
  if (request.raw['stream_options'] !== undefined && !request.stream) {
    const message = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
    return refusal(400, message, { param: 'stream_options' })
  }
  const top = request.raw['top_logprobs']
  if (typeof top === 'number' && top > 20) {
    return refusal(400, notOffered('top_logprobs above 20'), { param: 'top_logprobs' })
  }
  for (const [name, most] of [
    ['temperature', 2],
    ['top_p', 1],
  ] as const) {
    const value = request.raw[name]
    if (typeof value !== 'number' || value <= most) continue
    const message = `Invalid '${name}': decimal above maximum value. Expected a value <= ${most}, but got ${value} instead.`
    return refusal(400, message, { param: name, code: 'decimal_above_max_value' })
  }
  if (request.format === 'json_object' && !mentionsJson(request)) {
    const message =
      "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
    return refusal(400, message, { param: 'messages' })
  }
  const orphans = unanswered(request)
  if (orphans.length > 0) {
    const which = `The following tool_call_ids did not have response messages: ${orphans.join(', ')}`
    return refusal(400, `${mustBeFollowed} ${which}`, { param: 'messages' })
  }
  return undefined
}

function usage(completion: Completion): JsonObject {
  return {
    ...counts(completion),
    prompt_tokens_details: { cached_tokens: completion.usage.cached, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: completion.usage.reasoning,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}

function whole(completion: Completion): JsonObject {
  const choices = completion.choices.map(({ index, text, calls, finish }): Json => {
    const asked = calls.length === 0 ? {} : { tool_calls: calls.map((call) => callOf(call, false)) }
    const message = { role: 'assistant', content: text ?? null, ...asked, refusal: null, annotations: [] }
    const probable = logprobsOf(completion.request, text ?? '')
    return { index, message, ...(probable === null ? {} : { logprobs: probable }), finish_reason: finish }
  })
  const { id, created, model } = completion
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices,
    usage: usage(completion),
    service_tier: 'default',
    system_fingerprint: null,
  }
}

function events(completion: Completion): Events {
  const { id, created, model, request, trace } = completion
  const options = isObject(request.raw['stream_options']) ? request.raw['stream_options'] : {}
  // Random padding against guessing text from packet sizes; on unless switched off.
  const padding = (choices: string): JsonObject => {
    const length = 4 + (choices.length % 12)
    return options['include_obfuscation'] === false ? {} : { obfuscation: alphanumeric(trace, choices, length) }
  }
  const chunk = (choices: Json[], counted: JsonObject): JsonObject => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model,
    service_tier: 'default',
    system_fingerprint: null,
    choices,
    ...counted,
    ...padding(compact(choices)),
  })
  const counted: JsonObject = request.includeUsage ? { usage: null } : {}
  const delta = (index: number, inner: JsonObject, finish: string | null = null) =>
    chunk([{ index, delta: inner, finish_reason: finish }], counted)
  return {
    start: ({ index, choice: { calls } }) => {
      // A lone call arrives in the same chunk as the role.
      const lone = calls.length === 1 ? { tool_calls: calls.flatMap(callDeltas).slice(0, 1) } : {}
      return [delta(index, { role: 'assistant', content: calls.length > 0 ? null : '', ...lone, refusal: null })]
    },
    text: ({ index, text }) => [delta(index, { content: text })],
    calls: ({ index, calls }) =>
      calls
        .flatMap(callDeltas)
        .slice(calls.length === 1 ? 1 : 0)
        .map((call) => delta(index, { tool_calls: [call] })),
    finish: ({ index, choice }) => [delta(index, {}, choice.finish)],
    usage: () => (request.includeUsage ? [chunk([], { usage: usage(completion) })] : []),
  }
}

/** OpenAI, the measure of the others: platform.openai.com/docs/api-reference/chat. */
export const openai: Dialect = {
  name: 'openai',
  basePath: '/v1',
  keys: ['OPENAI_API_KEY'],
  models: [
    'gpt-5.5',
    'gpt-5.4',
    'gpt-5.4-mini',
    'gpt-5.4-nano',
    'text-embedding-3-small',
    'text-embedding-3-large',
    'whisper-1',
  ],
  contentType: { json: 'application/json', stream: 'text/event-stream; charset=utf-8' },
  body: pretty,
  headers: (trace) => ({
    'x-request-id': `req_${hex(trace, 'request')}`,
    'openai-processing-ms': '85',
    'openai-version': '2020-10-01',
    ...limits,
  }),
  manner: (request) => ({ content: compact, arguments: compact, thinking: thinks(request) }),
  // Documented: from 1,024 tokens on, in steps of 128.
  caches: { from: 1024, step: 128 },
  refuse,
  refusals: {
    key: (_, key) => {
      if (key === '') return refusal(401, missingKey)
      // Eight characters and the last four are shown. `status` beside `error`: seen on 401s since August 2026.
      const masked = key.slice(0, 8) + '*'.repeat(Math.max(0, key.length - 12)) + key.slice(-4)
      const message = `Incorrect API key provided: ${masked}. You can find your API key at ${keyPage}`
      return refusal(401, message, { code: 'invalid_api_key' }, { status: 401 })
    },
    path: (_, method, path) => refusal(404, `Invalid URL (${method} ${path})`),
    model: (_, model) =>
      refusal(404, `The model \`${model}\` does not exist or you do not have access to it.`, {
        code: 'model_not_found',
      }),
    overflow: (_, tokens, limit) =>
      refusal(
        400,
        `This model's maximum context length is ${limit} tokens. However, your messages resulted in ${tokens} ` +
          'tokens. Please reduce the length of the messages.',
        { param: 'messages', code: 'context_length_exceeded' },
      ),
    rate: (_, model) => ({
      ...refusal(
        429,
        `Rate limit reached for ${model} in organization org-stand-in on tokens per min (TPM): Limit 800000, ` +
          'Used 799999, Requested 64. Please try again in 1.146s. ' +
          'Visit https://platform.openai.com/account/rate-limits to learn more.',
        { type: 'tokens', code: 'rate_limit_exceeded' },
      ),
      headers: { ...limits, 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1.146s' },
    }),
    json: () =>
      refusal(
        400,
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP " +
          'library correctly. The OpenAI API expects a JSON payload, but what was sent was not valid JSON. If you ' +
          'have trouble figuring out how to fix this, please contact us through our help center at help.openai.com.)',
      ),
    other: (_, what) => refusal(400, notOffered(what)),
  },
  completionId: (trace) => `chatcmpl-${alphanumeric(trace, 'completion', 29)}`,
  callId: (trace, index) => `call_${alphanumeric(trace, `call${index}`, 24)}`,
  whole,
  events,
  embeddings: (model) => (model.includes('large') ? 3072 : 1536),
  more: more(() => openai, refusal),
}
