import { type Completion, type Events, type Step, callDeltas, callOf, counts } from './_chat.ts'
import { type Dialect, type Refusal, notOffered } from './_dialect.ts'
import { type Trace, hex } from './_ids.ts'
import { type Json, type JsonObject, compact } from './_json.ts'
import { type ChatRequest, imageAt } from './_request.ts'

/** No `error` around it: code and message stand at the top. */
function refusal(status: number, code: number, message: string): Refusal {
  return { status, body: { code, message, data: null } }
}

function thinks(request: ChatRequest): boolean {
  return request.raw['enable_thinking'] === true
}

/** Models whose list entry says they take images. */
const sees = /vl|qwen3\.5|kimi-k2\.[56]|glm-[\d.]+v/i

function refuse(request: ChatRequest): Refusal | undefined {
  if (imageAt(request) !== -1 && !sees.test(request.model)) {
    return refusal(400, 20041, 'The model is not a VLM (Vision Language Model). Please use text-only prompts.')
  }
  const refused =
    request.format === 'json_schema' || (request.format === 'json_object' && /GLM-4\.5/.test(request.model))
  return refused ? refusal(400, 20024, 'Json mode is not supported for this model.') : undefined
}

function whole(completion: Completion): JsonObject {
  const choices = completion.choices.map(({ index, text, reasoning, calls, finish }): Json => {
    const thought = reasoning === undefined ? {} : { reasoning_content: reasoning }
    const asked = calls.length === 0 ? {} : { tool_calls: calls.map((call) => callOf(call, false)) }
    return { index, message: { role: 'assistant', content: text ?? '', ...thought, ...asked }, finish_reason: finish }
  })
  const { id, created, model } = completion
  return { id, object: 'chat.completion', created, model, choices, usage: counts(completion), system_fingerprint: '' }
}

const unfiltered: Json = {
  hate: { filtered: false },
  self_harm: { filtered: false },
  sexual: { filtered: false },
  violence: { filtered: false },
}

function events(completion: Completion): Events {
  const { id, created, model, usage } = completion
  const chunk = ({ index, spent }: Step, delta: JsonObject, finish: string | null = null): JsonObject => ({
    id,
    object: 'chat.completion.chunk',
    created,
    model,
    choices: [{ index, delta, finish_reason: finish, content_filter_results: unfiltered }],
    system_fingerprint: '',
    // Usage runs along in every chunk, asked for or not.
    usage: { prompt_tokens: usage.prompt, completion_tokens: spent, total_tokens: usage.prompt + spent },
  })
  return {
    start: (step) => [chunk(step, { content: '', reasoning_content: null, role: 'assistant' })],
    reasoning: (step) => [chunk(step, { content: null, reasoning_content: step.text })],
    text: (step) => [chunk(step, { content: step.text, reasoning_content: null })],
    calls: (step) =>
      step.calls
        .flatMap(callDeltas)
        .map((call) => chunk(step, { content: null, reasoning_content: null, tool_calls: [call] })),
    finish: (step) => [chunk(step, { content: '', reasoning_content: null }, step.choice.finish)],
  }
}

/** SiliconFlow: api-docs.siliconflow.cn/docs/api/chat-completions-post, and errors measured on 2026-07-12. */
export const siliconflow: Dialect = {
  name: 'siliconflow',
  basePath: '/v1',
  keys: ['SILICONFLOW_CN_API_KEY', 'SILICONFLOW_API_KEY'],
  models: [
    'deepseek-ai/DeepSeek-V4-Pro',
    'deepseek-ai/DeepSeek-V4-Flash',
    'Pro/zai-org/GLM-5.1',
    'Pro/moonshotai/Kimi-K2.6',
    'Qwen/Qwen3.5-4B',
    'BAAI/bge-m3',
  ],
  contentType: { json: 'application/json', stream: 'text/event-stream' },
  body: compact,
  headers: (trace) => ({ 'x-siliconcloud-trace-id': hex(trace, 'request') }),
  manner: (request) => ({ content: compact, arguments: compact, thinking: thinks(request) }),
  refuse,
  refusals: {
    // A bare JSON string: no object at all.
    key: () => ({ status: 401, body: 'Invalid token' }),
    path: (_: Trace, method, path) => ({ status: 404, body: notOffered(`${method} ${path}`) }),
    model: () => refusal(400, 20012, 'Model does not exist. Please check it carefully.'),
    overflow: (_, tokens, limit) =>
      refusal(400, 20015, `length of prompt_tokens (${tokens}) must be less than max_seq_len (${limit}).`),
    // No code here, and no retry-after: which limit was hit stands in the message only.
    rate: () => ({
      status: 429,
      body: { message: 'Request was rejected due to rate limiting. Details:TPM limit reached.', data: null },
    }),
    other: (_, what) => refusal(400, 20015, notOffered(what)),
  },
  completionId: (trace) => hex(trace, 'completion'),
  callId: (trace, index) => `call_${hex(trace, `call${index}`, 24)}`,
  whole,
  events,
  embeddings: () => 1024,
}
