import { describe, expect, test } from 'vitest'
import {
  bothWeathers,
  choicesOf,
  counting,
  deltasOf,
  invoice,
  jsonObject,
  jsonSchema,
  paris,
  rateLimited,
  textOf,
  tooLong,
  weather,
  withStandIn,
} from './_ask.ts'
import { isObject } from './_json.ts'
import { local } from './local.ts'

const { chat, post } = withStandIn(local)

describe('a whole answer', () => {
  test('is timed, whichever key and model it was asked with', async () => {
    const replies = await Promise.all([
      chat(paris, ''),
      chat(paris, 'llm-contracts-bad-key'),
      chat({ ...paris, model: 'no-such-model' }),
      chat(rateLimited),
    ])

    for (const reply of replies) {
      expect(reply).toMatchObject({
        status: 200,
        body: { model: 'stand-in.gguf', timings: { prompt_n: expect.any(Number), predicted_per_second: 125 } },
      })
    }
  })

  test('fences its JSON in JSON mode, but not under a schema', async () => {
    const object = await chat({ ...invoice, response_format: jsonObject })
    const schema = await chat({ ...invoice, response_format: jsonSchema })

    expect(textOf(object)).toMatch(/^```json\n\{\n {2}"number": "INV-2041",[^`]+\n```$/)
    expect(textOf(schema)).toBe('{"total": 149.5, "currency": "EUR", "number": "INV-2041", "seller": "Acme Ltd"}')
  })
})

describe('a stream', () => {
  test('opens with null content, and ends with usage and timings, unasked', async () => {
    const reply = await chat({ ...counting, stream: true })
    const chunks = reply.events.filter(isObject)

    expect(deltasOf(reply)[0]).toEqual({ role: 'assistant', content: null })
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 8 }, timings: { predicted_n: 8 } })
    expect(chunks.slice(0, -1).every((chunk) => !('usage' in chunk))).toBe(true)
  })

  test('opens every call with its brace', async () => {
    const calls = deltasOf(await chat({ ...bothWeathers, stream: true })).flatMap(({ tool_calls }) => tool_calls ?? [])

    expect(calls.filter((call) => isObject(call) && 'id' in call)).toMatchObject([
      { index: 0, id: expect.stringMatching(/^\w{32}$/), function: { arguments: '{' } },
      { index: 1, function: { arguments: '{' } },
    ])
    expect(choicesOf((await chat(weather)).body)[0]).toMatchObject({ message: { content: '' } })
  })
})

describe('an error', () => {
  test('for a long prompt has both numbers', async () => {
    const { body } = await chat(tooLong)

    expect(body).toMatchObject({
      error: {
        code: 400,
        message: expect.stringMatching(
          /^request \(2\d{4} tokens\) exceeds the available context size \(20000 tokens\)/,
        ),
        type: 'exceed_context_size_error',
        n_prompt_tokens: expect.any(Number),
        n_ctx: 20000,
      },
    })
  })

  test('for embeddings depends on what was started', async () => {
    expect(await post('/embeddings', { model: 'gpt-oss:20b', input: 'x' })).toMatchObject({
      status: 501,
      body: { error: { code: 501, type: 'not_supported_error' } },
    })
    expect(await post('/embeddings', { model: 'bge-m3', input: 'x', dimensions: 2 })).toMatchObject({ status: 200 })
  })

  test('for broken JSON is its own', async () => {
    expect(await post('/chat/completions', '{')).toMatchObject({
      status: 500,
      body: { error: { type: 'server_error' } },
    })
  })

  test('for an unknown path finds no file', async () => {
    expect(await post('/nowhere', {})).toMatchObject({
      status: 404,
      body: { error: { code: 404, message: 'File Not Found', type: 'not_found_error' } },
    })
  })
})
