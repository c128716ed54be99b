import { describe, expect, test } from 'vitest'
import { corpus, hasCorpus } from './_failures.test.kit.ts'
import { errorRows } from './classify-table.ts'
import { classifyError } from './classify.ts'
import { hello, stream, whole } from './seed.ts'
import { readReply } from '../wire/reply.ts'

const of = (status: number, body: unknown) => {
  const found = classifyError(readReply(whole(body, { status })))
  return found && [found.kind, found.retry, found.evidence].join(' | ')
}
const error = (code: unknown, message = 'No.', more: object = {}) => ({ error: { message, code, ...more } })

const cases: readonly (readonly [who: string, status: number, body: unknown])[] = [
  // Zhipu: one status for five causes.
  ['Zhipu, no balance', 429, error('1113', '您的账户已欠费,请充值后重试')],
  ['Zhipu, too fast', 429, error('1302', 'Rate limit reached for requests')],
  ['Zhipu, full', 429, error('1305', '该模型当前访问量过大，请您稍后再试')],
  ['Zhipu, five hours spent', 429, error('1308', '已达到 5 小时的使用上限。')],
  ['Zhipu, prompt too long', 400, error('1261', 'Prompt 超长')],
  ['Zhipu, content', 400, error('1301')],
  ['Zhipu, a bad token', 401, error('1002')],
  ['Zhipu, no such model', 400, error('1211')],
  ['Zhipu on its Anthropic path', 529, error('1305', 'x', { type: 'overloaded_error' })],
  [
    'Mistral, whose numbers are its own',
    429,
    { object: 'error', message: 'Requests rate limit exceeded', type: 'rate_limited', code: '1300' },
  ],
  ['SiliconFlow, no such model', 400, { code: 20012, message: 'x', data: null }],
  ['SiliconFlow, no balance', 403, { code: 30001, message: 'x', data: null }],
  ['SiliconFlow, disabled model', 403, { code: 30003, message: 'x', data: null }],
  ['SiliconFlow, full', 503, { code: 50505, message: 'x', data: null }],
  ['SiliconFlow, too fast', 429, { code: 50603, message: 'x', data: null }],
  ['MiniMax, a bad key in HTTP 200', 200, { base_resp: { status_code: 1004, status_msg: 'x' } }],
  ['MiniMax, no balance', 200, { base_resp: { status_code: 1008, status_msg: 'x' } }],
  ['OpenAI, no quota', 429, error('insufficient_quota', 'x', { type: 'insufficient_quota' })],
  ['OpenAI, too fast', 429, error('rate_limit_exceeded', 'x', { type: 'tokens' })],
  [
    'OpenAI, one request above the limit',
    429,
    error('rate_limit_exceeded', 'Request too large for gpt-5', { type: 'tokens' }),
  ],
  ['OpenAI, too long', 400, error('context_length_exceeded')],
  ['OpenAI, region', 403, error('unsupported_country_region_territory')],
  ['Groq, one request above the limit', 413, error('rate_limit_exceeded', 'x', { type: 'tokens' })],
  ['DeepSeek, no balance', 402, error('invalid_request_error', 'Insufficient Balance', { type: 'unknown_error' })],
  ['DeepSeek, content', 400, error('invalid_request_error', 'Content Exists Risk')],
  ['Qwen, content', 400, error('data_inspection_failed')],
  ['Qwen, account overdue', 400, error('Arrearage')],
  [
    'Qwen, tokens per minute',
    429,
    error('insufficient_quota', 'Allocated quota exceeded, please increase your quota limit.'),
  ],
  ['Qwen, free tokens spent', 429, error('insufficient_quota', 'Free allocated quota exceeded.')],
  ['Qwen, too fast', 429, error('limit_requests')],
  ['Qwen, too long', 400, error('invalid_parameter_error', 'Range of input length should be [1, 129024]')],
  ['Moonshot, no quota', 403, error(undefined, 'x', { type: 'exceeded_current_quota_error' })],
  ['Moonshot, too fast', 429, error(undefined, 'x', { type: 'rate_limit_reached_error' })],
  [
    'Moonshot, too long',
    400,
    error(undefined, 'Invalid request: Your request exceeded model token limit: 262144', {
      type: 'invalid_request_error',
    }),
  ],
  ['new-api, no quota', 403, error('insufficient_user_quota')],
  ['new-api, full', 429, error(null, '当前分组上游负载已饱和，请稍后再试')],
  ['llama.cpp, too long', 400, error(400, 'x', { type: 'exceed_context_size_error', n_ctx: 512 })],
  [
    'OpenRouter, what the upstream said',
    429,
    error(429, 'Provider returned error', { metadata: { raw: '{"error":"model is overloaded"}' } }),
  ],
  [
    'OpenRouter, moderation',
    403,
    error(403, 'Your chosen model requires moderation and your input was flagged as violating it'),
  ],
  ['Gemini, a bad key', 400, [{ error: { code: 400, message: 'API key not valid.', status: 'INVALID_ARGUMENT' } }]],
  [
    'Gemini, too fast',
    429,
    [{ error: { code: 429, message: 'Resource has been exhausted', status: 'RESOURCE_EXHAUSTED' } }],
  ],
  ['Azure, content', 400, error('content_filter', 'x', { innererror: { code: 'ResponsibleAIPolicyViolation' } })],
  [
    'Azure, content, told by its inner error',
    400,
    error('x', 'x', { innererror: { code: 'ResponsibleAIPolicyViolation' } }),
  ],
  ['an inner error that is null', 400, error('x', 'x', { innererror: null })],
  ['a status as text in HTTP 200', 200, error('503')],
  ['a status as a number in HTTP 200', 200, error(503)],
  ['a status beside the message in HTTP 200', 200, error(null, 'No.', { status_code: 401 })],
  ['a number in HTTP 200 that is no status', 200, error('1503')],
  ['a number in HTTP 200 that is above any status', 200, error(900)],
  ['a text in HTTP 200 that is no status, though its number is', 200, error('0503')],
  ['a list in HTTP 200 with a status in it', 200, error(['503'])],
  ['a number of Zhipu with an array around it', 400, [{ message: 'x', code: '1113' }]],
  ['a number of Zhipu in an event-stream line', 400, 'data: {"error":{"message":"x","code":"1113"}}\n\n'],
  ['a status of the body beside a failing one', 400, error(503)],
  ['a key for another region', 401, error(null)],
  ['a proxy', 502, '<html><title>Bad Gateway</title></html>'],
  ['a proxy without words', 504, ''],
  ['an error with neither words nor a number', 200, error('strange')],
  ['a redirection', 302, ''],
]

