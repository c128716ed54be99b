import { describe, expect, test } from 'vitest'
import { LlmContractsError } from '../src/errors.ts'
import { watch } from '../src/wire/seen.ts'
import type { Seen } from '../src/wire/seen.ts'
import { matchers } from './index.ts'
import { forgottenIn, judgementsIn } from './_matcher.ts'
import { completion, recorded } from './testing/replies.ts'

expect.extend(matchers)

const json = () => completion('{"a":1}')
const prose = () => completion('Sure!')

/** The scope of a test that does this. */
async function scopeOf(work: () => unknown): Promise<Seen> {
  const { seen } = await watch(async () => void (await work()))
  await new Promise((resolve) => setTimeout(resolve, 5))
  return seen
}

describe('a matcher that nobody awaits', () => {
  test('is found by its name, and rejects nobody', async () => {
    const seen = await scopeOf(() => {
      void expect(prose()).toReturnValidJson()
      void expect(prose()).not.toStreamChunks()
    })
    expect(forgottenIn(seen)).toEqual(['toReturnValidJson', 'toStreamChunks'])
  })

  test('is found with expect.soft too', async () => {
    const seen = await scopeOf(() => void expect.soft(json()).toReturnValidJson())
    expect(forgottenIn(seen)).toEqual(['toReturnValidJson'])
  })

  test('is found in its own scope where tests run at once', async () => {
    const [forgetful, careful] = await Promise.all([
      scopeOf(() => void expect(json()).toReturnValidJson()),
      scopeOf(() => expect(json()).toReturnValidJson()),
    ])
    expect([forgottenIn(forgetful), forgottenIn(careful)]).toEqual([['toReturnValidJson'], []])
  })
})

describe('a matcher counts as awaited', () => {
  const ways: [string, () => unknown][] = [
    ['by await', async () => await expect(json()).toReturnValidJson()],
    ['by being returned', () => expect(json()).toReturnValidJson()],
    [
      'by Promise.all',
      () => Promise.all([expect(json()).toReturnValidJson(), expect(prose()).not.toReturnValidJson()]),
    ],
    [
      'by then, catch or finally',
      () =>
        expect(json())
          .toReturnValidJson()
          .finally(() => {}),
    ],
    ['by await on expect.soft', async () => await expect.soft(json()).toReturnValidJson()],
    ['by await on .resolves', async () => await expect(Promise.resolve(json())).resolves.toReturnValidJson()],
    ['by await on expect.poll', async () => await expect.poll(() => json()).toReturnValidJson()],
  ]
  test.each(ways)('%s', async (_, way) => {
    expect(forgottenIn(await scopeOf(way))).toEqual([])
  })

  test('by an assertion about it', async () => {
    const seen = await scopeOf(() => expect(expect(prose()).toReturnValidJson()).rejects.toThrow('not JSON'))
    expect(forgottenIn(seen)).toEqual([])
  })
})

describe('verdicts', () => {
  test('are kept for the report, .not included', async () => {
    const exchange = await recorded(json())
    const seen = await scopeOf(async () => {
      await expect(exchange).toReturnValidJson()
      await expect(exchange).not.toCallToolWith('get_weather')
    })
    expect(judgementsIn(seen)).toEqual([
      { matcher: 'toReturnValidJson', exchange, negated: false, again: expect.any(Function) },
      {
        matcher: 'toCallToolWith',
        exchange,
        negated: true,
        again: expect.any(Function),
        finding: expect.objectContaining({ contract: 'tools.call.forced' }),
      },
    ])
  })

  test('are not kept outside a scope, where a failure reaches whoever awaits', async () => {
    await expect(expect(prose()).toReturnValidJson()).rejects.toThrow('It returned text that is not JSON.')
  })

  test('are none where the machinery failed, with .not too', async () => {
    const seen = await scopeOf(async () => {
      await expect(expect('Hello.').toReturnValidJson()).rejects.toThrow(LlmContractsError)
      await expect(expect('Hello.').not.toReturnValidJson()).rejects.toThrow(LlmContractsError)
    })
    expect(judgementsIn(seen)).toEqual([])
  })
})

test('a failure with a message of its own begins with it', async () => {
  const failing = expect(prose(), 'nightly run').toReturnValidJson()
  await expect(failing).rejects.toThrow(/^nightly run: expect\(reply\)\.toReturnValidJson\(\)/)
})
