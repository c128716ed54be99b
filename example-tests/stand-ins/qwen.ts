import { type Call, type Completion, type Events, callOf, counts, pieces } from './_chat.ts'
import { type Dialect, type Refusal, notOffered } from './_dialect.ts'
import { embeddingsBody } from './_embedding.ts'
import { type Trace, hex, uuid } from './_ids.ts'
import { type Json, type JsonObject, compact, spaced } from './_json.ts'
import { mustBeFollowed, unanswered } from './_history.ts'
import { type ChatRequest, mentionsJson, partAt } from './_request.ts'
import { responses } from './_responses.ts'

function refusal(
  trace: Trace,
  status: number,
  message: string,
  code: string | null,
  type = 'invalid_request_error',
): Refusal {
  return { status, body: { error: { message, type, param: null, code }, request_id: uuid(trace, 'request') } }
}

/** A refusal of the model service behind the gateway: keys in another order, and the completion's id beside them. */
function invalid(trace: Trace, message: string): Refusal {
  const error = { code: 'invalid_parameter_error', param: null, message, type: 'invalid_request_error' }
  const id = uuid(trace, 'request')
  return { status: 400, body: { error, id: `chatcmpl-${id}`, request_id: id } }
}

function thinks(request: ChatRequest): boolean {
  return request.raw['enable_thinking'] === true
}

function refuse(request: ChatRequest, trace: Trace): Refusal | undefined {
  if (thinks(request) && !request.stream) {
    return invalid(trace, 'parameter.enable_thinking must be set to false for non-streaming calls')
  }
  if (partAt(request, 'file') !== -1) return invalid(trace, notOffered('a part of type file'))
  if (request.format === 'json_object' && !mentionsJson(request)) {
    return invalid(
      trace,
      "<400> InternalError.Algo.InvalidParameter: 'messages' must contain the word 'json' in some form, " +
        "to use 'response_format' of type 'json_object'.",
    )
  }
  if (unanswered(request).length > 0) {
    const said = mustBeFollowed.replaceAll("'", '"')
    return invalid(trace, `<400> InternalError.Algo.InvalidParameter: ${said}`)
  }
  return undefined
}

/** `required` is not dependable, and schemas bind only newer models: older ones degrade to plain JSON mode. */
function adapt(request: ChatRequest): ChatRequest {
  const binds = /qwen3\.[78]/.test(request.model)
  return {
    ...request,
    toolChoice: request.toolChoice === 'required' ? 'auto' : request.toolChoice,
    format: request.format === 'json_schema' && !binds ? 'json_object' : request.format,
  }
}

function usage(completion: Completion): JsonObject {
  const { prompt, completion: said, total, reasoning } = completion.usage
  const thought = thinks(completion.request) ? { completion_tokens_details: { reasoning_tokens: reasoning } } : {}
  return {
    total_tokens: total,
    completion_tokens: said,
    prompt_tokens: prompt,
    ...thought,
    prompt_tokens_details: { cached_tokens: 0 },
  }
}

function whole(completion: Completion): JsonObject {
  const choices = completion.choices.map(({ index, text, calls, finish }): Json => {
    const asked = calls.length === 0 ? {} : { tool_calls: calls.map((call) => callOf(call, true)) }
    return { message: { content: text ?? '', role: 'assistant', ...asked }, index, finish_reason: finish }
  })
  const { id, created, model } = completion
  return {
    model,
    id,
    choices,
    created,
    object: 'chat.completion',
    usage: { ...counts(completion), ...usage(completion) },
  }
}

/** Later deltas of a call carry `id` and `name` as empty strings. */
function callDeltas({ index, id, name, json }: Call): JsonObject[] {
  const later = pieces(json).map((piece): JsonObject => {
    return { index, id: '', type: 'function', function: { name: '', arguments: piece } }
  })
  return [{ index, id, type: 'function', function: { name, arguments: '' } }, ...later]
}

