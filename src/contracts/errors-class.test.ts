import { describe, expect, test } from 'vitest'
import { judged } from './_failures.test.kit.ts'
import { errorsCheckWith, sdkErrorOf } from './errors-class.ts'
import { errorSeeds, errorsWrongReaders } from './errors.seeds.ts'
import { whole as body } from './seed.ts'
import { readReply } from '../wire/reply.ts'

const message = 'No.'

const readers = Object.entries(errorsWrongReaders).flatMap(([id, by]) =>
  Object.entries(by).map(([fault, reader]) => ({ id, fault, reader })),
)

test.each(readers)('$id is broken by a reader that $fault', ({ id, reader }) => {
  const [, checkWith] = Object.entries(errorsCheckWith).find(([name]) => name === id) ?? []
  const clean = errorSeeds.find(({ contract }) => contract === id)?.clean
  if (!checkWith || !clean) throw new Error(`no check or seed for ${id}`)
  expect(checkWith(readReply)(readReply(clean))).toBeUndefined()
  expect(checkWith(reader)(readReply(clean))?.says).toMatch(/^(answered|gave|left)/)
})

test('a reader that takes a page for an answer is named with what it took', () => {
  const reader = errorsWrongReaders['error.5xx.classified']?.['takes a page for an answer']
  const clean = errorSeeds.find(({ contract }) => contract === 'error.5xx.classified')?.clean
  if (!reader || !clean) throw new Error('no seed')
  expect(errorsCheckWith['error.5xx.classified'](reader)(readReply(clean))).toMatchInlineSnapshot(`
    {
      "says": "answered HTTP 503, which with no body was read as no error",
    }
  `)
})

test('error.5xx.classified names what was read otherwise, and is kept by a fault of the server', () => {
  const clean = errorSeeds.find(({ contract }) => contract === 'error.5xx.classified')?.clean ?? body('')
  const readers = Object.entries(errorsWrongReaders['error.5xx.classified'] ?? {})
  const said = readers.map(([fault, reader]) => [
    fault,
    errorsCheckWith['error.5xx.classified'](reader)(readReply(clean))?.says,
  ])
  expect(Object.fromEntries(said)).toMatchInlineSnapshot(`
    {
      "reads no error at all": "answered HTTP 503, which was read as no error",
      "takes a failure without a body for a refusal": "answered HTTP 503, which with no body was read as bad request, retry never",
      "takes a page for an answer": "answered HTTP 503, which with no body was read as no error",
      "takes an HTML page for an answer": "answered HTTP 503, which with an HTML page was read as no error",
      "takes its own body for an answer": "answered HTTP 503, which was read as no error",
    }
  `)
  expect(judged('error.5xx.classified', body({ error: { message } }, { status: 500 }))).toBe('kept')
})

describe('error.sdk-class', () => {
  test('is broken by a bare JSON string and by a wrong key with HTTP 500', () => {
    const auth = { message: 'No api key passed in.', type: 'auth_error' }
    const exchanges = [body('"Invalid token"', { status: 401 }), body({ error: auth }, { status: 500 })]
    expect(exchanges.map((exchange) => judged('error.sdk-class', exchange))).toMatchInlineSnapshot(`
      [
        {
          "path": "$",
          "says": "left the OpenAI SDK to say "401 status code (no body)" in place of "Invalid token"",
        },
        {
          "path": "$.error.type",
          "says": "gave the OpenAI SDK its InternalServerError, HTTP 500, for a key that is wrong or missing: $.error.type "auth_error"",
        },
      ]
    `)
  })

  test.each([
    ['402', { error: { message: 'Insufficient Balance' } }, 402],
    ['an unknown model with 400', { error: { message, code: 'model_not_found' } }, 400],
    ['a flat body, which the SDK shows whole', { code: 400, message }, 400],
    ['a request too large for its limit', { error: { message, code: 'rate_limit_exceeded' } }, 413],
    ['what nobody can tell', { error: {} }, 418],
  ])('is kept by %s', (_, json, status) => {
    expect(judged('error.sdk-class', body(json, { status }))).toBe('kept')
  })
})

