import { describe, expect, test } from 'vitest'
import {
  bothWeathers,
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
import { zhipu } from './zhipu.ts'

const { chat, post } = withStandIn(zhipu)

describe('a whole answer', () => {
  test('has no object and a request_id that is its id', async () => {
    const { body, headers } = await chat(paris)
    const { id, request_id } = isObject(body) ? body : {}

    expect(Object.keys(body ?? {})).toEqual(['choices', 'created', 'id', 'model', 'request_id', 'usage'])
    expect(id).toMatch(/^\d{14}[\da-f]{16}$/)
    expect(request_id).toBe(id)
    expect(headers.get('x-log-id')).toBe(id)
  })

  test('thinks unless told not to', async () => {
    const calm = await chat({ ...paris, model: 'glm-4.7-flash', thinking: { type: 'disabled' } })

    expect((await chat(paris)).text).toContain('"reasoning_content":"This needs no long thought."')
    expect(calm.text).not.toContain('reasoning_content')
  })

  test('numbers its calls, and gives them negative ids', async () => {
    expect(choicesOf((await chat(weather)).body)[0]).toMatchObject({
      message: { tool_calls: [{ index: 0, id: expect.stringMatching(/^call_-\d{19}$/) }] },
    })
  })

  test('fits a schema on the models that are said to take one; the others fence what they like', async () => {
    const asked = { ...invoice, response_format: jsonSchema }

    expect(JSON.parse(textOf(await chat({ ...asked, model: 'glm-5.2' })))).toMatchObject({ total: 149.5 })
    expect(textOf(await chat(asked))).toMatch(/^```json\n\{\n {2}"number": "INV-2041",/)
    expect(textOf(await chat({ ...paris, response_format: jsonSchema }))).toBe('Paris')
  })
})

describe('a stream', () => {
  test('has the role in every delta, no object, and finish_reason and usage only at the end', async () => {
    const reply = await chat({ ...counting, stream: true })
    const chunks = reply.events.filter(isObject)

    expect(deltasOf(reply).every(({ role }) => role === 'assistant')).toBe(true)
    expect(chunks.every((chunk) => !('object' in chunk))).toBe(true)
    expect(
      chunks.slice(0, -1).every((chunk) => !('usage' in chunk) && !('finish_reason' in (choicesOf(chunk)[0] ?? {}))),
    ).toBe(true)
    expect(chunks.at(-1)).toMatchObject({
      choices: [{ index: 0, finish_reason: 'stop' }],
      usage: { total_tokens: expect.any(Number) },
    })
    expect(deltasOf(reply)[0]).toEqual({ role: 'assistant', reasoning_content: 'This' })
  })

  test('sends all calls whole in one chunk, and its finish reason twice', async () => {
    const reply = await chat({ ...bothWeathers, stream: true })
    const reasons = reply.events.flatMap(choicesOf).flatMap(({ finish_reason }) => finish_reason ?? [])

    expect(deltasOf(reply).at(-2)).toMatchObject({
      tool_calls: [
        { index: 0, function: { arguments: '{"city": "Paris", "unit": "celsius"}' } },
        { index: 1, function: { arguments: '{"city": "Tokyo", "unit": "celsius"}' } },
      ],
    })
    expect(reasons).toEqual(['tool_calls', 'tool_calls'])
  })
})

describe('an error', () => {
  test.each([
    ['a bad key', paris, 'llm-contracts-bad-key', 401, { code: '401', message: '令牌已过期或验证不正确！' }],
    ['a missing key', paris, '', 401, { code: '401', message: '令牌已过期或验证不正确！' }],
    [
      'an unknown model',
      { ...paris, model: 'no-such-model' },
      'k',
      400,
      { code: '1211', message: '模型不存在，请检查模型代码。' },
    ],
    ['a long prompt', tooLong, 'k', 400, { code: '1261', message: 'Prompt exceeds max length' }],
    [
      'a spent rate limit',
      rateLimited,
      'k',
      429,
      { code: '1302', message: '您的账户已达到速率限制，请您控制请求频率' },
    ],
    [
      'an image',
      { ...withImage(pngOf([0, 0, 0])), model: 'glm-5.2' },
      'k',
      400,
      { code: '1210', message: "messages.content.type 参数非法，取值范围 ['text']" },
    ],
    [
      'thinking switched off',
      { ...paris, model: 'glm-5.3', thinking: { type: 'disabled' } },
      'k',
      400,
      { code: '1210', message: '该模型始终思考，不支持关闭思考；请使用 low、high 或 max。' },
    ],
    [
      'a forced tool',
      { ...weather, tool_choice: 'required' },
      'k',
      400,
      {
        code: '1210',
        message:
          'stand-in: tool_choice other than auto is not offered here (documented; the real wording is not known)',
      },
    ],
  ])('for %s has a number as a string, and no type', async (_, asked, key, status, error) => {
    const reply = await chat(asked, key)

    expect(reply.status).toBe(status)
    expect(reply.body).toEqual({ error, request_id: expect.stringMatching(/^\d{14}/) })
    expect(reply.headers.get('retry-after')).toBeNull()
  })

  test('for an unknown path is a string in `error`', async () => {
    const { status, body } = await post('/nowhere', {})

    expect(status).toBe(404)
    expect(body).toEqual({
      timestamp: expect.stringMatching(/^\d{4}-.*\+00:00$/),
      status: 404,
      error: 'Not Found',
      path: '/v4/nowhere',
    })
  })
})
