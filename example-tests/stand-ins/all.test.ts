import OpenAI, { APIError } from 'openai'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  bothWeathers,
  callsOf,
  choicesOf,
  counting,
  deltasOf,
  invoice,
  invoiceFacts,
  jsonObject,
  oneToTen,
  paris,
  pngOf,
  textOf,
  tooLong,
  weather,
  withImage,
  withStandIn,
} from './_ask.ts'
import { isObject } from './_json.ts'
import { dialects, startAll } from './all.ts'
import { contextLimit } from './server.ts'

describe.each(Object.values(dialects))('$name', (dialect) => {
  const { chat, post, baseURL } = withStandIn(dialect)

  test('answers a question, and says that it is a stand-in', async () => {
    const reply = await chat(paris)

    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-type')).toBe(dialect.contentType.json)
    expect(reply.headers.get('x-llm-contracts-origin')).toBe('stand-in')
    expect(textOf(reply)).toBe('Paris')
    expect(choicesOf(reply.body)[0]).toMatchObject({ index: 0, finish_reason: 'stop', message: { role: 'assistant' } })
  })

  test('counts tokens so that they add up', async () => {
    const { body } = await chat(paris)
    const usage = isObject(body) && isObject(body['usage']) ? body['usage'] : {}

    expect(usage['total_tokens']).toBe(Number(usage['prompt_tokens']) + Number(usage['completion_tokens']))
    expect(usage['completion_tokens']).toBeGreaterThan(0)
  })

  test('streams piece by piece, with time between the pieces', async () => {
    const reply = await chat({ ...counting, stream: true })

    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-type')).toBe(dialect.contentType.stream)
    expect(reply.headers.get('x-llm-contracts-origin')).toBe('stand-in')
    expect(deltasOf(reply).filter(({ content }) => content !== '' && typeof content === 'string').length).toBe(10)
    expect(textOf(reply)).toBe(oneToTen)
    expect(reply.text.endsWith('data: [DONE]\n\n')).toBe(true)
    expect(reply.spread).toBeGreaterThan(10)
  })

  test('calls a tool, whole and streamed', async () => {
    const call = { name: 'get_weather', arguments: { city: 'Paris', unit: 'celsius' } }

    expect(callsOf(await chat(weather))).toEqual([call])
    expect(callsOf(await chat({ ...weather, stream: true }))).toEqual([call])
  })

  test('calls two tools at once, whole and streamed', async () => {
    const calls = ['Paris', 'Tokyo'].map((city) => ({ name: 'get_weather', arguments: { city, unit: 'celsius' } }))

    expect(callsOf(await chat(bothWeathers))).toEqual(calls)
    expect(callsOf(await chat({ ...bothWeathers, stream: true }))).toEqual(calls)
  })

  test('gives a JSON object', async () => {
    const text = textOf(await chat({ ...invoice, response_format: jsonObject }))

    expect(JSON.parse(text.replace(/^```json|```$/g, ''))).toEqual(invoiceFacts)
  })

  test('sees an image, or refuses it with 400, or 500 where a local server has no eyes', async () => {
    const reply = await chat(withImage(pngOf([255, 0, 0])))

    expect([reply.status, reply.status === 200 ? textOf(reply) : 'refused']).toBeOneOf([
      [200, 'red'],
      [400, 'refused'],
      [500, 'refused'],
    ])
  })

  test('refuses a prompt longer than its context, streamed or not', async () => {
    const whole = await chat(tooLong)
    const streamed = await chat({ ...tooLong, stream: true })

    expect([whole.status, streamed.status]).toEqual([400, 400])
    expect(Math.ceil((44 * 2000) / 4)).toBeGreaterThan(contextLimit)
  })

  test('refuses what is no request', async () => {
    const replies = await Promise.all([
      post('/chat/completions', '{"model": "m", "messages": ['),
      post('/chat/completions', '[]'),
      post('/chat/completions', { model: 'm' }),
      post('/nowhere', {}),
    ])

    const json = dialect.refusals.json?.({ seed: '', created: 0 }).status ?? 400
    expect(replies.map(({ status }) => status)).toEqual([json, json, 400, 404])
  })

  test('gives the same request the same answer, with ids of their own', async () => {
    const [first, second] = [await chat(weather), await chat(weather)]
    const id = ({ body }: typeof first) => (isObject(body) ? body['id'] : undefined)

    expect(callsOf(second)).toEqual(callsOf(first))
    expect(id(second)).not.toBe(id(first))
  })

  test('lists its models', async () => {
    const response = await fetch(`${baseURL()}/models`, { headers: { authorization: 'Bearer a-key' } })

    expect(await response.json()).toMatchObject({ data: dialect.models.map((id) => ({ id })) })
  })

  describe('with the OpenAI SDK', () => {
    const model = dialect.models[0] ?? 'a-model'
    const messages = [{ role: 'user' as const, content: 'Count from 1 to 10, separated by commas.' }]

    test('answers whole and streamed', async () => {
      const whole = await clientOf(baseURL()).chat.completions.create({ model, messages })
      let streamed = ''
      for await (const chunk of await clientOf(baseURL()).chat.completions.create({ model, messages, stream: true })) {
        streamed += chunk.choices[0]?.delta.content ?? ''
      }

      expect(whole.choices[0]?.message.content).toBe(oneToTen)
      expect(streamed).toBe(oneToTen)
    })

    test('embeds, or refuses with 404 or 501', async () => {
      const known = dialect.models.find((id) => /embed|bge/i.test(id)) ?? 'embedding'
      const call = clientOf(baseURL()).embeddings.create({ model: known, input: ['a cat', 'a kitten'], dimensions: 64 })
      const lengths = await call.then(
        ({ data }) => data.map(({ embedding }) => embedding.length),
        (error: unknown) => (error instanceof APIError ? error.status : error),
      )

      expect(lengths).toBeOneOf([[64, 64], 404, 501])
    })
  })
})