test('each kind of error has statuses that give it a wrong class in the OpenAI SDK', () => {
  const kinds = {
    'rate limit': 'rate_limit_exceeded',
    quota: 'insufficient_quota',
    overload: 'slow_down',
    'context overflow': 'context_length_exceeded',
    authentication: 'invalid_api_key',
    permission: 'access_denied',
    'bad request': 'tool_use_failed',
    'content filter': 'content_filter',
    'not found': 'model_not_found',
    server: '1120',
  }
  const lines = Object.entries(kinds).map(([kind, code]) => {
    const found = [400, 401, 402, 403, 404, 409, 422, 429, 500].map((status) => {
      const breach = judged('error.sdk-class', body({ error: { message, code } }, { status }))
      return typeof breach === 'string' ? {} : { status, name: breach.says.replace(/.* for (.*): .*/, '$1') }
    })
    const names = new Set(found.flatMap(({ name = [] }) => name))
    return `${kind}: ${[...names].join(' or ')} with ${found.flatMap(({ status = [] }) => status).join(', ')}`
  })
  expect(lines.join('\n')).toMatchInlineSnapshot(`
    "rate limit: a rate limit with 400, 401, 403, 404, 409, 422, 500
    quota: a spent quota with 400, 401, 404, 409, 422, 500
    overload: an overload with 400, 401, 403, 404, 409, 422
    context overflow: a context overflow with 401, 403, 404, 409, 429, 500
    authentication: a key that is wrong or missing with 400, 402, 404, 409, 422, 429, 500
    permission: a lack of permission with 400, 409, 422, 429, 500
    bad request: a bad request with 401, 403, 429, 500
    content filter: a content filter with 401, 404, 409, 429, 500
    not found: something not found with 401, 409, 429, 500
    server: a fault of the server with 400, 401, 403, 404, 409, 422, 429"
  `)
})

test('sdkErrorOf is what the OpenAI SDK throws', async () => {
  const { APIError } = await import('openai')
  const bodies = [
    { error: { message, code: 'x' } },
    { message, code: 7 },
    { error: 'text' },
    [{ error: { message } }],
    '"text"',
    '',
    'plain',
  ]
  for (const status of [400, 401, 402, 403, 404, 409, 413, 422, 429, 500, 503]) {
    for (const json of bodies) {
      const reply = readReply(body(json, { status }))
      const parsed = reply.json
      const bare = typeof parsed === 'object' && parsed !== null && !('error' in parsed) ? { error: parsed } : parsed
      const text = parsed === undefined ? reply.text : undefined
      const thrown = APIError.generate(status, bare as object, text, new Headers({ 'x-request-id': 'req_1' }))
      const { name, code, requestID, message: told } = sdkErrorOf(reply)
      expect([name, code, requestID, told]).toEqual([
        thrown.constructor.name,
        thrown.code,
        thrown.requestID,
        thrown.message,
      ])
    }
  }
})

test.each([
  '您已达到请求数限制：1分钟内最多请求60次',
  'Please slow down your calls',
  '当前请求过多',
  '请求次数超过上限',
])('error.quota-vs-rate is kept by %s', (told) => {
  expect(judged('error.quota-vs-rate', body({ error: { message: told } }, { status: 429 }))).toBe('kept')
})

test('error.quota-vs-rate is kept by a 429 that says how long to wait', () => {
  const empty = (headers: Record<string, string>) => judged('error.quota-vs-rate', body('', { status: 429, headers }))
  expect(empty({ 'retry-after': '2' })).toBe('kept')
  expect(empty({ 'x-ratelimit-remaining-requests': '0' })).toBe('kept')
  expect(empty({ 'ratelimit-remaining': '0, 0;w=60' })).toBe('kept')
  for (const left of ['5', '-1', '']) expect(empty({ 'x-ratelimit-remaining-tokens': left })).not.toBe('kept')
  expect(empty({})).toMatchInlineSnapshot(`
    {
      "path": "$",
      "says": "answered HTTP 429 without a word on its cause: a rate limit, a spent quota or a full service",
    }
  `)
})
