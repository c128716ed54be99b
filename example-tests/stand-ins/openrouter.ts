import { type Completion, type Events, callDeltas, callOf, counts } from './_chat.ts'
import { type Dialect, type Refusal, notOffered } from './_dialect.ts'
import { embeddingsBody } from './_embedding.ts'
import { type Trace, alphanumeric } from './_ids.ts'
import { type Json, type JsonObject, compact, isObject } from './_json.ts'
import type { ChatRequest } from './_request.ts'

/** The code is the HTTP status as a number; there is no type. */
function refusal(trace: Trace, status: number, message: string, metadata: JsonObject = {}): Refusal {
  const error = { message, code: status, ...(Object.keys(metadata).length === 0 ? {} : { metadata }) }
  return { status, body: { error, user_id: `user_${alphanumeric(trace, 'user', 27)}` } }
}

/** Only where the request asks for it: `reasoning: { enabled | effort | max_tokens }` or `reasoning_effort`. */
function thinks({ raw }: ChatRequest): boolean {
  const wish = raw['reasoning']
  return (
    typeof raw['reasoning_effort'] === 'string' ||
    (isObject(wish) && wish['enabled'] !== false && Object.keys(wish).length > 0)
  )
}

const dollars = { prompt: 2e-7, completion: 1.25e-6 }

/** Money on the wire, as the dollars the account is charged. */
function usage(completion: Completion): JsonObject {
  const { prompt, completion: said, reasoning } = completion.usage
  const [read, written] = [prompt * dollars.prompt, said * dollars.completion].map((cost) => Number(cost.toFixed(10)))
  const cost = Number(((read ?? 0) + (written ?? 0)).toFixed(10))
  return {
    ...counts(completion),
    cost,
    is_byok: false,
    prompt_tokens_details: { cached_tokens: 0, cache_write_tokens: 0, audio_tokens: 0, video_tokens: 0 },
    cost_details: {
      upstream_inference_cost: cost,
      upstream_inference_prompt_cost: read ?? 0,
      upstream_inference_completions_cost: written ?? 0,
    },
    completion_tokens_details: { reasoning_tokens: reasoning, image_tokens: 0, audio_tokens: 0 },
  }
}

function detailsOf(text: string): Json {
  return [{ type: 'reasoning.text', text, format: 'unknown', index: 0 }]
}

function whole(completion: Completion): JsonObject {
  const choices = completion.choices.map(({ index, text, reasoning, calls, finish }): Json => {
    const message = {
      role: 'assistant',
      content: text ?? null,
      refusal: null,
      reasoning: reasoning ?? null,
      ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => ({ ...callOf(call, true) })) }),
      ...(reasoning === undefined ? {} : { reasoning_details: detailsOf(reasoning) }),
    }
    return { index, logprobs: null, finish_reason: finish, native_finish_reason: finish, message }
  })
  const { id, created, model } = completion
  const head = { id, object: 'chat.completion', created, model, provider: 'Stand-in' }
  return { ...head, system_fingerprint: null, service_tier: null, choices, usage: usage(completion) }
}

const comment = ': OPENROUTER PROCESSING\n\n'

function events(completion: Completion): Events {
  const { id, created, model } = completion
  // The role in every delta.
  const chunk = (
    index: number,
    inner: JsonObject,
    finish: string | null = null,
    beside: JsonObject = {},
  ): JsonObject => {
    const delta = { role: 'assistant', ...inner }
    return {
      id,
      provider: 'Stand-in',
      model,
      object: 'chat.completion.chunk',
      created,
      choices: [{ index, delta, finish_reason: finish, native_finish_reason: finish, logprobs: null }],
      ...beside,
    }
  }
  return {
    // Comments while the upstream provider is awaited.
    start: ({ index }) => [...(index === 0 ? [comment, comment] : []), chunk(index, { content: '' })],
    reasoning: ({ index, text }) => {
      return [chunk(index, { content: '', reasoning: text, reasoning_details: detailsOf(text) })]
    },
    text: ({ index, text }) => [chunk(index, { content: text })],
    calls: ({ index, calls }) =>
      calls.flatMap(callDeltas).map((call) => chunk(index, { content: null, tool_calls: [call] })),
    finish: ({ index, choice }) => [chunk(index, { content: '' }, choice.finish)],
    // Usage with a choice, asked for or not, and the finish reason a second time.
    usage: ({ index, choice }) => [chunk(index, { content: '' }, choice.finish, { usage: usage(completion) })],
  }
}

