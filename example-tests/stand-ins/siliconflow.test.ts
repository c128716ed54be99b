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
import { siliconflow } from './siliconflow.ts'

const { chat, post } = withStandIn(siliconflow)

test('a whole answer has an empty fingerprint and a trace header', async () => {
  const reply = await chat(paris)

  expect(reply.body).toMatchObject({ id: expect.stringMatching(/^[\da-f]{32}$/), system_fingerprint: '' })
  expect(reply.headers.get('x-siliconcloud-trace-id')).toMatch(/^[\da-f]{32}$/)
})

describe('a stream', () => {
  test('counts usage along in every chunk, unasked', async () => {
    const { events } = await chat({ ...counting, stream: true })
    const spent = events.filter(isObject).map(({ usage }) => (isObject(usage) ? usage['completion_tokens'] : undefined))

    expect(spent).toEqual([0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 8])
    expect(events.flatMap(choicesOf).every((choice) => isObject(choice['content_filter_results']))).toBe(true)
  })

  test('has reasoning_content beside every content, null unless thinking is switched on', async () => {
    const calm = deltasOf(await chat({ ...paris, stream: true }))
    const loud = deltasOf(await chat({ ...paris, stream: true, enable_thinking: true }))

    expect(calm).toEqual([
      { content: '', reasoning_content: null, role: 'assistant' },
      { content: 'Paris', reasoning_content: null },
      { content: '', reasoning_content: null },
    ])
    expect(loud).toContainEqual({ content: null, reasoning_content: 'This' })
  })

  test('sends the arguments of a call in pieces', async () => {
    const calls = deltasOf(await chat({ ...weather, stream: true })).flatMap(({ tool_calls }) => tool_calls ?? [])

    expect(calls.length).toBeGreaterThan(2)
    expect(calls[1]).not.toHaveProperty('id')
  })
})

test('images are for the models that take them', async () => {
  const image = withImage(pngOf([0, 0, 255]))

  expect(textOf(await chat({ ...image, model: 'Qwen/Qwen3.5-4B' }))).toBe('blue')
  expect(await chat({ ...image, model: 'deepseek-ai/DeepSeek-V4-Pro' })).toMatchObject({
    status: 400,
    body: {
      code: 20041,
      message: 'The model is not a VLM (Vision Language Model). Please use text-only prompts.',
      data: null,
    },
  })
})

describe('an error', () => {
  test.each([
    ['a bad key', paris, 'llm-contracts-bad-key', 401, 'Invalid token'],
    ['a missing key', paris, '', 401, 'Invalid token'],
    [
      'an unknown model',
      { ...paris, model: 'no-such-model' },
      'k',
      400,
      { code: 20012, message: 'Model does not exist. Please check it carefully.', data: null },
    ],
    [
      'a schema',
      { ...invoice, response_format: jsonSchema },
      'k',
      400,
      {
        code: 20024,
        message: 'Json mode is not supported for this model.',
        data: null,
      },
    ],
    [
      'a spent rate limit',
      rateLimited,
      'k',
      429,
      { message: 'Request was rejected due to rate limiting. Details:TPM limit reached.', data: null },
    ],
  ])('for %s has no error object', async (_, asked, key, status, body) => {
    const reply = await chat(asked, key)

    expect(reply.status).toBe(status)
    expect(reply.body).toEqual(body)
    expect(reply.headers.get('retry-after')).toBeNull()
  })

  test('for a long prompt names both lengths', async () => {
    const message = /^length of prompt_tokens \(2\d{4}\) must be less than max_seq_len \(20000\)\.$/

    expect((await chat(tooLong)).body).toEqual({ code: 20015, message: expect.stringMatching(message), data: null })
  })

  test('for an unknown path is a bare JSON string', async () => {
    expect(await post('/nowhere', {})).toMatchObject({
      status: 404,
      body: 'stand-in: POST /v1/nowhere is not offered here (documented; the real wording is not known)',
    })
  })
})
