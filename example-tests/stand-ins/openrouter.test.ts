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
import { openrouter } from './openrouter.ts'

const { chat, post } = withStandIn(openrouter)

describe('a whole answer', () => {
  test('comes after blank lines, with the provider, both finish reasons and the cost', async () => {
    const reply = await chat(paris)

    expect(reply.text).toMatch(/^\n {9}\n\{"id":"gen-\d+-\w{20}",/)
    expect(reply.body).toMatchObject({
      provider: 'Stand-in',
      choices: [
        {
          finish_reason: 'stop',
          native_finish_reason: 'stop',
          message: { role: 'assistant', content: 'Paris', refusal: null, reasoning: null },
        },
      ],
      usage: { cost: 0.0000051, is_byok: false, cost_details: { upstream_inference_prompt_cost: 0.0000026 } },
    })
    expect(reply.headers.get('x-generation-id')).toMatch(/^gen-/)
  })

  test('reasons only where asked, in two fields', async () => {
    const reply = await chat({ ...paris, reasoning: { effort: 'low' } })

    expect(choicesOf(reply.body)[0]).toMatchObject({
      message: {
        reasoning: 'This needs no long thought.',
        reasoning_details: [{ type: 'reasoning.text', text: 'This needs no long thought.' }],
      },
    })
  })

  test('fits a schema, and has null content beside tool calls', async () => {
    const json = await chat({ ...invoice, response_format: jsonSchema })

    expect(textOf(json)).toBe('{"total":149.5,"currency":"EUR","number":"INV-2041","seller":"Acme Ltd"}')
    expect(choicesOf((await chat(weather)).body)[0]).toMatchObject({
      message: { content: null, tool_calls: [{ index: 0 }] },
    })
  })
})

describe('a stream', () => {
  test('begins with comments and has the role in every delta', async () => {
    const reply = await chat({ ...counting, stream: true })

    expect(reply.text.startsWith(': OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\ndata: {')).toBe(true)
    expect(reply.comments).toBe(2)
    expect(deltasOf(reply).every(({ role }) => role === 'assistant')).toBe(true)
  })

  test('has its finish reason twice, the second time with usage, unasked and beside a choice', async () => {
    const chunks = (await chat({ ...counting, stream: true })).events.filter(isObject)
    const reasons = chunks.flatMap(choicesOf).flatMap(({ finish_reason }) => finish_reason ?? [])

    expect(reasons).toEqual(['stop', 'stop'])
    expect(chunks.filter((chunk) => 'usage' in chunk)).toHaveLength(1)
    expect(chunks.at(-1)).toMatchObject({ choices: [{ delta: { content: '' } }], usage: { cost: expect.any(Number) } })
  })
})

describe('an error', () => {
  test.each([
    ['a bad key', paris, 'llm-contracts-bad-key', 401, 'Missing Authentication header'],
    ['an unknown model', { ...paris, model: 'no-such-model' }, 'k', 400, 'no-such-model is not a valid model ID'],
  ])('for %s has the status as its code', async (_, asked, key, status, message) => {
    const reply = await chat(asked, key)

    expect(reply).toMatchObject({ status, body: { error: { message, code: status } } })
    expect(reply.text).not.toMatch(/^\s/)
    expect(reply.headers.get('x-generation-id')).toBeNull()
  })

  test('for a long prompt names no provider', async () => {
    const { body } = await chat(tooLong)

    expect(body).toMatchObject({
      error: {
        message: expect.stringMatching(
          /^This endpoint's maximum context length is 20000 tokens\. However, you requested/,
        ),
        code: 400,
        metadata: { provider_name: null },
      },
      user_id: expect.stringMatching(/^user_/),
    })
  })

  test('for a spent rate limit has its limits in the body, in milliseconds', async () => {
    const reply = await chat(rateLimited)

    expect(reply).toMatchObject({
      status: 429,
      body: { error: { code: 429, metadata: { headers: { 'X-RateLimit-Reset': expect.stringMatching(/^\d{13}$/) } } } },
    })
    expect(reply.headers.get('x-ratelimit-remaining')).toBeNull()
    expect(reply.headers.get('retry-after')).toBeNull()
  })

  test('for an unknown path keeps its envelope', async () => {
    expect(await post('/nowhere', {})).toMatchObject({ status: 404, body: { error: { code: 404 } } })
  })
})

test('embeddings cost money too', async () => {
  const { body } = await post('/embeddings', { model: 'openai/text-embedding-3-small', input: 'Hello', dimensions: 4 })

  expect(body).toMatchObject({
    data: [{ embedding: { length: 4 } }],
    usage: { prompt_tokens: 2, cost: 4e-8 },
    provider: 'Stand-in',
    id: expect.stringMatching(/^gen-emb-\d+-\w{20}$/),
  })
})
