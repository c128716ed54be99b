import { describe, expect, test } from 'vitest'
import {
  type Reply,
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
import { type Json, isObject } from './_json.ts'
import { openai } from './openai.ts'

const { chat, post } = withStandIn(openai)
const streamed = { stream: true, stream_options: { include_usage: true } }

describe('a whole answer', () => {
  test('is written with two spaces a level, with refusal and annotations in the message', async () => {
    const reply = await chat(paris)

    expect(reply.text).toMatch(/^\{\n {2}"id": "chatcmpl-\w{29}",\n {2}"object": "chat\.completion",\n/)
    expect(choicesOf(reply.body)[0]?.['message']).toEqual({
      role: 'assistant',
      content: 'Paris',
      refusal: null,
      annotations: [],
    })
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'x-request-id': expect.stringMatching(/^req_[\da-f]{32}$/),
      'x-ratelimit-remaining-requests': '4999',
      'x-ratelimit-reset-requests': '12ms',
    })
  })

  test('has null content beside tool calls', async () => {
    const reply = await chat(weather)

    expect(choicesOf(reply.body)[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: {
        content: null,
        tool_calls: [
          { id: expect.stringMatching(/^call_\w{24}$/), function: { arguments: '{"city":"Paris","unit":"celsius"}' } },
        ],
      },
    })
  })

  test('has as many choices as were asked for', async () => {
    const reply = await chat({ ...paris, n: 3 })

    expect(choicesOf(reply.body).map(({ index }) => index)).toEqual([0, 1, 2])
  })

  test('fits a strict schema, in the order of the schema', async () => {
    const reply = await chat({ ...invoice, response_format: jsonSchema })

    expect(textOf(reply)).toBe('{"total":149.5,"currency":"EUR","number":"INV-2041","seller":"Acme Ltd"}')
  })
})

describe('a stream', () => {
  test('carries padding in every chunk, and usage only in a last one without choices', async () => {
    const { events } = await chat({ ...counting, ...streamed })
    const chunks = events.filter(isObject)

    expect(chunks.every(({ obfuscation }) => typeof obfuscation === 'string')).toBe(true)
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true)
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 8 } })
    expect(events.at(-1)).toBe('[DONE]')
  })

  test('knows neither usage nor padding where they are not wanted', async () => {
    const { text } = await chat({ ...counting, stream: true, stream_options: { include_obfuscation: false } })

    expect(text).not.toMatch(/usage|obfuscation/)
  })

  test('opens a lone call in the chunk with the role, several in chunks of their own', async () => {
    const [alone] = deltasOf(await chat({ ...weather, stream: true }))
    const [role, first] = deltasOf(await chat({ ...bothWeathers, stream: true }))

    expect(alone).toMatchObject({
      role: 'assistant',
      content: null,
      tool_calls: [{ index: 0, function: { arguments: '' } }],
    })
    expect(role).toEqual({ role: 'assistant', content: null, refusal: null })
    expect(first).toMatchObject({ tool_calls: [{ index: 0, function: { name: 'get_weather' } }] })
  })

  test('sends several choices in turns', async () => {
    const { events } = await chat({ ...counting, stream: true, n: 2 })
    const indices = events.flatMap((event) => choicesOf(event).map(({ index }) => index))

    expect(indices.slice(0, 6)).toEqual([0, 1, 0, 1, 0, 1])
  })
})

describe('an error', () => {
  test('for a bad key masks it and repeats the status', async () => {
    const { status, body, text } = await chat(paris, 'llm-contracts-bad-key')

    expect(status).toBe(401)
    expect(body).toEqual({
      error: {
        message:
          'Incorrect API key provided: llm-cont*********-key. ' +
          'You can find your API key at https://platform.openai.com/account/api-keys.',
        type: 'invalid_request_error',
        param: null,
        code: 'invalid_api_key',
      },
      status: 401,
    })
    expect(text).not.toContain('llm-contracts-bad-key')
  })

  test('for a missing key says how to send one', async () => {
    expect(await chat(paris, '')).toMatchObject({ status: 401, body: { error: { code: null } } })
  })

  test.each([
    ['an unknown model', { ...paris, model: 'no-such-model' }, 404, { code: 'model_not_found', param: null }],
    ['a long prompt', tooLong, 400, { code: 'context_length_exceeded', param: 'messages' }],
    ['max_tokens', { ...paris, max_tokens: 9 }, 400, { code: 'unsupported_parameter', param: 'max_tokens' }],
    ['a spent rate limit', rateLimited, 429, { code: 'rate_limit_exceeded', type: 'tokens' }],
  ])('for %s has a code', async (_, body, status, error) => {
    expect(await chat(body)).toMatchObject({ status, body: { error } })
  })

  test('for JSON mode without the word names the messages', async () => {
    const asked = { ...paris, response_format: jsonObject }

    expect(await chat(asked)).toMatchObject({
      status: 400,
      body: {
        error: {
          message:
            "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
          param: 'messages',
        },
      },
    })
  })

  test('for a spent rate limit says when it resets', async () => {
    const { headers } = await chat({ ...rateLimited, stream: true })

    expect(headers.get('x-ratelimit-remaining-tokens')).toBe('0')
    expect(headers.get('x-ratelimit-reset-tokens')).toBe('1.146s')
    expect(headers.get('content-type')).toBe('application/json')
  })

  test('for an unknown path repeats it', async () => {
    expect(await post('/engines', {})).toMatchObject({
      status: 404,
      body: {
        error: { message: 'Invalid URL (POST /v1/engines)', type: 'invalid_request_error', param: null, code: null },
      },
    })
  })
})

describe('embeddings', () => {
  test('are the same numbers as floats and as base64', async () => {
    const asked = { model: 'text-embedding-3-small', input: ['a cat', 'a kitten'], dimensions: 8 }
    const [floats, encoded] = await Promise.all([
      post('/embeddings', asked),
      post('/embeddings', { ...asked, encoding_format: 'base64' }),
    ])
    const [text] = vectorsOf(encoded)
    const bytes = new Uint8Array(Buffer.from(typeof text === 'string' ? text : '', 'base64'))

    expect(vectorsOf(floats)[0]).toEqual(
      Array.from(new Float32Array(bytes.buffer), (part): unknown => expect.closeTo(part, 6)),
    )
    expect(vectorsOf(floats)[0]).toHaveLength(8)
    expect(floats.body).toMatchObject({ object: 'list', usage: { prompt_tokens: 4, total_tokens: 4 } })
  })

  test('have the length of the model, and refuse nothing at all', async () => {
    const large = await post('/embeddings', { model: 'text-embedding-3-large', input: 'a cat' })

    expect(large.body).toMatchObject({ data: [{ index: 0, embedding: { length: 3072 } }] })
    expect(await post('/embeddings', { model: 'text-embedding-3-small', input: [] })).toMatchObject({ status: 400 })
  })
})

function vectorsOf({ body }: Reply): Json[] {
  const data = isObject(body) && Array.isArray(body['data']) ? body['data'] : []
  return data.filter(isObject).flatMap((item) => (item['embedding'] === undefined ? [] : [item['embedding']]))
}
