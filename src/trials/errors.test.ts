import { expect, test } from 'vitest'
import { fails, says, testTrials, tryOn, useTrials, type Answer, type Asked } from './_try.test.kit.ts'

useTrials()

const html: Answer = { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>Not found</html>' }
const ok = (asked: Asked) => says(asked, 'Hello')
const noMessages = fails(400, 'messages must not be empty', null, 'messages')
const noModel = fails(404, 'The model does not exist', 'model_not_found')
const badKey = fails(401, 'Incorrect API key provided', 'invalid_api_key')
const rate: Answer = {
  ...fails(429, 'Rate limit reached', 'rate_limit_exceeded'),
  headers: { 'retry-after-ms': '1' },
}
const untyped = (error: object): Answer => ({ status: 401, body: { error } })

const isBroken = ({ text }: Asked) => text.endsWith('Say he')
const isArray = ({ text }: Asked) => text === '[]'

const final = (status: number): Answer => ({ ...fails(status, 'oops'), headers: { 'x-should-retry': 'false' } })
const soon = (status: number): Answer => ({ ...fails(status, 'oops'), headers: { 'retry-after-ms': '1' } })

testTrials({
  'error.400.malformed-json': [
    ['a 4xx to each', () => noMessages, 'kept'],
    ['a 5xx to broken JSON', (asked) => (isBroken(asked) ? fails(500, 'oops') : noMessages), 'broken', 'breaks off'],
    ['an answer to an array', (asked) => (isArray(asked) ? ok(asked) : noMessages), 'broken', 'no object'],
    [
      'an answer to wrong types',
      (asked) => (isBroken(asked) || isArray(asked) ? noMessages : ok(asked)),
      'broken',
      'that are a text',
    ],
    ['a rate limit', () => rate, 'inconclusive', 'rate limit'],
  ],
  'error.400.names-param': [
    ['the name of it', () => noMessages, 'kept'],
    ['no word of it', () => fails(400, 'Bad request'), 'broken', 'did not say'],
    ['an answer', ok, 'inconclusive', 'did not refuse'],
  ],
  'error.401.bad-key': [
    ['a 401 with a code', () => badKey, 'kept'],
    ['a 401 without a word', () => untyped({ message: 'No.', code: '401' }), 'broken', 'neither of which'],
    ['a 401 without a message', () => untyped({ code: 'invalid_api_key' }), 'broken', 'without a message'],
    ['another status', () => fails(403, 'No.', 'invalid_api_key'), 'broken', 'HTTP 403'],
    ['an answer', ok, 'broken', 'HTTP 200 to a wrong key'],
    ['a rate limit', () => rate, 'inconclusive', 'rate limit'],
    ['a server that is down', () => final(503), 'inconclusive', 'could not be asked'],
    ['a server that is down for a moment', ({ nth }) => (nth === 1 ? soon(502) : badKey), 'kept'],
    ['a 401 in the words of a broken server', () => untyped({ message: 'No.', type: 'server_error' }), 'broken'],
  ],
  'error.404.unknown-model': [
    ['a 404', () => noModel, 'kept'],
    ['a 400 in Chinese', () => fails(400, '模型不存在'), 'kept'],
    ['a 400 that says nothing', () => fails(400, 'Bad request'), 'broken', 'did not say that it was the model'],
    ['a 503', () => fails(503, 'No channel for the model', 'model_not_found'), 'broken', 'HTTP 503'],
    ['an answer', ok, 'broken', 'HTTP 200'],
    ['a wrong key', () => badKey, 'inconclusive', 'authentication'],
  ],
  'error.404.path-json': [
    ['a 404 in JSON', () => fails(404, 'Invalid URL'), 'kept'],
    ['a page', () => html, 'broken', 'without JSON'],
    ['a 200', () => ({ body: { error: 'Unexpected endpoint' } }), 'broken', 'HTTP 200'],
    ['a 500', () => fails(500, 'oops'), 'broken', 'HTTP 500'],
    ['a rate limit', () => rate, 'inconclusive', 'rate limit'],
  ],
  'error.413-422.json': [
    ['JSON', () => noMessages, 'kept'],
    ['a page', () => html, 'broken', 'without JSON'],
    ['an answer', ok, 'inconclusive', 'did not refuse'],
    ['a rate limit', () => rate, 'inconclusive', 'rate limit'],
  ],
  'error.stream-parity': [
    ['the same', () => noMessages, 'kept'],
    [
      'another code',
      ({ body }) => fails(400, 'No.', body.stream === true ? 'a' : 'b'),
      'broken',
      'the code "b", and the same one streamed with "a"',
    ],
    [
      'another status',
      ({ body }) => fails(body.stream === true ? 422 : 400, 'No.'),
      'broken',
      'the status 400, and the same one streamed with 422',
    ],
    ['an answer', ok, 'inconclusive', 'did not refuse'],
  ],
})

test('error.401.bad-key sends another key than the provider knows', async () => {
  const keys: unknown[] = []
  await tryOn('error.401.bad-key', ({ headers }) => (keys.push(headers.authorization), badKey))

  expect(keys).toEqual(['Bearer llm-contracts-bad-key'])
})

test('error.401.bad-key means nothing where no key is needed', async () => {
  expect(await tryOn('error.401.bad-key', ok, { keyOptional: true })).toMatchObject({
    verdict: 'inconclusive',
    reason: 'this server needs no key',
  })
})

test('error.404.unknown-model asks for a model that is not there', async () => {
  const models: unknown[] = []
  await tryOn('error.404.unknown-model', ({ body }) => (models.push(body.model), noModel))

  expect(models).toEqual(['no-such-model'])
})