/** OpenRouter: openrouter.ai/docs. The model's maker answers behind it; here the provider is called `Stand-in`. */
export const openrouter: Dialect = {
  name: 'openrouter',
  basePath: '/api/v1',
  keys: ['OPENROUTER_API_KEY'],
  models: [
    'openai/gpt-5.4-nano',
    'openai/gpt-5.4-mini',
    'anthropic/claude-haiku-4.5',
    'google/gemini-2.5-flash',
    'google/gemini-3-flash-preview',
    'z-ai/glm-5.2',
    'openai/text-embedding-3-small',
  ],
  contentType: { json: 'application/json', stream: 'text/event-stream' },
  body: compact,
  // Blank lines keep the connection alive until the answer is there.
  wholeBody: (value) => `\n         \n${compact(value)}`,
  headers: (trace, kind) => ({
    'access-control-allow-origin': '*',
    ...(kind === 'refused' ? {} : { 'x-generation-id': generationId(trace) }),
    ...(kind === 'stream' ? { 'cache-control': 'no-cache' } : {}),
  }),
  manner: (request) => ({ content: compact, arguments: compact, thinking: thinks(request) }),
  // One choice whatever n says, and at least 16 tokens where OpenAI answers: both seen by 0xPlaygrounds/rig.
  adapt: (request) => ({
    ...request,
    n: 1,
    maxTokens:
      request.maxTokens !== undefined && request.model.startsWith('openai/')
        ? Math.max(16, request.maxTokens)
        : request.maxTokens,
  }),
  refusals: {
    // Said of a key of unknown form too.
    key: () => ({ status: 401, body: { error: { message: 'Missing Authentication header', code: 401 } } }),
    path: (trace, method, path) => refusal(trace, 404, notOffered(`${method} ${path}`)),
    model: (trace, model) => refusal(trace, 400, `${model} is not a valid model ID`),
    overflow: (trace, tokens, limit) =>
      refusal(
        trace,
        400,
        `This endpoint's maximum context length is ${limit} tokens. However, you requested about ${tokens} tokens ` +
          `(${tokens} of text input). Please reduce the length of either one, or use the context-compression plugin ` +
          'to compress your prompt automatically.',
        { provider_name: null },
      ),
    filter: (trace) => refusal(trace, 403, 'Your input was flagged by moderation.', { reasons: ['violence'] }),
    // The limits stand in the body alone; the reset is in milliseconds since 1970.
    rate: (trace, model) => {
      const reset = String((trace.created + 60) * 1000)
      const message =
        `Rate limit exceeded: limit_rpm/${model}/stand-in. High demand for ${model} on OpenRouter - ` +
        'limited to 1 requests per minute. Please retry shortly.'
      const inBody = { 'X-RateLimit-Limit': '1', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': reset }
      return refusal(trace, 429, message, { headers: inBody, provider_name: null })
    },
    other: (trace, what) => refusal(trace, 400, notOffered(what)),
  },
  completionId: generationId,
  callId: (trace, index) => `call_${alphanumeric(trace, `call${index}`, 24)}`,
  whole,
  events,
  embeddings: (model) => (model.includes('large') ? 3072 : 1536),
  embeddingsBody: (embeddings, trace) => {
    const cost = Number((embeddings.tokens * 2e-8).toFixed(10))
    const counted = { prompt_tokens: embeddings.tokens, total_tokens: embeddings.tokens, cost, is_byok: false }
    return {
      ...embeddingsBody(embeddings),
      usage: counted,
      provider: 'Stand-in',
      id: `gen-emb-${trace.created}-${generationId(trace).slice(-20)}`,
    }
  },
  // A price for each model; neither list nor items carry `object`.
  modelList: (models, { created }) => ({
    data: models.map((id): Json => ({
      id,
      name: id,
      created,
      pricing: { prompt: dollars.prompt.toFixed(10), completion: dollars.completion.toFixed(10) },
    })),
  }),
}

function generationId(trace: Trace): string {
  return `gen-${trace.created}-${alphanumeric(trace, 'generation', 20)}`
}
