import { describe, expect, test } from 'vitest'
import {
  choicesOf,
  counting,
  deltasOf,
  invoice,
  jsonObject,
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
import { deepseek } from './deepseek.ts'

const { chat, post } = withStandIn(deepseek)
const calm = { thinking: { type: 'disabled' } }

describe('a whole answer', () => {
  test('thinks first, and counts what it cached', async () => {
    const reply = await chat(paris)

    expect(choicesOf(reply.body)[0]).toEqual({
      index: 0,
      message: { role: 'assistant', content: 'Paris', reasoning_content: 'This needs no long thought.' },
      logprobs: null,
      finish_reason: 'stop',
    })
    expect(reply.body).toMatchObject({
      id: expect.stringMatching(/^[\da-f]{8}-/),
      usage: {
        completion_tokens_details: { reasoning_tokens: 7 },
        prompt_cache_hit_tokens: 0,
        prompt_cache_miss_tokens: 13,
      },
    })
    expect(reply.headers.get('x-ds-trace-id')).toMatch(/^[\da-f]{32}$/)
  })

  test('does not think where that is switched off, nor under the old name', async () => {
    const replies = await Promise.all([chat({ ...paris, ...calm }), chat({ ...paris, model: 'deepseek-chat' })])

    expect(replies.map(({ text }) => text.includes('reasoning'))).toEqual([false, false])
    expect(replies[1]?.body).toMatchObject({ model: 'deepseek-v4-flash' })
  })

  test('spends a small token limit on thinking', async () => {
    const reply = await chat({ ...paris, max_tokens: 1 })

    expect(choicesOf(reply.body)[0]).toMatchObject({
      finish_reason: 'length',
      message: { content: '', reasoning_content: 'This' },
    })
  })

  test('writes its JSON with line breaks, and arguments with spaces', async () => {
    const json = await chat({ ...invoice, response_format: jsonObject })
    const called = await chat(weather)

    expect(textOf(json)).toMatch(/^\{\n {2}"number": "INV-2041",\n/)
    expect(called.text).toContain(String.raw`"arguments":"{\"city\": \"Paris\", \"unit\": \"celsius\"}"`)
    expect(choicesOf(called.body)[0]).toMatchObject({
      message: { content: '', tool_calls: [{ index: 0, id: expect.stringMatching(/^call_00_\w{24}$/) }] },
    })
  })
})

describe('a stream', () => {
  test('has usage in the chunk that finishes, unasked, and no chunk without choices', async () => {
    const { events } = await chat({ ...counting, stream: true })
    const chunks = events.filter(isObject)

    expect(chunks.every((chunk) => choicesOf(chunk).length === 1)).toBe(true)
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true)
    expect(chunks.at(-1)).toMatchObject({
      choices: [{ delta: { content: '', reasoning_content: null }, finish_reason: 'stop' }],
      usage: { total_tokens: expect.any(Number) },
    })
  })

  test('has both fields in every delta while thinking, one of them null', async () => {
    const deltas = deltasOf(await chat({ ...paris, stream: true }))

    expect(deltas[0]).toEqual({ role: 'assistant', content: null, reasoning_content: '' })
    expect(deltas).toContainEqual({ content: null, reasoning_content: 'This' })
    expect(deltas).toContainEqual({ content: 'Paris', reasoning_content: null })
    expect(deltasOf(await chat({ ...paris, ...calm, stream: true }))).toEqual([
      { role: 'assistant', content: '' },
      { content: 'Paris' },
      { content: '' },
    ])
  })
})

describe('an error', () => {
  test.each([
    ['a bad key', paris, 401, 'Authentication Fails, Your api key: ****-key is invalid', 'llm-contracts-bad-key'],
    ['an unknown model', { ...paris, model: 'no-such-model' }, 400, 'Model Not Exist', 'a-key'],
    [
      'json_schema',
      { ...invoice, response_format: jsonSchema },
      400,
      'This response_format type is unavailable now',
      'a-key',
    ],
    [
      'JSON mode without the word',
      { ...paris, response_format: jsonObject },
      400,
      "Prompt must contain the word 'json' in some form to use 'response_format' of type 'json_object'.",
      'a-key',
    ],
    [
      'a forced tool while thinking',
      { ...weather, tool_choice: 'required' },
      400,
      'Thinking mode does not support this tool_choice',
      'a-key',
    ],
    [
      'a spent rate limit',
      rateLimited,
      429,
      'stand-in: a request above the rate limit is not offered here (documented; the real wording is not known)',
      'a-key',
    ],
  ])('for %s has always the same code', async (_, asked, status, message, key) => {
    const { status: answered, body, headers } = await chat(asked, key)

    expect(answered).toBe(status)
    expect(body).toMatchObject({ error: { message, param: null, code: 'invalid_request_error' } })
    expect(headers.get('retry-after')).toBeNull()
  })

  test('for an image names the variant it does not know', async () => {
    const { status, text } = await chat(withImage(pngOf([255, 0, 0])))

    expect(status).toBe(400)
    expect(text).toMatch(/messages\[0\]: unknown variant `image_url`, expected `text` at line 1 column \d+"/)
    expect(await chat({ ...withImage(pngOf([255, 0, 0])), model: 'deepseek-flash' })).toMatchObject({ status: 200 })
  })

  test('for a long prompt counts it', async () => {
    expect((await chat(tooLong)).text).toMatch(
      /This model's maximum context length is 20000 tokens\. However, you requested 2\d{4} tokens/,
    )
  })

  test('for a history that forgot the reasoning asks for it', async () => {
    const call = {
      role: 'assistant',
      content: '',
      tool_calls: [{ id: 'x', type: 'function', function: { name: 'f', arguments: '{}' } }],
    }
    const asked = (assistant: typeof call & { reasoning_content?: string }) =>
      chat({
        ...weather,
        messages: [...weather.messages, assistant, { role: 'tool', tool_call_id: 'x', content: '17 °C' }],
      })

    expect(await asked(call)).toMatchObject({
      status: 400,
      body: { error: { message: 'The `reasoning_content` in the thinking mode must be passed back to the API.' } },
    })
    expect(textOf(await asked({ ...call, reasoning_content: '' }))).toBe('According to the tool: 17 °C')
  })

  test('for embeddings and other unknown paths has no error object', async () => {
    const replies = await Promise.all([post('/embeddings', { model: 'm', input: 'x' }), post('/nowhere', {})])

    expect(replies.map(({ status, text }) => `${status} ${text}`)).toEqual([
      '404 {"error_msg":"Not Found. Please check the configuration."}',
      '404 {"error_msg":"Not Found. Please check the configuration."}',
    ])
  })
})
