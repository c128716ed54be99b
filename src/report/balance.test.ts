import { expect, test } from 'vitest'
import type { Attempt } from './account.ts'
import { balanceOf, balancesOf, percentiles, undeliveredShare } from './balance.ts'
import { openPrices } from './prices.ts'
import type { TestRecord } from './verdict.ts'

const pricer = await openPrices({ 'acme-1': { input: 1, output: 2 } })
const attempt = (more: Partial<Attempt> = {}): Attempt => ({
  provider: 'acme',
  address: 'https://acme.invalid/v1/chat/completions',
  cause: 'accepted',
  asked: 'acme-1',
  input: 100,
  output: 50,
  totalMs: 500,
  ...more,
})
const refused = attempt({ cause: 'rate limit', input: 0, output: 0, usd: 0, totalMs: 10 })
const { input: _input, output: _output, ...silent } = attempt({ cause: 'cut' })

test('percentiles are by nearest rank', () => {
  const to = (last: number) => Array.from({ length: last }, (_, i) => last - i)

  expect(percentiles([])).toBeUndefined()
  expect(percentiles([7])).toEqual({ p50: 7, p95: 7, of: 1 })
  expect(percentiles([3, 1, 2])).toEqual({ p50: 2, p95: 3, of: 3 })
  expect(percentiles(to(20))).toEqual({ p50: 10, p95: 19, of: 20 })
  expect(percentiles(to(100))).toEqual({ p50: 50, p95: 95, of: 100 })
})

test('the undelivered share is that of answers whose every attempt failed', () => {
  expect(undeliveredShare(1, 2)).toBe(0)
  expect(undeliveredShare(0, 2)).toBe(1)
  expect(undeliveredShare(0.5, 0)).toBe(0.5)
  expect(undeliveredShare(0.5, 2)).toBe(0.125)
  expect(undeliveredShare(0.9, 2)).toBeCloseTo(0.001)
})

test('sums are over all attempts, and shared among the accepted ones', () => {
  // Three times 0.0002 dollars, 150 tokens and half a second, and a refusal that took 10 ms.
  const failed = attempt({ cause: 'invalid JSON', firstMs: 9000 })
  const balance = balanceOf([attempt({ firstMs: 100 }), refused, failed, attempt({ firstMs: 300 })], pricer)

  expect(balance).toMatchObject({
    attempts: 4,
    accepted: 2,
    causes: { accepted: 2, 'rate limit': 1, 'invalid JSON': 1 },
    tokens: { known: 450, unknown: 0 },
    seconds: { known: 1.51, unknown: 0 },
    each: {
      tokens: { value: 225, atLeast: false },
      seconds: { value: 0.755, atLeast: false },
      attempts: 2,
    },
    // Of accepted answers alone.
    firstMs: { p50: 100, p95: 300, of: 2 },
    totalMs: { p50: 500, p95: 500, of: 2 },
  })
  expect(balance.each.usd?.value).toBeCloseTo(0.0003, 12)
  expect(balance).not.toHaveProperty('gapMs')
})

test('what is not known makes a sum a lower bound, and where nothing is known there is none', () => {
  const part = balanceOf([attempt(), silent], pricer)
  expect(part.each.usd).toEqual({ value: 0.0002, atLeast: true })
  expect(part.each.tokens).toEqual({ value: 150, atLeast: true })
  expect(part.usd).toEqual({ known: 0.0002, unknown: 1 })

  const nothing = balanceOf([{ ...silent, cause: 'accepted' }, refused], pricer)
  expect(nothing.usd).toEqual({ known: 0, unknown: 1 })
  expect(nothing.each).not.toHaveProperty('usd')
  expect(nothing.each).not.toHaveProperty('tokens')
  expect(balanceOf([refused], pricer).each).toEqual({})
})

test('what was provoked is counted apart and nowhere else', () => {
  const balance = balanceOf([attempt(), attempt({ cause: 'provoked' })], pricer)

  expect(balance).toMatchObject({ attempts: 1, accepted: 1, provoked: 1, causes: { accepted: 1 } })
  expect(balance.usd.known).toBe(0.0002)
})

test('balances are by provider and by contract, and plain data', () => {
  const record = (contract: string, ...attempts: Attempt[]): TestRecord => ({
    provider: 'acme',
    contract,
    file: 'a.test.ts',
    verdict: 'kept',
    mode: 'live',
    account: { attempts },
  })
  const other = attempt({ provider: 'other' })
  const { account: _account, ...bare } = record('c')
  const balances = balancesOf([record('a', attempt(), other), record('b', attempt(), refused), bare], pricer)

  expect(balances.map(({ provider, attempts }) => [provider, attempts])).toEqual([
    ['acme', 3],
    ['other', 1],
  ])
  expect(balances[0]?.contracts.map(({ file, contract, attempts }) => [file, contract, attempts])).toEqual([
    ['a.test.ts', 'a', 1],
    ['a.test.ts', 'b', 2],
  ])
  expect(JSON.parse(JSON.stringify(balances))).toEqual(balances)
})