test('the table tells what each error means', () => {
  expect(Object.fromEntries(cases.map(([who, status, body]) => [who, of(status, body)]))).toMatchInlineSnapshot(`
    {
      "Azure, content": "content filter | never | $.error.code "content_filter"",
      "Azure, content, told by its inner error": "content filter | never | $.error.innererror.code "ResponsibleAIPolicyViolation"",
      "DeepSeek, content": "content filter | never | $.error.message "Content Exists Risk"",
      "DeepSeek, no balance": "quota | never | $.error.message "Insufficient Balance"",
      "Gemini, a bad key": "authentication | never | $[0].error.message "API key not valid"",
      "Gemini, too fast": "rate limit | helps | $[0].error.message "Resource has been exhausted"",
      "Groq, one request above the limit": "rate limit | never | $.error.code "rate_limit_exceeded"",
      "MiniMax, a bad key in HTTP 200": "authentication | never | $.base_resp.status_code "1004"",
      "MiniMax, no balance": "quota | never | $.base_resp.status_code "1008"",
      "Mistral, whose numbers are its own": "rate limit | helps | $.type "rate_limited"",
      "Moonshot, no quota": "quota | never | $.error.type "exceeded_current_quota_error"",
      "Moonshot, too fast": "rate limit | helps | $.error.type "rate_limit_reached_error"",
      "Moonshot, too long": "context overflow | never | $.error.message "exceeded model token limit"",
      "OpenAI, no quota": "quota | never | $.error.code "insufficient_quota"",
      "OpenAI, one request above the limit": "rate limit | never | $.error.code "rate_limit_exceeded"",
      "OpenAI, region": "permission | never | $.error.code "unsupported_country_region_territory"",
      "OpenAI, too fast": "rate limit | helps | $.error.code "rate_limit_exceeded"",
      "OpenAI, too long": "context overflow | never | $.error.code "context_length_exceeded"",
      "OpenRouter, moderation": "content filter | never | $.error.message "flagged as violat"",
      "OpenRouter, what the upstream said": "overload | helps | $.error.metadata.raw "overloaded"",
      "Qwen, account overdue": "quota | never | $.error.code "Arrearage"",
      "Qwen, content": "content filter | never | $.error.code "data_inspection_failed"",
      "Qwen, free tokens spent": "quota | never | $.error.code "insufficient_quota"",
      "Qwen, tokens per minute": "rate limit | helps | $.error.code "insufficient_quota"",
      "Qwen, too fast": "rate limit | helps | $.error.code "limit_requests"",
      "Qwen, too long": "context overflow | never | $.error.message "Range of input length should be"",
      "SiliconFlow, disabled model": "permission | never | $.code "30003"",
      "SiliconFlow, full": "overload | helps | $.code "50505"",
      "SiliconFlow, no balance": "quota | never | $.code "30001"",
      "SiliconFlow, no such model": "not found | never | $.code "20012"",
      "SiliconFlow, too fast": "rate limit | helps | $.code "50603"",
      "Zhipu on its Anthropic path": "overload | helps | $.error.code "1305"",
      "Zhipu, a bad token": "authentication | never | $.error.code "1002"",
      "Zhipu, content": "content filter | never | $.error.code "1301"",
      "Zhipu, five hours spent": "quota | helps | $.error.code "1308"",
      "Zhipu, full": "overload | helps | $.error.code "1305"",
      "Zhipu, no balance": "quota | never | $.error.code "1113"",
      "Zhipu, no such model": "not found | never | $.error.code "1211"",
      "Zhipu, prompt too long": "context overflow | never | $.error.code "1261"",
      "Zhipu, too fast": "rate limit | helps | $.error.code "1302"",
      "a key for another region": "authentication | never | HTTP 401",
      "a list in HTTP 200 with a status in it": "unknown | unknown | HTTP 200",
      "a number in HTTP 200 that is above any status": "unknown | unknown | HTTP 200",
      "a number in HTTP 200 that is no status": "unknown | unknown | HTTP 200",
      "a number of Zhipu in an event-stream line": "quota | never | $.error.code "1113"",
      "a number of Zhipu with an array around it": "quota | never | $[0].code "1113"",
      "a proxy": "server | helps | HTTP 502",
      "a proxy without words": "server | helps | HTTP 504",
      "a redirection": "unknown | unknown | HTTP 302",
      "a status as a number in HTTP 200": "overload | helps | $.error.code 503",
      "a status as text in HTTP 200": "overload | helps | $.error.code 503",
      "a status beside the message in HTTP 200": "authentication | never | $.error.status_code 401",
      "a status of the body beside a failing one": "bad request | never | HTTP 400",
      "a text in HTTP 200 that is no status, though its number is": "unknown | unknown | HTTP 200",
      "an error with neither words nor a number": "unknown | unknown | HTTP 200",
      "an inner error that is null": "bad request | never | HTTP 400",
      "llama.cpp, too long": "context overflow | never | $.error.type "exceed_context_size_error"",
      "new-api, full": "overload | helps | $.error.message "负载已饱和"",
      "new-api, no quota": "quota | never | $.error.code "insufficient_user_quota"",
    }
  `)
})