describe('all together', () => {
  let running: Awaited<ReturnType<typeof startAll>> | undefined
  beforeAll(async () => {
    running = await startAll()
  })
  afterAll(async () => running?.close())

  test('hand out an address and a key for every variable', () => {
    const env = running?.env ?? {}

    expect(Object.keys(env).toSorted()).toEqual([
      'DASHSCOPE_API_KEY',
      'DEEPSEEK_API_KEY',
      'DEEPSEEK_BASE_URL',
      'GROQ_API_KEY',
      'GROQ_BASE_URL',
      'LOCAL_API_KEY',
      'LOCAL_BASE_URL',
      'OPENAI_API_KEY',
      'OPENAI_BASE_URL',
      'OPENLLMAPI_API_KEY',
      'OPENLLMAPI_BASE_URL',
      'OPENROUTER_API_KEY',
      'OPENROUTER_BASE_URL',
      'QWEN_BASE_URL',
      'SILICONFLOW_API_KEY',
      'SILICONFLOW_BASE_URL',
      'SILICONFLOW_CN_API_KEY',
      'ZHIPU_API_KEY',
      'ZHIPU_BASE_URL',
    ])
    expect(env['DASHSCOPE_API_KEY']).toBe('stand-in-key-of-qwen')
    expect(env['QWEN_BASE_URL']).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/compatible-mode\/v1$/)
    expect(env['DEEPSEEK_BASE_URL']).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/)
  })

  test('count what they answered', async () => {
    await fetch(`${running?.env['ZHIPU_BASE_URL']}/models`)

    expect(running?.hits()).toMatchObject({ zhipu: 1, openai: 0 })
  })
})

function clientOf(baseURL: string): OpenAI {
  return new OpenAI({ baseURL, apiKey: 'a-key', maxRetries: 0 })
}
