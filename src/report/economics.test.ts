import { expect, test } from 'vitest'
import { listedIn } from '../testing/catalogue.ts'
import type { Attempt } from './account.ts'
import { balanceOf } from './balance.ts'
import type { Burn } from './burn.ts'
import { economics } from './economics.ts'
import { openPrices } from './prices.ts'

const pricer = await openPrices({ 'acme-1': { input: 1, output: 2 } })
const attempt = (more: Partial<Attempt> = {}): Attempt => ({
  provider: 'acme',
  address: '',
  cause: 'accepted',
  asked: 'acme-1',
  input: 100,
  output: 50,
  ...more,
})
const measure = (id: string, attempts: readonly Attempt[], burns: readonly Burn[] = []) =>
  economics.find((one) => one.id === id)?.measure({ attempts, balance: balanceOf(attempts, pricer), burns, pricer })

test('every economic contract of the catalogue is here', ({ skip }) => {
  const listed = listedIn(['economic'], skip)
  const own = economics.map(({ id, level, mode, needs }) => ({ id, level, mode, needs }))

  expect(own.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(
    listed
      .map(({ id, severity, gate }) => ({ id, level: severity, mode: 'economic', needs: gate ?? [] }))
      .toSorted((a, b) => a.id.localeCompare(b.id)),
  )
})

test('the cost and the attempts of an accepted answer', () => {
  const attempts = [
    attempt(),
    attempt({ cause: 'schema' }),
    attempt({ cause: 'rate limit', input: 0, output: 0, usd: 0 }),
  ]
  const { input: _input, ...silent } = attempt({ cause: 'cut' })

  expect(measure('econ.cost-per-accepted', attempts)?.says).toMatchInlineSnapshot(
    `"cost $0.0004 for each of 1 accepted answer in 3 attempts"`,
  )
  expect(measure('econ.cost-per-accepted', [attempt(), silent])?.says).toMatchInlineSnapshot(
    `"cost at least $0.0002 for each of 1 accepted answer in 2 attempts"`,
  )
  expect(measure('econ.cost-per-accepted', [silent])).toEqual({ verdict: 'unchecked' })
  expect(measure('econ.retry-amplification', attempts)?.says).toMatchInlineSnapshot(
    `"took 3.00 attempts for each accepted answer, 3 in all (1 schema, 1 rate limit)"`,
  )
  expect(measure('econ.retry-amplification', [attempt()])?.says).toMatchInlineSnapshot(
    `"took 1.00 attempts for each accepted answer, 1 in all"`,
  )
  expect(measure('econ.retry-amplification', [silent])).toEqual({ verdict: 'unchecked' })
})

test('the quota that a run burnt', () => {
  const burn: Burn = { what: 'requests', limit: 10_000, remaining: 9_998, fell: 1, own: 2 }

  expect(measure('econ.quota-burn', [attempt()], [burn])).toMatchInlineSnapshot(`
    {
      "notable": true,
      "says": "9,998 of 10,000 requests left (fell by 1, sent 2)",
      "verdict": "kept",
    }
  `)
  expect(measure('econ.quota-burn', [attempt()])).toEqual({ verdict: 'unchecked' })
})

test('a reported cost is the price times the usage, to 2 %', () => {
  const verdict = (...usd: (number | undefined)[]) =>
    measure(
      'econ.price-consistency',
      usd.map((one) => attempt(one === undefined ? {} : { usd: one })),
    )

  // By the table each costs $0.0002.
  expect(verdict(0.0002, 0.000204, 0.000196, undefined)).toMatchInlineSnapshot(`
    {
      "says": "reported the cost of the price table in 3 answers",
      "verdict": "kept",
    }
  `)
  expect(verdict(0.0002, 0.000205, 0.00021)).toMatchInlineSnapshot(`
    {
      "notable": true,
      "says": "reported a cost more than 2 % off the price table in 2 of 3 answers ($0.00021 reported, $0.0002 by the table)",
      "verdict": "broken",
    }
  `)
  expect(verdict(0.000195)?.verdict).toBe('broken')
  expect(verdict(0)?.verdict).toBe('broken')
  expect(verdict(undefined)).toEqual({ verdict: 'unchecked' })
  expect(measure('econ.price-consistency', [attempt({ usd: 1, asked: 'unknown' })])).toEqual({ verdict: 'unchecked' })
  expect(measure('econ.price-consistency', [attempt({ usd: 1, cause: 'cut' })])).toEqual({ verdict: 'unchecked' })
})

test('what is counted for an abandoned answer is compared with what was delivered of it', () => {
  const given = (output: number, delivered: number) => attempt({ cause: 'aborted', output, delivered })
  const { output: _output, ...silent } = given(0, 9)

  expect(measure('abort.billing', [given(9, 9)])).toMatchInlineSnapshot(`
    {
      "says": "counted no more tokens than it delivered in 1 abandoned answer",
      "verdict": "kept",
    }
  `)
  expect(measure('abort.billing', [given(9, 9), given(10, 9)])).toMatchInlineSnapshot(`
    {
      "notable": true,
      "says": "counted more tokens than it had delivered bytes of text in 1 of 2 abandoned answers",
      "verdict": "kept",
    }
  `)
  expect(measure('abort.billing', [silent, attempt()])).toEqual({ verdict: 'unchecked' })
})
