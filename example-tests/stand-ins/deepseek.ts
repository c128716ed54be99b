import { type Completion, type Events, callDeltas, callOf, counts } from './_chat.ts'
import { type Dialect, type Refusal, notOffered } from './_dialect.ts'
import { alphanumeric, hex, uuid } from './_ids.ts'
import { type Json, type JsonObject, compact, isObject, spaced } from './_json.ts'
import { mustBeFollowed, unanswered } from './_history.ts'
import { logprobsOf } from './_logprobs.ts'
import { type ChatRequest, imageAt, mentionsJson, partAt } from './_request.ts'
import { responses } from './_responses.ts'

/** `code` is always the same word, whatever went wrong. */
function refusal(status: number, message: string, type = 'invalid_request_error'): Refusal {
  return { status, body: { error: { message, type, param: null, code: 'invalid_request_error' } } }
}

const noPath: Refusal = { status: 404, body: { error_msg: 'Not Found. Please check the configuration.' } }

/** On unless switched off; `deepseek-chat` is the alias without it. */
function thinks({ model, raw }: ChatRequest): boolean {
  return model !== 'deepseek-chat' && !(isObject(raw['thinking']) && raw['thinking']['type'] === 'disabled')
}

function refuse(request: ChatRequest): Refusal | undefined {
  const sound = partAt(request, 'input_audio')
  if (sound !== -1) return unknownPart(request, sound, 'input_audio')
  const at = imageAt(request)
  // The vision guide names deepseek-flash as the model that takes images.
  if (at !== -1 && request.model !== 'deepseek-flash') return unknownPart(request, at, 'image_url')
  const stranger = request.messages.findIndex(({ role }) => role === 'developer')
  if (stranger !== -1) {
    const known = 'expected one of `system`, `user`, `assistant`, `tool` at line 1 column 85'
    const variant = `messages[${stranger}].role: unknown variant \`developer\`, ${known}`
    return refusal(400, `Failed to deserialize the JSON body into the target type: ${variant}`)
  }
  const top = request.raw['top_logprobs']
  if (typeof top === 'number' && top > 20) return refusal(400, notOffered('top_logprobs above 20'))
  if (request.format === 'json_schema') return refusal(400, 'This response_format type is unavailable now')
  if (request.format === 'json_object' && !mentionsJson(request)) {
    return refusal(
      400,
      "Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'.",
    )
  }
  if (unanswered(request).length > 0) {
    return refusal(400, `${mustBeFollowed} (insufficient tool messages following tool_calls message)`)
  }
  if (!thinks(request)) return undefined
  if (request.toolChoice === 'required' || request.toolChoice === 'named') {
    return refusal(400, 'Thinking mode does not support this tool_choice')
  }
  const forgot = request.messages.some(
    ({ raw }) => raw['tool_calls'] !== undefined && raw['reasoning_content'] === undefined,
  )
  return forgot
    ? refusal(400, 'The `reasoning_content` in the thinking mode must be passed back to the API.')
    : undefined
}

function unknownPart({ raw }: ChatRequest, at: number, type: string): Refusal {
  const place = `at line 1 column ${compact(raw).length}`
  const variant = `messages[${at}]: unknown variant \`${type}\`, expected \`text\` ${place}`
  return refusal(400, `Failed to deserialize the JSON body into the target type: ${variant}`)
}

function usage(completion: Completion): JsonObject {
  const thought = thinks(completion.request)
    ? { completion_tokens_details: { reasoning_tokens: completion.usage.reasoning } }
    : {}
  return {
    ...counts(completion),
    prompt_tokens_details: { cached_tokens: completion.usage.cached },
    ...thought,
    prompt_cache_hit_tokens: completion.usage.cached,
    prompt_cache_miss_tokens: completion.usage.prompt - completion.usage.cached,
  }
}

const fingerprint = 'fp_stand_in'

