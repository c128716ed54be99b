import { describe, expect, test } from 'vitest'
import {
  choicesOf,
  counting,
  deltasOf,
  invoice,
  invoiceFacts,
  jsonObject,
  jsonSchema,
  paris,
  rateLimited,
  textOf,
  tooLong,
  user,
  weather,
  withStandIn,
} from './_ask.ts'
import { isObject } from './_json.ts'
import { qwen } from './qwen.ts'

const { chat, post } = withStandIn(qwen)
const uuid = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/

describe('a whole answer', () => {
  test('is compact, begins with the model, and has empty content beside tool calls', async () => {
    const reply = await chat(weather)

    expect(reply.text).toMatch(/^\{"model":"qwen3\.7-max","id":"chatcmpl-/)
    expect(choicesOf(reply.body)[0]?.['message']).toMatchObject({
      content: '',
      tool_calls: [{ index: 0, function: { arguments: '{"city": "Paris", "unit": "celsius"}' } }],
    })
    expect(reply.headers.get('x-request-id')).toMatch(uuid)
  })

  test('fits a schema on the models that take one; older ones fall back to plain JSON', async () => {
    const asked = { ...invoice, response_format: jsonSchema }

    expect(textOf(await chat(asked))).toMatch(/^\{"total":149\.5,/)
    expect(JSON.parse(textOf(await chat({ ...asked, model: 'qwen-plus' })))).toEqual(invoiceFacts)
  })

  test('treats tool_choice required like auto', async () => {
    const reply = await chat({ ...user('Hello there!'), tools: weather.tools, tool_choice: 'required' })

    expect(choicesOf(reply.body)[0]).toMatchObject({ finish_reason: 'stop' })
  })
})

describe('a stream', () => {
  test('leaves finish_reason out until the end, and nulls the role after the first delta', async () => {
    const reply = await chat({ ...counting, stream: true, stream_options: { include_usage: true } })
    const choices = reply.events.flatMap(choicesOf)

    expect(choices.slice(0, -1).some((choice) => 'finish_reason' in choice)).toBe(false)
    expect(choices.at(-1)).toEqual({ delta: { content: '', role: null }, index: 0, finish_reason: 'stop' })
    expect(deltasOf(reply).map(({ role }) => role)).toEqual(['assistant', ...Array.from({ length: 11 }, () => null)])
    expect(reply.events.at(-2)).toMatchObject({ choices: [], usage: { completion_tokens: 8 } })
  })

  test('continues a tool call with an empty id and an empty name', async () => {
    const calls = deltasOf(await chat({ ...weather, stream: true })).flatMap(({ tool_calls }) => tool_calls ?? [])

    expect(calls[0]).toMatchObject({
      id: expect.stringMatching(/^call_[\da-f]{22}$/),
      function: { name: 'get_weather' },
    })
    expect(calls[1]).toMatchObject({ id: '', type: 'function', function: { name: '' } })
  })

  test('thinks aloud where asked, which a whole answer may not', async () => {
    const reply = await chat({ ...paris, stream: true, enable_thinking: true })

    expect(deltasOf(reply).some(({ reasoning_content }) => typeof reasoning_content === 'string')).toBe(true)
    expect(await chat({ ...paris, enable_thinking: true })).toMatchObject({
      status: 400,
      body: { error: { message: 'parameter.enable_thinking must be set to false for non-streaming calls' } },
    })
  })
})

describe('an error', () => {
  test.each([
    ['a bad key', { ...paris }, 'llm-contracts-bad-key', 401, { code: 'invalid_api_key', param: null }],
    ['a missing key', { ...paris }, '', 401, { code: null, type: 'invalid_request_error' }],
    ['an unknown model', { ...paris, model: 'no-such-model' }, 'a-key', 404, { code: 'model_not_found' }],
    ['a spent rate limit', rateLimited, 'a-key', 429, { code: 'limit_requests', type: 'limit_requests' }],
  ])('for %s carries the request id beside it', async (_, body, key, status, error) => {
    const reply = await chat(body, key)

    expect(reply).toMatchObject({ status, body: { error, request_id: expect.stringMatching(uuid) } })
    expect(reply.headers.get('retry-after')).toBeNull()
  })

  test.each([
    ['a long prompt', tooLong, '<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 20000]'],
    [
      'JSON mode without the word',
      { ...paris, response_format: jsonObject },
      "<400> InternalError.Algo.InvalidParameter: 'messages' must contain the word 'json' in some form, " +
        "to use 'response_format' of type 'json_object'.",
    ],
  ])('for %s comes from behind the gateway, with the id of the completion', async (_, asked, message) => {
    const { status, body } = await chat(asked)

    expect(status).toBe(400)
    expect(body).toEqual({
      error: { code: 'invalid_parameter_error', param: null, message, type: 'invalid_request_error' },
      id: expect.stringMatching(/^chatcmpl-/),
      request_id: expect.stringMatching(uuid),
    })
  })
})

test('embeddings honour dimensions and base64', async () => {
  const { body } = await post('/embeddings', {
    model: 'text-embedding-v3',
    input: ['我叫小王'],
    dimensions: 128,
    encoding_format: 'base64',
  })
  const [item] = isObject(body) && Array.isArray(body['data']) ? body['data'].filter(isObject) : []
  const embedding = item?.['embedding']

  expect(Buffer.from(typeof embedding === 'string' ? embedding : '', 'base64')).toHaveLength(4 * 128)
  expect(body).toMatchObject({ id: expect.stringMatching(uuid), usage: { prompt_tokens: 1, total_tokens: 1 } })
})
