import { type Completion, type Events, callOf, counts } from './_chat.ts'
import { type Dialect, type Refusal, notOffered } from './_dialect.ts'
import { type Trace, hex, numeric, stamp } from './_ids.ts'
import { type Json, type JsonObject, compact, isObject, spaced } from './_json.ts'
import { type ChatRequest, imageAt } from './_request.ts'

/** The code is a number written as a string, there is no type, and no message needs to be English. */
function refusal(trace: Trace, status: number, code: string, message: string): Refusal {
  return { status, body: { error: { code, message }, request_id: requestId(trace) } }
}

function requestId(trace: Trace): string {
  return `${stamp(trace)}${hex(trace, 'request', 16)}`
}

function thinks({ raw }: ChatRequest): boolean {
  return !(isObject(raw['thinking']) && raw['thinking']['type'] === 'disabled')
}

function refuse(request: ChatRequest, trace: Trace): Refusal | undefined {
  const { model, raw } = request
  if (imageAt(request) !== -1 && !/\dv/i.test(model)) {
    return refusal(trace, 400, '1210', "messages.content.type 参数非法，取值范围 ['text']")
  }
  // openclaw/openclaw#23115
  if (request.messages.some(({ role }) => role === 'developer')) {
    return refusal(trace, 400, '1214', '角色信息不正确')
  }
  if (!thinks(request) && model === 'glm-5.3') {
    return refusal(trace, 400, '1210', '该模型始终思考，不支持关闭思考；请使用 low、high 或 max。')
  }
  // Only `auto` is documented; what the others do is not.
  if ((raw['tool_choice'] ?? 'auto') !== 'auto') {
    return refusal(trace, 400, '1210', notOffered('tool_choice other than auto'))
  }
  return undefined
}

/** Accepted without effect, measured in hugalafutro/model-hotel#896; models.dev says two models honour it. */
function ignoresSchema({ model, raw }: ChatRequest): boolean {
  return (
    isObject(raw['response_format']) && raw['response_format']['type'] === 'json_schema' && !/^glm-5\.[12]/.test(model)
  )
}

function usage({ usage: { prompt, completion, total, reasoning } }: Completion): JsonObject {
  return {
    completion_tokens: completion,
    completion_tokens_details: { reasoning_tokens: reasoning },
    prompt_tokens: prompt,
    prompt_tokens_details: { cached_tokens: 0 },
    total_tokens: total,
  }
}

function streamUsage(completion: Completion): JsonObject {
  return { ...counts(completion), prompt_tokens_details: { cached_tokens: 0 } }
}

/** No `object`, in three of four bodies seen; `request_id` beside the usual keys. */
function whole(completion: Completion): JsonObject {
  const choices = completion.choices.map(({ index, text, reasoning, calls, finish }): Json => {
    const thought = reasoning === undefined ? {} : { reasoning_content: reasoning }
    const asked = calls.length === 0 ? {} : { tool_calls: calls.map((call) => callOf(call, true)) }
    return { finish_reason: finish, index, message: { content: text ?? '', ...thought, role: 'assistant', ...asked } }
  })
  const { id, created, model } = completion
  return { choices, created, id, model, request_id: id, usage: usage(completion) }
}

function events(completion: Completion): Events {
  const { id, created, model } = completion
  // The role in every delta, no `object`, and no finish_reason key before the end.
  const chunk = (index: number, delta: JsonObject, end: JsonObject = {}, beside: JsonObject = {}): JsonObject => {
    return { id, created, model, choices: [{ index, ...end, delta: { role: 'assistant', ...delta } }], ...beside }
  }
  return {
    reasoning: ({ index, text }) => [chunk(index, { reasoning_content: text })],
    text: ({ index, text }) => [chunk(index, { content: text, reasoning_content: '' })],
    // All calls whole in one chunk, which already names the finish reason; the finish chunk names it again.
    calls: ({ index, choice }) => {
      const calls = choice.calls.map(({ index: at, name, json }): Json => {
        return { id: `call_${id}_${at}`, index: at, type: 'function', function: { name, arguments: json } }
      })
      return [chunk(index, { content: '', reasoning_content: '', tool_calls: calls }, { finish_reason: choice.finish })]
    },
    finish: ({ index, choice, last }) => {
      return [
        chunk(index, { content: '' }, { finish_reason: choice.finish }, last ? { usage: streamUsage(completion) } : {}),
      ]
    },
  }
}

/** Zhipu GLM: docs.bigmodel.cn/api-reference; codes on its error-code page. Z.ai speaks the same. */
export const zhipu: Dialect = {
  name: 'zhipu',
  basePath: '/api/paas/v4',
  keys: ['ZHIPU_API_KEY'],
  models: ['glm-5.3', 'glm-5.2', 'glm-5.1', 'glm-4.7', 'glm-4.7-flash', 'glm-4.6v', 'glm-4.5v', 'glm-5v-turbo'],
  contentType: { json: 'application/json; charset=UTF-8', stream: 'text/event-stream;charset=UTF-8' },
  body: compact,
  headers: (trace) => ({ 'x-log-id': requestId(trace) }),
  manner: (request) => ({
    content: (value) =>
      ignoresSchema(request) ? `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`` : compact(value),
    arguments: spaced,
    thinking: thinks(request),
  }),
  adapt: (request) => (ignoresSchema(request) ? { ...request, format: 'text' } : request),
  refuse,
  refusals: {
    key: (trace) => refusal(trace, 401, '401', '令牌已过期或验证不正确！'),
    // The gateway's own 404: `error` is a string, and the path lacks its prefix.
    path: (trace, _, path) => ({
      status: 404,
      body: {
        timestamp: new Date(trace.created * 1000).toISOString().replace('Z', '+00:00'),
        status: 404,
        error: 'Not Found',
        path: path.replace(/^\/api\/paas/, ''),
      },
    }),
    model: (trace) => refusal(trace, 400, '1211', '模型不存在，请检查模型代码。'),
    overflow: (trace) => refusal(trace, 400, '1261', 'Prompt exceeds max length'),
    filter: (trace) => refusal(trace, 400, '1301', '系统检测到输入或生成内容可能包含不安全或敏感内容'),
    // No retry-after: none is documented.
    rate: (trace) => refusal(trace, 429, '1302', '您的账户已达到速率限制，请您控制请求频率'),
    other: (trace, what) => refusal(trace, 400, '1210', notOffered(what)),
  },
  completionId: requestId,
  callId: (trace, index) => `call_-${1 + (index % 9)}${numeric(trace, `call${index}`, 18)}`,
  whole,
  events,
  embeddings: () => 2048,
}