function events(completion: Completion): Events {
  const { id, created, model, request } = completion
  const rest = { created, object: 'chat.completion.chunk' }
  const counted: JsonObject = request.includeUsage ? { usage: null } : {}
  // No finish_reason key before the end, and the role as null after the first delta.
  const chunk = (index: number, delta: JsonObject, end: JsonObject = {}): JsonObject => {
    return { model, id, choices: [{ delta: { ...delta, role: null }, index, ...end }], ...rest, ...counted }
  }
  return {
    start: ({ index, choice }) => {
      const delta = { content: choice.calls.length > 0 ? null : '', role: 'assistant' }
      return [{ model, id, ...rest, ...counted, choices: [{ logprobs: null, index, delta }] }]
    },
    reasoning: ({ index, text }) => [chunk(index, { content: null, reasoning_content: text })],
    text: ({ index, text }) => [chunk(index, { content: text })],
    calls: ({ index, calls }) =>
      calls.flatMap(callDeltas).map((call) => chunk(index, { content: null, tool_calls: [call] })),
    finish: ({ index, choice }) => [chunk(index, { content: '' }, { finish_reason: choice.finish })],
    usage: () => (request.includeUsage ? [{ model, id, choices: [], ...rest, usage: usage(completion) }] : []),
  }
}

/** Qwen through DashScope's compatible mode: help.aliyun.com/zh/model-studio, with its error-code page. */
export const qwen: Dialect = {
  name: 'qwen',
  basePath: '/compatible-mode/v1',
  keys: ['DASHSCOPE_API_KEY'],
  models: [
    'qwen3.7-max',
    'qwen3.7-plus',
    'qwen3.6-flash',
    'qwen-plus',
    'qwen3-vl-plus',
    'text-embedding-v4',
    'text-embedding-v3',
  ],
  contentType: { json: 'application/json', stream: 'text/event-stream;charset=UTF-8' },
  body: compact,
  headers: (trace) => ({
    'x-request-id': uuid(trace, 'request'),
    'req-cost-time': '55',
    'x-dashscope-call-gateway': 'true',
  }),
  manner: (request) => ({ content: compact, arguments: spaced, thinking: thinks(request) }),
  adapt,
  refuse,
  refusals: {
    key: (trace, key) =>
      key === ''
        ? refusal(
            trace,
            401,
            "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer " +
              'auth (i.e. Authorization: Bearer YOUR_KEY). ',
            null,
          )
        : refusal(
            trace,
            401,
            'Incorrect API key provided. For details, see: ' +
              'https://help.aliyun.com/zh/model-studio/error-code#apikey-error',
            'invalid_api_key',
          ),
    path: (trace, method, path) => refusal(trace, 404, notOffered(`${method} ${path}`), null),
    model: (trace, model) =>
      refusal(trace, 404, `The model \`${model}\` does not exist or you do not have access to it.`, 'model_not_found'),
    overflow: (trace, _, limit) =>
      invalid(trace, `<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, ${limit}]`),
    // To a streaming request the error comes as a line of an event stream, under the same status.
    filter: (trace, stream) => {
      const message = 'Input text data may contain inappropriate content.'
      const { status, body } = refusal(trace, 400, message, 'data_inspection_failed', 'data_inspection_failed')
      return { status, body, ...(stream ? { text: `data: ${compact(body)}\n\n` } : {}) }
    },
    // No retry-after: none is documented.
    rate: (trace) =>
      refusal(
        trace,
        429,
        'You have exceeded your current request limit. For details, see: ' +
          'https://help.aliyun.com/zh/model-studio/error-code#rate-limit',
        'limit_requests',
        'limit_requests',
      ),
    other: (trace, what) => invalid(trace, notOffered(what)),
  },
  completionId: (trace) => `chatcmpl-${uuid(trace, 'request')}`,
  callId: (trace, index) => `call_${hex(trace, `call${index}`, 22)}`,
  whole,
  events,
  embeddings: () => 1024,
  embeddingBatch: {
    limit: 10,
    refusal: (trace) => {
      const id = uuid(trace, 'request')
      const message =
        '<400> InternalError.Algo.InvalidParameter: Value error, batch size is invalid, ' +
        'it should not be larger than 10.: input.contents'
      const error = { message, type: 'InvalidParameter', param: null, code: 'InvalidParameter' }
      return { status: 400, body: { error, id, request_id: id } }
    },
  },
  more: responses({
    dialect: () => qwen,
    id: (trace) => uuid(trace, 'response'),
    unknown: (trace, id) => invalid(trace, notOffered(`the previous response ${id}`)),
  }),
  embeddingsBody: (embeddings, trace) => {
    return { ...embeddingsBody(embeddings), id: uuid(trace, 'request') }
  },
}
