import { describe, expect, test } from 'vitest'
import { Pacer, type Budget, type Pace, type Turn } from './pacer.ts'

const TURN = { end: expect.any(Function) as unknown, giveBack: expect.any(Function) as unknown }

/** A pacer whose clock moves only by its own waiting. */
function paced(budget: Budget, pace: Pace = {}) {
  let now = 0
  const waits: number[] = []
  const sleep = (ms: number) => {
    waits.push(ms)
    now += ms
    return Promise.resolve()
  }
  const pacer = new Pacer(budget, { acme: pace }, { now: () => now, sleep })
  return {
    pacer,
    /** The limit that is reached, or the turn. */
    take: async (name = 'acme') => {
      const turn = await pacer.acquire(name)
      return turn !== undefined && 'spent' in turn ? turn.spent : (turn as Turn)
    },
    waits,
    pass: (ms: number) => (now += ms),
  }
}

describe('a budget', () => {
  test('of requests lets as many pass, and says what is spent', async () => {
    const { take } = paced({ requests: 2 })

    expect([await take('acme'), await take('qwen'), await take('acme')]).toEqual([TURN, TURN, '2 requests'])
  })

  test('counts no request whose turn was given back', async () => {
    const { take } = paced({ requests: 1 }, { perMinute: 1 })
    const first = (await take()) as Turn
    first.giveBack()
    first.end({ tokens: 1 })

    expect([await take(), await take()]).toEqual([TURN, '1 requests'])
  })

  test.each([
    ['tokens', { tokens: 100 }, { tokens: 60 }, '100 tokens'],
    ['money', { usd: 0.01 }, { usd: 0.006 }, '$0.01'],
  ] as const)('of %s is spent once what has ended reaches it', async (_, budget, used, limit) => {
    const { take } = paced(budget)
    for (const expected of [TURN, TURN, limit]) {
      const turn = await take()
      expect(turn).toEqual(expected)
      if (typeof turn === 'object') turn.end(used)
    }
  })

  test('that is spent turns away those who wait, for whomever', async () => {
    const { take } = paced({ tokens: 1 }, { concurrency: 1 })
    const first = (await take()) as Turn
    const other = (await take('qwen')) as Turn
    const waiting = Promise.all([take(), take()])
    other.end({ tokens: 1 })

    expect(await waiting).toEqual(['1 tokens', '1 tokens'])
    first.end()
  })
})

describe('a pace', () => {
  test('lets no more requests be under way than it says, each provider for itself', async () => {
    const { take } = paced({}, { concurrency: 2 })
    const begun: string[] = []
    const ask = async (name: string) => {
      const turn = await take()
      begun.push(name)
      return turn as Turn
    }
    const all = ['a', 'b', 'c'].map(ask)
    const [first] = await Promise.all(all.slice(0, 2))
    expect(begun).toEqual(['a', 'b'])
    expect(await take('qwen')).toEqual(TURN)

    first?.end()
    await all[2]

    expect(begun).toEqual(['a', 'b', 'c'])
  })

  test('waits until the first of the last minute is a minute old', async () => {
    const { take, waits, pass } = paced({}, { perMinute: 2 })
    await take()
    pass(10_000)
    await take()
    await take()
    await take()

    expect(waits).toEqual([50_000, 10_000])
  })

  test('of one request at a time stays so while a minute is waited for', async () => {
    const { take, waits } = paced({}, { perMinute: 1, concurrency: 1 })
    const first = (await take()) as Turn
    const others = [take(), take()]
    first.end()
    ;((await others[0]) as Turn).end()
    await others[1]

    expect(waits).toEqual([60_000, 60_000])
  })

  test('forgets who leaves the queue, and lets the next one pass in its stead', async () => {
    const { pacer, take } = paced({}, { concurrency: 1 })
    const first = (await take()) as Turn
    const leaving = new AbortController()
    const gone = pacer.acquire('acme', leaving.signal)
    const next = take()
    leaving.abort()
    expect(await gone).toBeUndefined()
    first.end()

    expect(await next).toEqual(TURN)
    expect(await pacer.acquire('acme', leaving.signal)).toBeUndefined()
  })

  test('does not reckon a turn that was given back', async () => {
    const { take, waits } = paced({}, { perMinute: 1 })
    ;((await take()) as Turn).giveBack()
    await take()

    expect(waits).toEqual([])
  })
})
