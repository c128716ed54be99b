import { expect, test } from 'vitest'
import { completion, whole } from '../contracts/seed.ts'
import { readLimits } from './limits.ts'
import { readReply } from './reply.ts'

const read = (headers: Record<string, string>) => readLimits(readReply(whole(completion(), { headers })))

// Each as recorded, names and values.
const spellings = {
  OpenAI: [
    {
      'x-ratelimit-limit-requests': '30000',
      'x-ratelimit-limit-tokens': '150000000',
      'x-ratelimit-remaining-requests': '29999',
      'x-ratelimit-remaining-tokens': '149999962',
      'x-ratelimit-reset-requests': '2ms',
      'x-ratelimit-reset-tokens': '0s',
    },
    [
      { what: 'requests', limit: 30000, remaining: 29999, resetMs: 2 },
      { what: 'tokens', limit: 150000000, remaining: 149999962, resetMs: 0 },
    ],
  ],
  Azure: [
    {
      'x-ratelimit-key': 'gpt-5.6-luna',
      'x-ratelimit-remaining-requests': '49',
      'x-ratelimit-reset-requests': '1',
      'x-ratelimit-limit-requests': '50',
      'x-ratelimit-renewalperiod-requests': '60',
      'x-ratelimit-abusepenalty-active': 'False',
      'x-ratelimit-remaining-tokens': '-1',
      'x-ratelimit-limit-tokens': '-1',
    },
    [{ what: 'requests', window: 'minute', limit: 50, remaining: 49, resetMs: 1000 }],
  ],
  Groq: [
    { 'x-ratelimit-remaining-tokens': '4926', 'x-ratelimit-reset-tokens': '23.055s' },
    [{ what: 'tokens', remaining: 4926, resetMs: 23055 }],
  ],
  Mistral: [
    {
      'x-ratelimit-limit-tokens-minute': '100000',
      'x-ratelimit-remaining-tokens-minute': '93621',
      'x-ratelimit-tokens-query-cost': '55',
      'x-ratelimit-limit-req-minute': '100',
      'x-ratelimit-remaining-req-minute': '98',
      'x-ratelimit-remaining-req-10-second': '5',
    },
    [
      { what: 'tokens', window: 'minute', limit: 100000, remaining: 93621 },
      { what: 'requests', window: 'minute', limit: 100, remaining: 98 },
      { what: 'requests', window: '10 seconds', remaining: 5 },
    ],
  ],
  Cerebras: [
    {
      'x-ratelimit-limit-requests-day': '1440000',
      'x-ratelimit-remaining-requests-day': '1440000',
      'x-ratelimit-reset-requests-day': '24483.583845615387',
    },
    [{ what: 'requests', window: 'day', limit: 1440000, remaining: 1440000, resetMs: 24483584 }],
  ],
  Fireworks: [
    {
      'x-ratelimit-limit-tokens-generated': '6000',
      'x-ratelimit-remaining-tokens-generated': '5990',
      'x-ratelimit-remaining-tokens-prompt': '59954',
      'x-ratelimit-over-limit': 'no',
    },
    [
      { what: 'generated tokens', limit: 6000, remaining: 5990 },
      { what: 'prompt tokens', remaining: 59954 },
    ],
  ],
  Together: [
    {
      'x-ratelimit': 'false',
      'x-ratelimit-limit': '10',
      'x-ratelimit-limit-tokens': '3000',
      'x-ratelimit-remaining': '19',
      'x-ratelimit-remaining-tokens': '3000',
      'x-ratelimit-reset': '2',
    },
    [
      { what: 'requests', limit: 10, remaining: 19, resetMs: 2000 },
      { what: 'tokens', limit: 3000, remaining: 3000 },
    ],
  ],
  'Hugging Face, where the largest number stands for none': [
    { 'x-ratelimit-remaining-requests-hour': '119998', 'x-ratelimit-remaining-tokens-day': '9223372036854767616' },
    [{ what: 'requests', window: 'hour', remaining: 119998 }],
  ],
  LiteLLM: [
    { 'x-litellm-key-tpm-limit': '1000', 'x-litellm-key-rpm-limit': 'None' },
    [{ what: 'tokens', window: 'minute', limit: 1000 }],
  ],
  'the IETF draft': [{ 'ratelimit-limit': '100, 100;w=60' }, [{ what: 'requests', limit: 100 }]],
  'one that has none': [{ 'x-ratelimit-remaining-coffee': '3', 'x-ratelimit-reset-requests': '1s' }, []],
} as const

test.for(Object.entries(spellings))('limits are read in the spelling of %s', ([, [headers, limits]]) => {
  expect(read(headers)).toEqual(limits)
})

test("OpenRouter's limits stand in the body of a 429, and its reset is a time", () => {
  const headers = { 'X-RateLimit-Limit': '1', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '1754667660000' }
  const body = { error: { message: 'Rate limit exceeded', code: 429, metadata: { headers, provider_name: null } } }
  const date = { date: 'Fri, 08 Aug 2025 15:40:34 GMT' }

  expect(readLimits(readReply(whole(body, { status: 429, headers: date })))).toEqual([
    { what: 'requests', limit: 1, remaining: 0, resetMs: 26000 },
  ])
  expect(readLimits(readReply(whole(body, { status: 429 })))).toEqual([{ what: 'requests', limit: 1, remaining: 0 }])
})

test.each(['\u001b]0;owned\u0007', '60\u001b[2J', '1e3', '-1', '', '9'.repeat(10)])(
  'a period that is no whole number of seconds is no window: %j',
  (period) => {
    const headers = { 'x-ratelimit-limit-requests': '5', 'x-ratelimit-renewalperiod-requests': period }
    const body = { error: { message: 'Rate limit exceeded', code: 429, metadata: { headers } } }

    expect(readLimits(readReply(whole(body, { status: 429 })))).toEqual([{ what: 'requests', limit: 5 }])
  },
)

test('a period other than a minute, an hour or a day is told in seconds', () => {
  const headers = { 'x-ratelimit-limit-requests': '5', 'x-ratelimit-renewalperiod-requests': '10' }

  expect(read(headers)).toEqual([{ what: 'requests', window: '10 seconds', limit: 5 }])
})
