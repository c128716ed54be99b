import { APICallError } from 'ai'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { readReply } from '../wire/reply.ts'
import { watch } from '../wire/seen.ts'
import { classifyError, judge } from './program.ts'
import { whole } from './seed.ts'

const body = { error: { message: 'No.', type: 'insufficient_quota', param: null, code: 'insufficient_quota' } }
const exchange = whole(body, { status: 429 })

const thrownBy = (answer: () => Response | Promise<Response>) =>
  new OpenAI({
    apiKey: 'k',
    baseURL: 'https://acme.invalid',
    maxRetries: 0,
    fetch: async () => answer(),
  }).chat.completions
    .create({ model: 'm', messages: [] })
    .catch((error: unknown) => error)

describe('classifyError takes', () => {
  test('an exchange, a reply, and an error of the SDK, or what it caused', async () => {
    const error = await thrownBy(() => Response.json(body, { status: 429 }))
    for (const failed of [exchange, readReply(exchange), error, new Error('wrapped', { cause: error })]) {
      expect(classifyError(failed)).toEqual({
        kind: 'quota',
        retry: 'never',
        evidence: '$.error.code "insufficient_quota"',
      })
    }
  })

  test('headers and words of an error that nobody saw on the wire', async () => {
    const limited = Response.json({ error: { message: 'Slow down' } }, { status: 429, headers: { 'retry-after': '3' } })
    const { value } = await watch(() => thrownBy(() => limited))
    expect(classifyError(value)).toMatchObject({ kind: 'rate limit', retry: 'helps', afterMs: 3_000 })
    const flat = await thrownBy(() => new Response('Too many requests', { status: 429 }))
    expect(classifyError(flat)).toMatchObject({ kind: 'rate limit' })
  })

  test('a connection that broke', async () => {
    const cause = Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
    const error = await thrownBy(() => {
      throw Object.assign(new TypeError('fetch failed'), { code: 'ECONNREFUSED', cause })
    })
    expect(classifyError(error)).toEqual({ kind: 'server', retry: 'helps', evidence: 'no response, ECONNREFUSED' })
  })

  test('an error of the Vercel AI SDK', () => {
    const url = 'https://acme.invalid/v1'
    const error = new APICallError({
      message: 'No.',
      url,
      requestBodyValues: {},
      statusCode: 429,
      responseBody: JSON.stringify(body),
    })
    expect(classifyError(error)).toMatchObject({ kind: 'quota' })
  })
})

test('what is none of these gets one sentence', () => {
  const said = [{}, null, 'text', new Error('boom'), Response.json({}), Promise.resolve()].map((wrong) => {
    try {
      return classifyError(wrong)
    } catch (error) {
      return String(error)
    }
  })
  expect(said).toMatchInlineSnapshot(`
    [
      "LlmContractsError: classifyError takes an error of the SDK, an exchange, or what readReply made of one, and got another object.",
      "LlmContractsError: classifyError takes an error of the SDK, an exchange, or what readReply made of one, and got null.",
      "LlmContractsError: classifyError takes an error of the SDK, an exchange, or what readReply made of one, and got a string.",
      "LlmContractsError: classifyError takes an error of the SDK, an exchange, or what readReply made of one, and got the error "boom", which holds nothing of an answer.",
      "LlmContractsError: classifyError takes an error of the SDK, an exchange, or what readReply made of one, and got a Response.",
      "LlmContractsError: classifyError takes an error of the SDK, an exchange, or what readReply made of one, and got a Promise.",
    ]
  `)
  const wrongs: unknown[] = [{}, null, { response: { pieces: [] }, evidence: { seen: 'given' } }]
  for (const wrong of wrongs) {
    expect(() => judge(wrong as typeof exchange)).toThrow('judge takes an exchange, and got ')
  }
  expect(judge(exchange).length).toBeGreaterThan(100)
})
