import { describe, expect, test } from 'vitest'
import { Pacer, type Budget, type Pace } from './pacer.ts'
import { endTurn, openTurnstile, takeTurn } from './turnstile.ts'

/** A pacer whose clock moves only by its own waiting. */
function paced(budget: Budget, pace: Pace = {}) {
  let now = 0
  const waits: number[] = []
  const sleep = (ms: number) => {
    waits.push(ms)
    now += ms
    return Promise.resolve()
  }
  return {
    pacer: new Pacer(budget, { acme: pace }, { now: () => now, sleep }),
    waits,
    pass: (ms: number) => (now += ms),
  }
}

describe('a budget', () => {
  test('of requests lets as many pass, and says what is spent', async () => {
    const { pacer } = paced({ requests: 2 })

    expect([await pacer.acquire('acme'), await pacer.acquire('qwen'), await pacer.acquire('acme')]).toEqual([
      undefined,
      undefined,
      '2 requests',
    ])
  })

  test.each([
    ['tokens', { tokens: 100 }, { tokens: 60 }, '100 tokens'],
    ['money', { usd: 0.01 }, { usd: 0.006 }, '$0.01'],
  ] as const)('of %s is spent once what has ended reaches it', async (_, budget, used, limit) => {
    const { pacer } = paced(budget)
    for (const expected of [undefined, undefined, limit]) {
      expect(await pacer.acquire('acme')).toBe(expected)
      if (expected === undefined) pacer.release('acme', used)
    }
  })

  test('that is spent turns away those who wait', async () => {
    const { pacer } = paced({ requests: 1 }, { concurrency: 1 })
    await pacer.acquire('acme')
    const waiting = Promise.all([pacer.acquire('acme'), pacer.acquire('acme')])
    pacer.release('acme', {})

    expect(await waiting).toEqual(['1 requests', '1 requests'])
  })
})

describe('a pace', () => {
  test('lets no more requests be under way than it says, each provider for itself', async () => {
    const { pacer } = paced({}, { concurrency: 2 })
    const begun: string[] = []
    const ask = async (name: string) => {
      await pacer.acquire('acme')
      begun.push(name)
    }
    const all = ['a', 'b', 'c'].map(ask)
    await Promise.all(all.slice(0, 2))
    expect(begun).toEqual(['a', 'b'])
    expect(await pacer.acquire('qwen')).toBeUndefined()

    pacer.release('acme', {})
    await all[2]

    expect(begun).toEqual(['a', 'b', 'c'])
  })

  test('waits until the first of the last minute is a minute old', async () => {
    const { pacer, waits, pass } = paced({}, { perMinute: 2 })
    await pacer.acquire('acme')
    pass(10_000)
    await pacer.acquire('acme')
    await pacer.acquire('acme')
    await pacer.acquire('acme')

    expect(waits).toEqual([50_000, 10_000])
  })

  test('of one request at a time stays so while a minute is waited for', async () => {
    const { pacer, waits } = paced({}, { perMinute: 1, concurrency: 1 })
    await pacer.acquire('acme')
    const others = [pacer.acquire('acme'), pacer.acquire('acme')]
    pacer.release('acme', {})
    await others[0]
    pacer.release('acme', {})
    await others[1]

    expect(waits).toEqual([60_000, 60_000])
  })
})

test('workers take their turns through one door, which reckons the money that the wire does not tell', async () => {
  const door = openTurnstile({ usd: 1 }, {}, ({ input = 0 }) => input / 100)
  try {
    expect(await takeTurn(door.address, 'acme')).toBeUndefined()
    await endTurn(door.address, { provider: 'acme', address: 'https://acme.invalid', input: 40 })
    expect(await takeTurn(door.address, 'acme')).toBeUndefined()
    await endTurn(door.address, { provider: 'acme', address: 'https://acme.invalid', usd: 0.6, input: 999 })
    expect(await takeTurn(door.address, 'acme')).toBe('$1')
  } finally {
    door.close()
  }
})
