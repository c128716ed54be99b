import { describe, expect, test } from 'vitest'
import { classifyError } from './classify.ts'
import { whole } from './seed.ts'
import { readReply } from '../wire/reply.ts'

const error = (code: unknown, message = 'No.', more: object = {}) => ({ error: { message, code, ...more } })
const retry = (status: number, body: unknown, headers: Record<string, string>) =>
  classifyError(readReply(whole(body, { status, headers })))?.retry

test('Gemini calls its pace a quota: with a limit of 0 it is one', () => {
  const exhausted = (limit: number) => {
    const message = `You exceeded your current quota.\n* Quota exceeded for metric: generate_requests, limit: ${limit}, model: g\nPlease retry in 43.5s.`
    const { kind, retry, afterMs } =
      classifyError(readReply(whole(error(429, message, { status: 'RESOURCE_EXHAUSTED' }), { status: 429 }))) ?? {}
    return [kind, retry, afterMs]
  }
  expect(exhausted(10)).toEqual(['rate limit', 'helps', 43_500])
  expect(exhausted(0)).toEqual(['quota', 'never', undefined])
})

describe('how long to wait', () => {
  const date = 'Fri, 08 Aug 2025 15:40:34 GMT'
  const limited = (headers: Record<string, string>, message = 'Rate limit reached', more: object = {}) =>
    classifyError(readReply(whole(error('rate_limit_exceeded', message, more), { status: 429, headers })))?.afterMs

  test.each([
    [{ 'retry-after': '2' }, 2_000],
    [{ 'retry-after': '1.5' }, 1_500],
    [{ 'retry-after': '9', 'retry-after-ms': '250' }, 250],
    [{ 'retry-after': 'Fri, 08 Aug 2025 15:41:04 GMT', date }, 30_000],
    [{ 'retry-after': 'Fri, 08 Aug 2025 15:40:04 GMT', date }, 0],
    [{ 'retry-after': 'Fri, 08 Aug 2025 15:41:04 GMT' }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': ' 2 ' }, 2_000],
    [{ 'retry-after': '1d1h' }, 90_000_000],
    [{ 'retry-after': '2', 'retry-after-ms': '-1' }, 2_000],
    [{ 'retry-after': '2', 'retry-after-ms': 'Infinity' }, 2_000],
    [{ 'retry-after': 'May 5, 2099', date }, undefined],
    [{ 'retry-after': ' Fri, 08 Aug 2025 15:41:04 GMT', date }, 30_000],
    [{ 'x-ratelimit-remaining-requests': ' ', 'x-ratelimit-reset-requests': '6m0s' }, undefined],
    [{ 'retry-after': '-5' }, undefined],
    [{ 'retry-after': '6m0s' }, 360_000],
    [{ 'retry-after-ms': '' }, undefined],
    [{ 'retry-after-ms': '', 'retry-after': '3' }, 3_000],
    [{ 'retry-after-ms': '-1', 'retry-after': '3' }, 3_000],
    [{ 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '6m0s' }, 360_000],
    [{ 'x-ratelimit-remaining-requests': '9', 'x-ratelimit-reset-requests': '6m0s' }, undefined],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1754667660000', date }, 26_000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '1754667660', date }, 26_000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2025-08-08T15:40:44Z', date }, 10_000],
    [
      { 'anthropic-ratelimit-tokens-remaining': '0', 'anthropic-ratelimit-tokens-reset': '2025-08-08T15:40:44Z', date },
      10_000,
    ],
  ])('%j', (headers, afterMs) => {
    expect(limited(headers)).toBe(afterMs)
  })

  test.each([
    ['Please try again in 1.384199999s. Need more?', 1_384],
    ['Please try again in 6m12.5s.', 372_500],
    ['Please try again in 20ms.', 20],
    ['Please retry after 26 seconds.', 26_000],
    ['Please try again in 2 minutes.', 120_000],
    ['Please try again in 2 Minutes.', 120_000],
    ['Please retry in 3, not before', 3_000],
    ['Please try again in 5 hours.', 18_000_000],
    ['Please try again in 2 days', 172_800_000],
    ['Try again in 1h12m3.5s.', 4_323_500],
    ['Retry after 1 minute and 30 seconds, or later.', 90_000],
    ['Retry in 250 milliseconds', 250],
    ['Retry after 20.', 20_000],
    ['Retry after 20', 20_000],
    ['Please wait 30 seconds before retrying', 30_000],
    ['请在 24 秒后重试', 24_000],
    ['请在2小时后重试', 7_200_000],
    ['Try again in 3 fortnights', undefined],
    ['Please try again later.', undefined],
  ])('%s', (message, afterMs) => {
    expect(limited({}, message)).toBe(afterMs)
  })

  test.each([
    [{ details: [{ '@type': 'x' }, { '@type': 'y.RetryInfo', retryDelay: '32s' }] }, 32_000],
    [{ resets_in_seconds: 90.5 }, 90_500],
    [{ details: 'none', resets_in_seconds: 'soon' }, undefined],
  ])('%j', (fields, afterMs) => {
    expect(limited({}, 'x', fields)).toBe(afterMs)
  })

  test('the headers that OpenRouter puts into the body count too', () => {
    const headers = { 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '1754667660000', toString: 1 }
    expect(limited({ date }, 'x', { metadata: { headers } })).toBe(26_000)
  })

  test('a server has the last word on retries', () => {
    expect(retry(429, error('rate_limit_exceeded'), { 'x-should-retry': 'false' })).toBe('never')
    expect(retry(400, error(null), { 'x-should-retry': 'true' })).toBe('helps')
  })
})
