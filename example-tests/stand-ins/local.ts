import { type Call, type Completion, type Events, callOf, pieces } from './_chat.ts'
import { type Dialect, type Refusal, notOffered } from './_dialect.ts'
import { alphanumeric } from './_ids.ts'
import { type Json, type JsonObject, compact, spaced } from './_json.ts'
import { imageAt } from './_request.ts'

/** The code is the HTTP status as a number. */
function refusal(status: number, message: string, type: string, rest: JsonObject = {}): Refusal {
  return { status, body: { error: { code: status, message, type, ...rest } } }
}

function usage(completion: Completion): JsonObject {
  const { prompt, completion: said, total, cached } = completion.usage
  const details = { prompt_tokens_details: { cached_tokens: cached } }
  return { completion_tokens: said, prompt_tokens: prompt, total_tokens: total, ...details }
}

/** How long the machine took; a stand-in has no machine, so the numbers are round. */
function timings({ usage: { prompt, completion, cached } }: Completion): JsonObject {
  const each = { per_token_ms: 8, per_second: 125 }
  return {
    cache_n: cached,
    prompt_n: prompt - cached,
    prompt_ms: (prompt - cached) * each.per_token_ms,
    prompt_per_token_ms: each.per_token_ms,
    prompt_per_second: each.per_second,
    predicted_n: completion,
    predicted_ms: completion * each.per_token_ms,
    predicted_per_token_ms: each.per_token_ms,
    predicted_per_second: each.per_second,
  }
}

const build = 'b10499-stand-in'

function whole(completion: Completion): JsonObject {
  const choices = completion.choices.map(({ index, text, calls, finish }): Json => {
    const asked = calls.length === 0 ? {} : { tool_calls: calls.map((call) => callOf(call, false)) }
    return { finish_reason: finish, index, message: { role: 'assistant', content: text ?? '', ...asked } }
  })
  const { id, created, model } = completion
  const head = { choices, created, model, system_fingerprint: build, object: 'chat.completion' }
  return { ...head, usage: usage(completion), id, timings: timings(completion) }
}

/** The first delta of a call already holds the opening brace. */
function callDeltas({ index, id, name, json }: Call): JsonObject[] {
  const first = { index, id, type: 'function', function: { name, arguments: json.slice(0, 1) } }
  return [first, ...pieces(json.slice(1)).map((piece): JsonObject => ({ index, function: { arguments: piece } }))]
}

function events(completion: Completion): Events {
  const { id, created, model } = completion
  const tail = { created, id, model, system_fingerprint: build, object: 'chat.completion.chunk' }
  const chunk = (index: number, delta: JsonObject, finish: string | null = null): JsonObject => {
    return { choices: [{ finish_reason: finish, index, delta }], ...tail }
  }
  return {
    start: ({ index }) => [chunk(index, { role: 'assistant', content: null })],
    text: ({ index, text }) => [chunk(index, { content: text })],
    calls: ({ index, calls }) => calls.flatMap(callDeltas).map((call) => chunk(index, { tool_calls: [call] })),
    finish: ({ index, choice }) => [chunk(index, {}, choice.finish)],
    // Sent whether asked for or not, with the timings.
    usage: () => [{ choices: [], ...tail, usage: usage(completion), timings: timings(completion) }],
  }
}

/**
 * A local llama.cpp server (llama-server's README). Any key and any model id are accepted: the loaded model answers.
 * `json_object` binds nothing, so the model fences its JSON, as it was seen to; `json_schema` becomes a grammar.
 */
export const local: Dialect = {
  name: 'local',
  basePath: '/v1',
  keys: ['LOCAL_API_KEY'],
  models: ['stand-in.gguf'],
  contentType: { json: 'application/json; charset=utf-8', stream: 'text/event-stream' },
  body: compact,
  headers: () => ({ server: 'llama.cpp' }),
  manner: ({ format }) => ({
    content: (value) =>
      format === 'json_schema' ? spaced(value) : `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``,
    arguments: compact,
    thinking: false,
  }),
  // A text model was loaded.
  refuse: (request) =>
    imageAt(request) === -1
      ? undefined
      : refusal(
          500,
          'image input is not supported - hint: if this is unexpected, you may need to provide the mmproj',
          'server_error',
        ),
  // The README: `cache_prompt` is on.
  caches: { from: 64, step: 1 },
  refusals: {
    path: () => refusal(404, 'File Not Found', 'not_found_error'),
    overflow: (_, tokens, limit) =>
      refusal(
        400,
        `request (${tokens} tokens) exceeds the available context size (${limit} tokens), try increasing it`,
        'exceed_context_size_error',
        { n_prompt_tokens: tokens, n_ctx: limit },
      ),
    // Its JSON reader throws, and what throws is the server's fault: ggml-org/llama.cpp#11738.
    json: () =>
      refusal(500, '[json.exception.parse_error.101] parse error at line 1, column 1: syntax error', 'server_error'),
    other: (_, what) => refusal(400, notOffered(what), 'invalid_request_error'),
  },
  answeredModel: () => 'stand-in.gguf',
  completionId: (trace) => `chatcmpl-${alphanumeric(trace, 'completion', 32)}`,
  callId: (trace, index) => alphanumeric(trace, `call${index}`, 32),
  whole,
  events,
  // A server started for chat has no embeddings; one that serves an embedding model was started with the flag.
  embeddings: (model) =>
    /embed|bge|e5/i.test(model)
      ? 1024
      : refusal(501, 'This server does not support embeddings. Start it with `--embeddings`', 'not_supported_error'),
  modelList: (models, { created }) => ({
    object: 'list',
    data: models.map((id): Json => ({ id, object: 'model', created, owned_by: 'llamacpp' })),
  }),
}
