import { describe, expect, test } from 'vitest'
import {
  choicesOf,
  counting,
  deltasOf,
  invoice,
  jsonSchema,
  paris,
  rateLimited,
  textOf,
  tooLong,
  weather,
  withStandIn,
} from './_ask.ts'
import { isObject } from './_json.ts'
import { openllmapi } from './openllmapi.ts'

const { chat, post } = withStandIn(openllmapi)

test('a whole answer counts input and output a second time, as zero', async () => {
  const reply = await chat(paris)

  expect(reply.body).toMatchObject({ usage: { total_tokens: 15, input_tokens: 0, output_tokens: 0 } })
  expect(reply.headers.get('x-oneapi-request-id')).toMatch(/^\d{14}\w{20}$/)
})

test('a schema is passed on and fits', async () => {
  expect(JSON.parse(textOf(await chat({ ...invoice, response_format: jsonSchema })))).toMatchObject({ total: 149.5 })
})

describe('a stream', () => {
  test('has usage as null in every chunk, and once more where it is asked for', async () => {
    const silent = (await chat({ ...counting, stream: true })).events.filter(isObject)
    const asked = (await chat({ ...counting, stream: true, stream_options: { include_usage: true } })).events.filter(
      isObject,
    )

    expect(silent.every(({ usage }) => usage === null)).toBe(true)
    expect(asked.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } })
  })

  test('has the index of a choice last', async () => {
    const reply = await chat({ ...weather, stream: true })

    expect(Object.keys(choicesOf(reply.events[0])[0] ?? {})).toEqual(['delta', 'logprobs', 'finish_reason', 'index'])
    expect(deltasOf(reply)[0]).toEqual({ content: '', role: 'assistant' })
  })
})

describe('an error', () => {
  test.each([
    ['a bad key', paris, 'llm-contracts-bad-key', 401, '', /^无效的令牌 \(request id: \d{14}\w{20}\)$/],
    ['a missing key', paris, '', 401, '', /^未提供令牌 \(request id: /],
    [
      'an unknown model',
      { ...paris, model: 'no-such-model' },
      'k',
      503,
      'model_not_found',
      /^No available channel for model no-such-model under group default \(distributor\) \(request id: /,
    ],
    ['a spent rate limit', rateLimited, 'k', 429, '', /^您已达到请求数限制：1分钟内最多请求60次 \(request id: /],
    ['a long prompt', tooLong, 'k', 400, '', /^This endpoint's maximum context length is 20000 tokens/],
  ])('for %s is the relay speaking', async (_, asked, key, status, code, message) => {
    const reply = await chat(asked, key)

    expect(reply.status).toBe(status)
    expect(reply.body).toEqual({ error: { code, message: expect.stringMatching(message), type: 'new_api_error' } })
    expect(reply.headers.get('retry-after')).toBeNull()
  })

  test('for an unknown path has empty strings', async () => {
    expect(await post('/nowhere', {})).toMatchObject({
      status: 404,
      body: {
        error: { message: 'Invalid URL (POST /v1/nowhere)', type: 'invalid_request_error', param: '', code: '' },
      },
    })
  })
})
