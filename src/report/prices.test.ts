import { describe, expect, test } from 'vitest'
import type { Attempt } from './account.ts'
import { checkPrices, openPrices } from './prices.ts'

const now = new Date('2026-11-22T12:00:00Z')
const attempt = (more: Partial<Attempt> = {}): Attempt => ({
  provider: 'openai',
  address: 'https://api.openai.com/v1/chat/completions',
  cause: 'accepted',
  asked: 'gpt-4o-mini',
  input: 1_000_000,
  output: 1_000_000,
  ...more,
})

describe('an attempt is priced', () => {
  test('by the wire, then by the own table, then by the list', async () => {
    const own = await openPrices({ 'gpt-4o-mini': { input: 1, output: 2 } }, now)
    const { charge } = await openPrices({}, now)

    expect(own.charge(attempt({ usd: 7 }))).toEqual({ usd: 7, from: 'wire' })
    expect(own.byTable(attempt({ usd: 7 }))).toEqual({ usd: 3, from: 'own' })
    expect(own.charge(attempt())).toEqual({ usd: 3, from: 'own' })
    // $0.15 and $0.60 a million tokens.
    expect(charge(attempt())).toEqual({ usd: 0.75, from: 'list' })
  })

  test('by provider and model before the model, and by the model asked for before the one that answered', async () => {
    const { charge } = await openPrices(
      { 'openai/m': { input: 1, output: 0 }, m: { input: 2, output: 0 }, n: { input: 3, output: 0 } },
      now,
    )

    expect(charge(attempt({ asked: 'm', answered: 'n' }))?.usd).toBe(1)
    expect(charge(attempt({ asked: 'm', provider: 'groq' }))?.usd).toBe(2)
    expect(charge(attempt({ asked: 'alias', answered: 'n' }))?.usd).toBe(3)
    expect(charge(attempt({ asked: 'toString', address: 'https://acme.invalid' }))).toBeUndefined()
  })

  test('with what came from a cache at its own price, where it has one', async () => {
    const prices = { a: { input: 1, output: 2, cached: 0.1 }, b: { input: 1, output: 2 } }
    const { charge } = await openPrices(prices, now)
    const cached = { input: 1000, cached: 400, output: 500 }

    // 600 at $1, 400 at $0.1 and 500 at $2 a million.
    expect(charge(attempt({ asked: 'a', ...cached }))?.usd).toBeCloseTo(0.00164, 12)
    expect(charge(attempt({ asked: 'b', ...cached }))?.usd).toBe(0.002)
    expect(charge(attempt({ asked: 'a', input: 100, output: 0, cached: 999 }))?.usd).toBe(0.00001)
    const list = await openPrices({}, now)
    expect(list.charge(attempt({ cached: 1_000_000 }))?.usd).toBeCloseTo(0.675, 12)
  })

  test('never by a guess: unknown models, hosts and counts have no price', async () => {
    const { charge } = await openPrices({ m: { input: 1, output: 2 } }, now)
    const { input: _input, ...uncounted } = attempt()

    expect(charge(uncounted)).toBeUndefined()
    expect(charge({ ...uncounted, asked: 'm' })).toBeUndefined()
    expect(charge(attempt({ asked: 'no-such-model' }))).toBeUndefined()
    expect(charge(attempt({ address: 'http://127.0.0.1:8080/v1/chat/completions' }))).toBeUndefined()
    expect(charge(attempt({ address: 'https://gateway.example.com/v1/chat/completions' }))).toBeUndefined()
    expect(charge(attempt({ input: 1, cached: 5 }))).toBeUndefined()
    const { asked: _asked, ...nameless } = attempt()
    expect(charge(nameless)).toBeUndefined()
  })
})

test('the option is plain data, and says what is wrong with it', () => {
  const prices = { m: { input: 0, output: 1, cached: 0.5 } }
  expect(checkPrices(undefined)).toEqual({})
  expect(checkPrices(prices)).toEqual(prices)
  const said = (value: unknown) => {
    try {
      return checkPrices(value)
    } catch (error) {
      return (error as Error).message
    }
  }
  const wrong = [
    [],
    { m: 1 },
    { m: { input: 1 } },
    { m: { input: 1, output: -1 } },
    { m: { input: 1, output: 1, in: 1 } },
  ]
  expect(wrong.map(said)).toMatchInlineSnapshot(`
    [
      "The option \`prices\` is no table: write { 'deepseek-v4-flash': { input: 0.28, output: 0.42 } }.",
      "The price of "m" is no object: write { input: 0.28, output: 0.42 }.",
      "The output price of "m" is no amount: write US dollars per million tokens, 0 or more.",
      "The output price of "m" is no amount: write US dollars per million tokens, 0 or more.",
      "The price of "m" has a field in: there are input, output and cached.",
    ]
  `)
  expect(said({ m: { input: 1, output: 1, cached: '1' } })).toMatchInlineSnapshot(
    `"The cached price of "m" is no amount: write US dollars per million tokens, 0 or more."`,
  )
})
