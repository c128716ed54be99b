import { expect, test } from 'vitest'
import { classifyError } from './classify.ts'
import { whole } from './seed.ts'
import { readReply } from '../wire/reply.ts'

const of = (status: number, body: unknown) => {
  const { kind, retry } = classifyError(readReply(whole(body, { status }))) ?? {}
  return `${kind} (${retry})`
}
const error = (code: unknown, message = 'No.') => ({ error: { message, code } })

const nested = ['1113', '1304', '1302', '1305', '1261', '1301', '1002', '1112', '1211', '1120', '1200']
const flat = ['20012', '30001', '30014', '50603', '50505', '30003', '20001']
const based = ['1039', '1008', '1004', '1026', '2013', '1000']

test("a provider's own numbers mean something in its own form of body alone", () => {
  const said = [...nested, ...flat, ...based].map((code) => {
    const forms = [
      error(code),
      { code, message: 'No.' },
      { base_resp: { status_code: Number(code), status_msg: 'No.' } },
    ]
    return `${code}: ${forms.map((body) => of(302, body)).join(', ')}`
  })
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "1113: quota (never), unknown (unknown), unknown (unknown)
    1304: quota (helps), unknown (unknown), unknown (unknown)
    1302: rate limit (helps), unknown (unknown), unknown (unknown)
    1305: overload (helps), unknown (unknown), unknown (unknown)
    1261: context overflow (never), unknown (unknown), unknown (unknown)
    1301: content filter (never), unknown (unknown), unknown (unknown)
    1002: authentication (never), unknown (unknown), rate limit (helps)
    1112: permission (never), unknown (unknown), unknown (unknown)
    1211: not found (never), unknown (unknown), unknown (unknown)
    1120: server (helps), unknown (unknown), unknown (unknown)
    1200: bad request (never), unknown (unknown), unknown (unknown)
    20012: unknown (unknown), not found (never), unknown (unknown)
    30001: unknown (unknown), quota (never), unknown (unknown)
    30014: unknown (unknown), authentication (never), unknown (unknown)
    50603: unknown (unknown), rate limit (helps), unknown (unknown)
    50505: unknown (unknown), overload (helps), unknown (unknown)
    30003: unknown (unknown), permission (never), unknown (unknown)
    20001: unknown (unknown), bad request (never), unknown (unknown)
    1039: unknown (unknown), unknown (unknown), rate limit (helps)
    1008: unknown (unknown), unknown (unknown), quota (never)
    1004: authentication (never), unknown (unknown), authentication (never)
    1026: unknown (unknown), unknown (unknown), content filter (never)
    2013: unknown (unknown), unknown (unknown), bad request (never)
    1000: authentication (never), unknown (unknown), server (helps)"
  `)
})

test('a word means more than a status, but for the vaguest', () => {
  const words = [
    'insufficient_quota',
    'rate_limit_exceeded',
    'slow_down',
    'context_length_exceeded',
    'content_filter',
    'invalid_api_key',
    'access_denied',
    'model_not_found',
    'not_implemented',
    'tool_use_failed',
    'server_error',
    'invalid_request_error',
    'strange',
  ]
  const said = words.map((word) => `${word}: ${[302, 418, 501].map((status) => of(status, error(word))).join(', ')}`)
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "insufficient_quota: quota (never), quota (never), quota (never)
    rate_limit_exceeded: rate limit (helps), rate limit (helps), rate limit (helps)
    slow_down: overload (helps), overload (helps), overload (helps)
    context_length_exceeded: context overflow (never), context overflow (never), context overflow (never)
    content_filter: content filter (never), content filter (never), content filter (never)
    invalid_api_key: authentication (never), authentication (never), authentication (never)
    access_denied: permission (never), permission (never), permission (never)
    model_not_found: not found (never), not found (never), not found (never)
    not_implemented: bad request (never), bad request (never), server (never)
    tool_use_failed: bad request (helps), bad request (helps), bad request (helps)
    server_error: server (helps), bad request (never), server (never)
    invalid_request_error: bad request (never), bad request (never), server (never)
    strange: unknown (unknown), bad request (never), server (never)"
  `)
})

test('a phrase means something where no word does', () => {
  const phrases = [
    'You exceeded your current quota',
    'Your budget has been exceeded',
    'no available channel',
    'Too many requests',
    'The server is busy',
    'prompt is too long',
    'inappropriate content',
    'Incorrect API key',
    'You are not allowed to do this',
    'model x does not exist',
  ]
  const said = phrases.map(
    (phrase) => `${phrase}: ${[302, 418].map((status) => of(status, error(null, phrase))).join(', ')}`,
  )
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "You exceeded your current quota: quota (never), quota (never)
    Your budget has been exceeded: quota (never), quota (never)
    no available channel: not found (unknown), not found (unknown)
    Too many requests: rate limit (helps), rate limit (helps)
    The server is busy: overload (helps), overload (helps)
    prompt is too long: context overflow (never), context overflow (never)
    inappropriate content: content filter (never), content filter (never)
    Incorrect API key: authentication (never), authentication (never)
    You are not allowed to do this: unknown (unknown), permission (never)
    model x does not exist: not found (never), not found (never)"
  `)
})

test('a bare status has the last word', () => {
  const statuses = [400, 401, 402, 403, 404, 408, 409, 410, 413, 425, 429, 434, 451, 500, 501, 503, 505, 529]
  expect(statuses.map((status) => `${status}: ${of(status, error(null))}`).join('\n')).toMatchInlineSnapshot(`
    "400: bad request (never)
    401: authentication (never)
    402: quota (never)
    403: permission (never)
    404: not found (never)
    408: server (helps)
    409: bad request (helps)
    410: not found (never)
    413: context overflow (never)
    425: server (helps)
    429: rate limit (helps)
    434: permission (never)
    451: permission (never)
    500: server (helps)
    501: server (never)
    503: overload (helps)
    505: server (never)
    529: overload (helps)"
  `)
})
