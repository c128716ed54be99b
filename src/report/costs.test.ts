import { expect, test } from 'vitest'
import type { Account, Attempt } from './account.ts'
import { renderCosts } from './costs.ts'
import { openPrices } from './prices.ts'
import type { TestRecord } from './verdict.ts'

const pricer = await openPrices({ 'acme-1': { input: 1, output: 2 } })
const attempt = (provider: string, more: Partial<Attempt> = {}): Attempt => ({
  provider,
  address: 'https://acme.invalid/v1/chat/completions',
  cause: 'accepted',
  asked: 'acme-1',
  input: 1000,
  output: 500,
  totalMs: 800,
  firstMs: 120,
  gapMs: 45,
  tokensPerSecond: 87.4,
  ...more,
})
const record = (account: Account, more: Partial<TestRecord> = {}): TestRecord => ({
  provider: 'openai',
  contract: 'answers',
  file: 'a.test.ts',
  verdict: 'kept',
  mode: 'live',
  origin: 'live',
  account,
  ...more,
})
const look = { width: 140, color: false }
const nothing = { input: 0, output: 0, usd: 0, totalMs: 20 }

test('a row for each provider, why attempts failed, what remains, and what the numbers are worth', () => {
  const { input: _input, output: _output, ...silent } = attempt('qwen', { cause: 'cut' })
  const limit = (remaining: number) => [{ what: 'requests' as const, limit: 10_000, remaining }]
  const limits = [{ provider: 'openai', first: limit(9_999), last: limit(9_998) }]
  const records = [
    record({ attempts: [attempt('openai'), attempt('openai', { firstMs: 340 })], limits }),
    record({
      attempts: [
        attempt('deepseek', { cause: 'rate limit', ...nothing }),
        attempt('deepseek', { cause: 'invalid JSON' }),
        attempt('deepseek', { cause: 'provoked' }),
        attempt('deepseek'),
        attempt('deepseek', { usd: 0.0021 }),
      ],
    }),
    record({ attempts: [silent, attempt('qwen')] }),
    record({ attempts: [attempt('groq', { asked: 'unheard-of' })] }),
    record({ attempts: [attempt('zhipu', { cause: 'auth', ...nothing })] }),
  ]

  expect(renderCosts(records, pricer, look)).toMatchInlineSnapshot(`
    "What accepted answers cost

              attempts  accepted    $ each  tokens each  s each  attempts each  first token p50/p95  tok/s p50  gap p95
    openai           2         2    $0.002        1,500    0.80           1.00         120 / 340 ms         87    45 ms
    deepseek         4         2  $0.00305        2,250    1.21           2.00         120 / 120 ms         87    45 ms
    qwen             2         1  ≥ $0.002      ≥ 1,500    1.60           2.00         120 / 120 ms         87    45 ms
    groq             1         1         –        1,500    0.80           1.00         120 / 120 ms         87    45 ms
    zhipu            1         0         –            –       –              –                    –          –        –

    openai: 9,998 of 10,000 requests left (fell by 1, sent 2).
    deepseek: 2 of 4 attempts were for nothing (1 rate limit, 1 invalid JSON); with 2 retries 13 % of the answers would still be missing.
    deepseek: warning, it reported a cost more than 2 % off the price table in 1 of 1 answer ($0.0021 reported, $0.002 by the table).
    qwen: 1 of 2 attempts were for nothing (1 cut); with 2 retries 13 % of the answers would still be missing.
    zhipu: 1 of 1 attempts were for nothing (1 auth).
    No price is known of groq/unheard-of: give it as the option prices.
    ≥: of some attempts it is not known, as of those without usage.
    Not counted: 1 that the tests themselves provoked.
    "
  `)
})

test('stand-ins and recordings are named as what they are', () => {
  const { firstMs: _first, gapMs: _gap, tokensPerSecond: _rate, ...whole } = attempt('openai', { recorded: true })

  expect(renderCosts([record({ attempts: [whole] }, { origin: 'stand-in' })], pricer, look)).toMatchInlineSnapshot(`
    "What accepted answers cost

            attempts  accepted  $ each  tokens each  s each  attempts each  first token p50/p95  tok/s p50  gap p95
    openai         1         1  $0.002        1,500    0.80           1.00                    –          –        –

    Times are those of the recordings; prices are today's.
    From stand-ins: not a measurement (openai).
    "
  `)
})

test('nothing is said where nobody was asked, or only by provocation', () => {
  const { account: _account, ...bare } = record({ attempts: [] })
  const provoked = record({ attempts: [attempt('openai', { cause: 'provoked' })] })

  expect(renderCosts([bare, record({ attempts: [] }), provoked], pricer, look)).toBe('')
})

test('what a provider sent is safe to print: its models, its limits and its name', () => {
  const evil = '\u001b]0;owned\u0007\n'
  const limit = [{ what: 'requests' as const, window: `day${evil}`, remaining: 1 }]
  const attempts = [attempt(`acme${evil}`, { asked: `m${evil}` })]
  const limits = [{ provider: `acme${evil}`, first: limit, last: limit }]
  const text = renderCosts([record({ attempts, limits }, { origin: 'stand-in' })], pricer, look)

  expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u)
  expect(
    text
      .split('\n')
      .filter((line) => line.includes('owned'))
      .map((line) => line.slice(0, 90).trim()),
  ).toMatchInlineSnapshot(`
    [
      "acme\\u001b]0;owned\\u0007\\n         1         1       –        1,500    0.80           1.00",
      "acme\\u001b]0;owned\\u0007\\n: 1 requests per day\\u001b]0;owned\\u0007\\n left (sent 1).",
      "No price is known of acme\\u001b]0;owned\\u0007\\n/m\\u001b]0;owned\\u0007\\n: give it as the op",
      "From stand-ins: not a measurement (acme\\u001b]0;owned\\u0007\\n).",
    ]
  `)
})
