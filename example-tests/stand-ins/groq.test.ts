import { describe, expect, test } from 'vitest'
import {
  choicesOf,
  counting,
  deltasOf,
  invoice,
  jsonSchema,
  paris,
  pngOf,
  rateLimited,
  textOf,
  tooLong,
  weather,
  withImage,
  withStandIn,
} from './_ask.ts'
import { isObject } from './_json.ts'
import { groq } from './groq.ts'

const { chat, post } = withStandIn(groq)
const llama = { model: 'llama-3.3-70b-versatile' }

describe('a whole answer', () => {
  test('is named twice, timed, and ends with a line break', async () => {
    const reply = await chat(paris)

    expect(reply.text.endsWith('}\n')).toBe(true)
    expect(reply.body).toMatchObject({
      id: expect.stringMatching(/^chatcmpl-[\da-f]{8}-/),
      usage: { queue_time: expect.any(Number), total_time: expect.any(Number) },
      x_groq: { id: reply.headers.get('x-request-id') },
      service_tier: 'on_demand',
    })
    expect(reply.headers.get('x-ratelimit-reset-requests')).toBe('1m26.4s')
    expect(reply.headers.get('retry-after')).toBeNull()
  })

  test('reasons in `reasoning`, on models that do and are not told to hide it', async () => {
    const [shown, hidden, none] = await Promise.all([
      chat(paris),
      chat({ ...paris, include_reasoning: false }),
      chat({ ...paris, ...llama }),
    ])

    expect(choicesOf(shown.body)[0]).toMatchObject({ message: { reasoning: 'This needs no long thought.' } })
    expect(hidden.text).not.toContain('reasoning')
    expect(none.text).not.toContain('reasoning')
  })

  test('has no content key beside tool calls', async () => {
    const [choice] = choicesOf((await chat({ ...weather, ...llama })).body)

    expect(choice?.['message']).toEqual({
      role: 'assistant',
      tool_calls: [
        {
          id: expect.stringMatching(/^call_\w{9}$/),
          type: 'function',
          function: { name: 'get_weather', arguments: '{"city": "Paris", "unit": "celsius"}' },
        },
      ],
    })
  })

  test('fits a schema on gpt-oss only', async () => {
    const asked = { ...invoice, response_format: jsonSchema }

    expect(JSON.parse(textOf(await chat(asked)))).toMatchObject({ total: 149.5 })
    expect(await chat({ ...asked, ...llama })).toMatchObject({
      status: 400,
      body: { error: { message: 'This model does not support response format `json_schema`.' } },
    })
  })
})

describe('a stream', () => {
  test('has usage under x_groq always, and twice more where it is asked for', async () => {
    const silent = (await chat({ ...counting, stream: true })).events.filter(isObject)
    const asked = (await chat({ ...counting, stream: true, stream_options: { include_usage: true } })).events.filter(
      isObject,
    )

    expect(silent.filter((chunk) => 'usage' in chunk)).toEqual([])
    expect(silent.at(-1)).toMatchObject({ x_groq: { usage: { total_tokens: expect.any(Number) } } })
    expect(asked.at(-2)).toMatchObject({ x_groq: { usage: expect.anything() }, usage: expect.anything() })
    expect(asked.at(-1)).toMatchObject({ choices: [], usage: expect.anything(), service_tier: 'on_demand' })
    expect(asked[0]).toMatchObject({ x_groq: { id: expect.stringMatching(/^req_01\w{24}$/) } })
  })

  test('reasons in a channel, and sends each call whole with its index last', async () => {
    const reply = await chat({ ...weather, stream: true })

    expect(deltasOf(reply)).toContainEqual({ reasoning: 'This', channel: 'analysis' })
    expect(reply.text).toContain(String.raw`"arguments":"{\"city\":\"Paris\",\"unit\":\"celsius\"}"},"index":0}]`)
  })
})

describe('an error', () => {
  test.each([
    ['a bad key', paris, 'llm-contracts-bad-key', 401, { message: 'Invalid API Key', code: 'invalid_api_key' }],
    [
      'an unknown model',
      { ...paris, model: 'no-such-model' },
      'k',
      404,
      { message: 'The model `no-such-model` does not exist or you do not have access to it.', code: 'model_not_found' },
    ],
    [
      'a long prompt',
      tooLong,
      'k',
      400,
      {
        message: 'Please reduce the length of the messages or completion.',
        param: 'messages',
        code: 'context_length_exceeded',
      },
    ],
    [
      'an image',
      withImage(pngOf([0, 0, 0])),
      'k',
      400,
      { message: 'messages[0].content must be a string', param: 'messages[0].content' },
    ],
    [
      'logprobs',
      { ...paris, logprobs: true },
      'k',
      400,
      { message: 'stand-in: logprobs is not offered here (documented; the real wording is not known)' },
    ],
    [
      'several choices',
      { ...paris, n: 2 },
      'k',
      400,
      { message: 'stand-in: n other than 1 is not offered here (documented; the real wording is not known)' },
    ],
  ])('for %s names no param unless it must', async (_, asked, key, status, error) => {
    const reply = await chat(asked, key)

    expect(reply.status).toBe(status)
    expect(reply.body).toEqual({ error: { type: 'invalid_request_error', ...error } })
  })

  test('for a spent rate limit says when to come back', async () => {
    const reply = await chat(rateLimited)

    expect(reply).toMatchObject({ status: 429, body: { error: { type: 'tokens', code: 'rate_limit_exceeded' } } })
    expect(reply.headers.get('retry-after')).toBe('2')
    expect(reply.headers.get('x-ratelimit-remaining-tokens')).toBe('0')
  })

  test('for embeddings knows no model, for other paths no URL', async () => {
    expect(await post('/embeddings', { model: 'any', input: 'x' })).toMatchObject({
      status: 404,
      body: { error: { code: 'model_not_found' } },
    })
    expect(await post('/nowhere', {})).toMatchObject({
      status: 404,
      body: {
        error: {
          message: expect.stringMatching(/^Unknown request URL: POST \/openai\/v1\/nowhere\./),
          code: 'unknown_url',
        },
      },
    })
  })
})