test.each([
  ['SiliconFlow', 'length of prompt_tokens (22011) must be less than max_seq_len (20000).'],
  ['Cerebras', 'Please reduce the length of the messages or completion. Current length is 9000'],
  ['xAI', "This model's maximum prompt length is 131072 but the request contains 537812 tokens."],
  ['OpenAI Responses', 'Your input exceeds the context window of this model.'],
  ['vLLM', "This model's maximum context length is 8192 tokens."],
  ['Together', "The input (9000 tokens) is longer than the model's context length (8192 tokens)."],
  ['LM Studio', 'tokens to keep from the initial prompt is greater than the context length.'],
  ['llama.cpp', 'the request exceeds the available context size, try increasing it'],
  ['Gemini', 'The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).'],
  ['Mistral', 'Prompt contains 40000 tokens, too large for model with 32768 maximum context length'],
  ['Ollama', 'prompt too long; exceeded max context length by 4 tokens'],
  ['Anthropic', 'input length and `max_tokens` exceed context limit: 90402 + 116650 > 204648'],
  ['hosted GLM', 'Input length 877338 exceeds the maximum allowed input length of 639968 tokens'],
  ['MiniMax', 'invalid params, context window exceeds limit (2013)'],
])('a context overflow in the words of %s', (_, message) => {
  expect(of(400, error('400', message))).toMatch(/^context overflow \| never/)
})