function whole(completion: Completion): JsonObject {
  const choices = completion.choices.map(({ index, text, reasoning, calls, finish }): Json => {
    const thought = reasoning === undefined ? {} : { reasoning_content: reasoning }
    const asked = calls.length === 0 ? {} : { tool_calls: calls.map((call) => callOf(call, true)) }
    return {
      index,
      message: { role: 'assistant', content: text ?? '', ...thought, ...asked },
      logprobs: logprobsOf(completion.request, text ?? ''),
      finish_reason: finish,
    }
  })
  const { id, created, model } = completion
  return {
    id,
    object: 'chat.completion',
    created,
    model,
    choices,
    usage: usage(completion),
    system_fingerprint: fingerprint,
  }
}

function events(completion: Completion): Events {
  const { id, created, model, request } = completion
  const chunk = (index: number, delta: JsonObject, finish: string | null = null, counted: Json = null): JsonObject => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model,
    system_fingerprint: fingerprint,
    choices: [{ index, delta, logprobs: null, finish_reason: finish }],
    usage: counted,
  })
  // Thinking, every delta has both fields and one of them is null.
  const beside: JsonObject = thinks(request) ? { reasoning_content: null } : {}
  const opening: JsonObject = thinks(request) ? { content: null, reasoning_content: '' } : { content: '' }
  return {
    start: ({ index }) => [chunk(index, { role: 'assistant', ...opening })],
    reasoning: ({ index, text }) => [chunk(index, { content: null, reasoning_content: text })],
    text: ({ index, text }) => [chunk(index, { content: text, ...beside })],
    calls: ({ index, calls }) => calls.flatMap(callDeltas).map((call) => chunk(index, { tool_calls: [call] })),
    // Usage comes here, asked for or not, and no chunk of its own follows.
    finish: ({ index, choice, last }) => {
      return [chunk(index, { content: '', ...beside }, choice.finish, last ? usage(completion) : null)]
    },
  }
}

/** DeepSeek: api-docs.deepseek.com, read 2026-10-06. Requests that wait get `: keep-alive`; none do here. */
export const deepseek: Dialect = {
  name: 'deepseek',
  basePath: '',
  keys: ['DEEPSEEK_API_KEY'],
  models: ['deepseek-v4-flash', 'deepseek-v4-pro', 'deepseek-flash'],
  contentType: { json: 'application/json', stream: 'text/event-stream; charset=utf-8' },
  body: compact,
  headers: (trace, kind) => ({
    'x-ds-trace-id': hex(trace, 'request'),
    ...(kind === 'stream' ? { 'cache-control': 'no-cache' } : {}),
  }),
  manner: (request) => ({
    content: (value) => JSON.stringify(value, null, 2),
    arguments: spaced,
    thinking: thinks(request),
  }),
  // Documented: in units of 64 tokens.
  caches: { from: 64, step: 64 },
  refuse,
  refusals: {
    key: (_, key) => {
      if (key === '') return refusal(401, notOffered('a request without a key'), 'authentication_error')
      return refusal(401, `Authentication Fails, Your api key: ****${key.slice(-4)} is invalid`, 'authentication_error')
    },
    path: () => noPath,
    model: () => refusal(400, 'Model Not Exist'),
    overflow: (_, tokens, limit) =>
      refusal(
        400,
        `This model's maximum context length is ${limit} tokens. However, you requested ${tokens} tokens ` +
          `(${tokens} in the messages, 0 in the completion). Please reduce the length of the messages or completion.`,
      ),
    // Quoted from replies to Chinese and English users.
    filter: () => refusal(400, 'Content Exists Risk'),
    // 429 is documented, its body is not; no retry-after is documented either.
    rate: () => refusal(429, notOffered('a request above the rate limit'), 'unknown_error'),
    other: (_, what) => refusal(400, notOffered(what)),
  },
  // The older names answer as the model behind them.
  answeredModel: (asked) => (asked === 'deepseek-chat' || asked === 'deepseek-reasoner' ? 'deepseek-v4-flash' : asked),
  completionId: (trace) => uuid(trace, 'completion'),
  callId: (trace, index) => `call_0${index % 10}_${alphanumeric(trace, `call${index}`, 24)}`,
  whole,
  events,
  embeddings: () => noPath,
  // Nothing is kept from one response to the next.
  more: responses({ dialect: () => deepseek, id: (trace) => uuid(trace, 'response') }),
}
