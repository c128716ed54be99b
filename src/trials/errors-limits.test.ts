import { expect, test } from 'vitest'
import { fails, says, testTrials, tryOn, useTrials, type Answer, type Asked } from './_try.test.kit.ts'

useTrials()

const ok = (asked: Asked) => says(asked, 'OK')
const counting = (prompt_tokens: number) => (asked: Asked) =>
  says(asked, 'OK', { usage: { prompt_tokens, completion_tokens: 1, total_tokens: prompt_tokens + 1 } })
const rate = (headers: Record<string, string> = {}): Answer => ({
  ...fails(429, 'Rate limit reached', 'rate_limit_exceeded'),
  headers,
})
const quota = fails(429, 'You exceeded your current quota', 'insufficient_quota')

testTrials({
  'error.context-overflow.detectable': [
    ['a code', () => fails(400, 'Too long', 'context_length_exceeded'), 'kept'],
    ['no known word', () => fails(400, 'Bad request'), 'broken', 'no known word'],
    ['a broken server', () => fails(500, 'oops'), 'broken', 'answered HTTP 500'],
    ['a code under 503', () => fails(503, 'Too long', 'context_length_exceeded'), 'broken', 'answered HTTP 503'],
    ['a silent cut', counting(4096), 'broken', 'counted 4096 tokens'],
    ['an answer to all of it', counting(22_004), 'inconclusive', 'fits'],
    ['an answer without a count', (asked) => says(asked, 'OK', { usage: null }), 'inconclusive', 'not counted'],
    ['a rate limit', () => rate(), 'inconclusive', 'rate limit'],
  ],
  'error.429.shape': [
    ['a code', () => rate(), 'kept'],
    ['no message', () => ({ status: 429, body: { error: { code: 'rate_limit_exceeded' } } }), 'broken', 'a message'],
    ['another kind', () => fails(429, 'Overloaded', 'engine_overloaded'), 'broken', 'overload'],
    ['a quota', () => quota, 'inconclusive', 'quota'],
    ['an answer', ok, 'inconclusive', 'no rate limit was met'],
  ],
  'error.429.retry-after': [
    ['retry-after', () => rate({ 'retry-after': '2' }), 'kept', '2000 ms'],
    [
      'a reset',
      () => rate({ 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1.5s' }),
      'kept',
      '1500 ms',
    ],
    [
      'the body alone',
      () => fails(429, 'Rate limit reached. Please try again in 2s', 'rate_limit_exceeded'),
      'broken',
      'without a header',
    ],
    ['a quota', () => quota, 'inconclusive', 'quota'],
    ['an answer', ok, 'inconclusive', 'no rate limit was met'],
  ],
  'headers.retry-after-effective': [
    ['an answer', (asked) => (asked.nth === 1 ? rate({ 'retry-after-ms': '5' }) : ok(asked)), 'kept', 'after 5 ms'],
    ['another 429', () => rate({ 'retry-after-ms': '5' }), 'broken', '429 again'],
    ['no limit', ok, 'inconclusive', 'no rate limit was met'],
    ['no wait', () => rate(), 'inconclusive', 'no wait'],
    ['a long wait', () => rate({ 'retry-after': '60' }), 'inconclusive', 'longer than a run waits'],
    [
      'a wrong key after it',
      ({ nth }) => (nth === 1 ? rate({ 'retry-after-ms': '5' }) : fails(401, 'No.', 'invalid_api_key')),
      'inconclusive',
      'authentication',
    ],
  ],
  'headers.cors': [
    ['a broken connection', () => ({ status: 0 }), 'inconclusive', 'could not be asked'],
    [
      'a star',
      () => ({ status: 204, headers: { 'access-control-allow-origin': '*' } }),
      'kept',
      'lets a browser ask: a preflight is answered with HTTP 204',
    ],
    ['no origin', () => ({ status: 204 }), 'kept', 'does not let'],
    [
      'a refusal',
      () => ({ ...fails(405, 'No.'), headers: { 'access-control-allow-origin': '*' } }),
      'kept',
      'does not let',
    ],
  ],
})

test('headers.retry-after-effective waits before it asks again', async () => {
  const at: number[] = []
  await tryOn('headers.retry-after-effective', (asked) => {
    at.push(performance.now())
    return asked.nth === 1 ? rate({ 'retry-after-ms': '80' }) : ok(asked)
  })

  expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(75)
})