test.each([
  ['Copilot', 'prompt token count of 138898 exceeds the limit of 64000'],
  ['Cohere', 'too many tokens: total number of tokens in the prompt exceeds the limit'],
  ['TGI', 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193. Given: 9000'],
  ['Vertex', 'The input token count is 40000 but model only supports up to 32768'],
  ['a gateway', "The prompt exceeds the model's context length"],
  ['vLLM', 'The prompt (9000) is too long to fit into the model (context length 8192)'],
  ['TensorRT-LLM', 'Prompt length (9000) exceeds maximum input length (8192)'],
  ['LM Studio', 'The model was loaded with a context length of only 4096 tokens'],
  ['Cloudflare', 'The estimated number of input tokens (9000) exceeded this model context window limit (8000)'],
  ['Zhipu, without its number', 'Prompt exceeds max length'],
])('a context overflow in the words of %s, too', (_, message) => {
  expect(of(400, error(null, message))).toMatch(/^context overflow \| never/)
})

test.each<[kind: string, status: number, body: unknown]>([
  [
    'quota | never',
    429,
    error(null, 'Your team has used all available credits or reached its monthly spending limit.'),
  ],
  ['quota | never', 403, error(null, 'Key limit exceeded (total limit).')],
  ['quota | never', 429, [{ error: { code: 429, message: 'The project exceeded its monthly spending cap.' } }]],
  ['quota | never', 403, error('AccountOverdueError', 'No.', { type: 'Forbidden' })],
  ['quota | never', 429, error('QuotaExceeded', 'No.', { type: 'TooManyRequests' })],
  ['quota | helps', 429, error(null, 'No.', { type: 'usage_limit_reached' })],
  ['quota | helps', 429, error(null, 'usage limit exceeded for Token Plan (2056)', { type: 'rate_limit_error' })],
  ['rate limit | helps', 429, { errors: { message: 'Request limit exceeded.', request_id: 'r' } }],
  ['rate limit | helps', 429, error(null, 'Quota exceeded for generate_content_requests_per_minute_per_project')],
  ['rate limit | helps', 429, '<html><title>Access denied | api.acme.invalid used Cloudflare</title></html>'],
  ['overload | helps', 429, { object: 'error', message: 'Service tier capacity exceeded for this model.' }],
  ['overload | helps', 429, error('ServerOverloaded', 'No.', { type: 'TooManyRequests' })],
  ['overload | helps', 429, { message: 'No.', type: 'too_many_requests_error', code: 'queue_exceeded' }],
  ['overload | helps', 503, error(null, '服务繁忙')],
  ['context overflow | never', 500, error(500, 'Context size has been exceeded.')],
  ['content filter | never', 403, error(403, 'Your input was flagged for "violence/graphic".')],
  ['content filter | never', 400, error('InputTextSensitiveContentDetected.Violence', 'No.', { type: 'BadRequest' })],
  ['authentication | never', 401, error('401', 'Access denied due to invalid subscription key or wrong API endpoint.')],
  ['authentication | never', 403, { Message: 'The security token included in the request is expired' }],
  ['permission | never', 401, error(null, 'You have insufficient permissions for this operation. Missing scopes: x')],
  ['not found | never', 404, error(null, 'The model m does not exist or you do not have access to it.')],
  ['not found | never', 400, error(null, "The requested model 'm' is not supported by any provider you have enabled.")],
  ['bad request | never', 400, error(null, 'System message is not allowed to be empty')],
  ['bad request | never', 400, error(null, 'Error while downloading the image. Access denied')],
  ['bad request | never', 400, error(null, 'Invalid token in logit_bias')],
  ['server | helps', 500, error(null, 'Invalid token id generated')],
  ['server | helps', 500, { code: 50507, message: 'Request processing failed due to an unknown error.', data: null }],
])('%s is what %i %j means', (kind, status, body) => {
  expect(of(status, body)?.split(' | ').slice(0, 2).join(' | ')).toBe(kind)
})

test('what an upstream said counts as an object too', () => {
  const raw = { error: { message: 'prompt is too long' } }

  expect(of(400, error(400, 'Provider returned error', { metadata: { raw } }))).toMatch(/^context overflow/)
})

test('a context overflow under a code that SiliconFlow has for every bad parameter', () => {
  const body = { code: 20015, message: 'length of prompt_tokens (9) must be less than max_seq_len (8).', data: null }

  expect(of(400, body)).toMatch(/^context overflow \| never/)
  expect(of(400, { ...body, message: 'top_p is out of range.' })).toMatch(/^bad request \| never/)
})

test.each([
  'max_tokens is too large: 9000. This model supports at most 4096 completion tokens.',
  "Invalid 'temperature': decimal above maximum value.",
  "Unsupported value: 'max_tokens' does not support 0 with this model.",
  'Conversation roles must alternate user/assistant/user/assistant/...',
  "Invalid schema for response_format 'x': additionalProperties is required.",
  'tool_choice: function get_weather not found in tools',
])('%s is a bad request and no more', (message) => {
  expect(of(400, error(null, message))).toBe('bad request | never | HTTP 400')
})

test('an answer has no class, an error inside a stream has one, and no response is a fault of the network', () => {
  expect(classifyError(readReply(stream(hello)))).toBeUndefined()
  const late = stream([...hello.slice(0, 2), { error: { message: 'Overloaded', code: 503 } }])
  expect(classifyError(readReply(late))).toMatchInlineSnapshot(`
    {
      "evidence": "$.error.message "Overloaded"",
      "kind": "overload",
      "retry": "helps",
    }
  `)
  const { response, ...rest } = whole('')
  const failure = { code: 'ECONNRESET', message: 'reset' }
  const none = { ...rest, response: { ...response, status: 0, failure, end: 'aborted' as const } }
  expect(classifyError(readReply(none))).toMatchInlineSnapshot(`
    {
      "evidence": "no response, ECONNRESET",
      "kind": "server",
      "retry": "helps",
    }
  `)
})

test('every row of the table has a condition', () => {
  expect(errorRows.filter(({ status, word, message }) => !status && !word && !message)).toEqual([])
})

describe.runIf(hasCorpus)('in the corpus of recorded traffic', () => {
  const errors = corpus.filter(({ kind }) => kind === 'error' || kind === 'stream-error')

  test('every error has a class, and nothing else has', () => {
    expect(errors).toHaveLength(53)
    expect(corpus.filter(({ reply }) => classifyError(reply)).map(({ id }) => id)).toEqual(errors.map(({ id }) => id))
    expect(errors.filter(({ reply }) => classifyError(reply)?.kind === 'unknown')).toEqual([])
  })

  test('and it is this one', () => {
    const lines = errors.map(({ provider, status, reply }) => {
      const { kind, retry, afterMs, evidence } = classifyError(reply) ?? {}
      return [provider, status ?? '?', kind, retry, ...(afterMs === undefined ? [] : [`${afterMs} ms`]), evidence].join(
        ' | ',
      )
    })
    expect(lines).toMatchInlineSnapshot(`
      [
        "azure-openai | 404 | not found | never | $.error.code "DeploymentNotFound"",
        "azure-openai | 200 | content filter | never | $.error.code "content_filter"",
        "cerebras | 401 | authentication | never | $.code "wrong_api_key"",
        "deepseek | 401 | authentication | never | $.error.type "authentication_error"",
        "doubleword | 403 | permission | never | $.error.code "forbidden"",
        "doubleword | 400 | bad request | never | HTTP 400",
        "fireworks | 401 | authentication | never | $.error.code "UNAUTHORIZED"",
        "gemini-compat | 400 | bad request | never | HTTP 400",
        "groq | 429 | rate limit | helps | 1384 ms | $.error.code "rate_limit_exceeded"",
        "groq | 401 | authentication | never | $.error.code "invalid_api_key"",
        "groq | 404 | not found | never | $.error.code "model_not_found"",
        "groq | 200 | bad request | helps | $.error.code "tool_use_failed"",
        "litellm | 400 | quota | never | $.error.message "Budget has been exceeded"",
        "litellm | 500 | authentication | never | $.error.type "auth_error"",
        "llama.cpp | 500 | server | helps | HTTP 500",
        "llama.cpp | 501 | server | never | HTTP 501",
        "lmstudio | 200 | not found | never | $.error "Unexpected endpoint"",
        "minimax | 400 | bad request | never | HTTP 400",
        "mistral | 400 | not found | never | $.type "invalid_model"",
        "modelscope | 400 | bad request | never | HTTP 400",
        "moonshot | 429 | overload | helps | $.error.type "engine_overloaded_error"",
        "new-api | 503 | not found | unknown | $.error.message "No available channel"",
        "new-api | 401 | authentication | never | $.error.message "未提供令牌"",
        "nvidia | 403 | permission | never | HTTP 403",
        "ollama | 401 | authentication | never | HTTP 401",
        "openai | 400 | not found | never | $.error.code "model_not_found"",
        "openai | ? | quota | never | $.error.code "insufficient_quota"",
        "openai | 429 | quota | never | $.error.code "insufficient_quota"",
        "openai | 429 | rate limit | helps | $.error.message "Rate limit"",
        "openai | ? | bad request | never | $.error.type "invalid_request_error"",
        "openai | ? | bad request | never | $.error.type "invalid_request_error"",
        "openai | 401 | authentication | never | $.error.code "invalid_api_key"",
        "openai | 200 | quota | never | $.error.code "insufficient_quota"",
        "openrouter | 400 | context overflow | never | $.error.message "maximum context length"",
        "openrouter | 400 | not found | never | $.error.message "model is not a valid model"",
        "openrouter | 200 | content filter | never | $.error.message "flagged by moderation"",
        "openrouter | 400 | not found | never | $.error.message "Model no-such/embedding-model does not exist"",
        "openrouter | 429 | rate limit | helps | 26000 ms | $.error.message "Rate limit"",
        "openrouter | 200 | bad request | never | $.error.code 400",
        "perplexity | 401 | authentication | never | $.error.type "invalid_api_key"",
        "qwen | 401 | authentication | never | $.error.message "provide an API key"",
        "qwen | 400 | bad request | never | HTTP 400",
        "qwen | 400 | content filter | never | $.error.code "data_inspection_failed"",
        "sglang | 400 | context overflow | never | $.message "longer than the model's context"",
        "siliconflow | 429 | rate limit | helps | $.message "rate limit"",
        "siliconflow | 403 | quota | never | $.code "30011"",
        "siliconflow | 401 | authentication | never | $ "Invalid token"",
        "siliconflow | 401 | authentication | never | $.code "30014"",
        "siliconflow | 403 | permission | never | HTTP 403",
        "together | 401 | authentication | never | $ "Missing API key"",
        "vllm | 400 | bad request | never | HTTP 400",
        "xai | 400 | authentication | never | $.error "Incorrect API key"",
        "zhipu | 400 | bad request | never | $.error.code "1210"",
      ]
    `)
  })
})
