import { describe, expect, test } from 'vitest'
import { LlmContractsError } from '../src/errors.ts'
import { watch } from '../src/wire/seen.ts'
import type { Seen } from '../src/wire/seen.ts'
import { matchers } from './index.ts'
import { forgottenIn, forgottenSites, judgementsIn } from './matcher.ts'
import { completion, failure, recorded, stream } from './testing/replies.ts'

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

  test('is found by the line of its call', async () => {
    const seen = await scopeOf(() => void expect(prose()).toReturnValidJson())
    expect(forgottenSites(seen)).toEqual([
      {
        matcher: 'toReturnValidJson',
        stack: expect.stringMatching(/^ {4}at .*\n(?:.*\n)*.*matcher\.test\.ts:\d+:\d+/),
      },
    ])
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

describe('where no answer came, .not fails too', () => {
  const error = { message: 'Incorrect API key', type: 'invalid_request_error', param: null, code: 'invalid_api_key' }

  test('for an HTTP error, and there is no verdict', async () => {
    const exchange = await recorded(failure(401, { error }))
    const seen = await scopeOf(async () => {
      await expect(expect(exchange).not.toReturnValidJson()).rejects.toThrowErrorMatchingInlineSnapshot(`
        [LlmContractsError: HTTP 401 (Unauthorized) keeps no promise and breaks none, so it fails with .not too.
        It answered HTTP 401 (Unauthorized): "Incorrect API key" (type "invalid_request_error", code "invalid_api_key")

        fixtures/deepseek/invoice/extracts-an-invoice.json, exchange 1, HTTP 401]
      `)
      for (const failing of [
        expect(exchange).not.toCallToolWith('get_weather'),
        expect(exchange).not.toStreamChunks(),
      ]) {
        const thrown = await failing.then(
          () => undefined,
          (cause: unknown) => cause,
        )
        expect(thrown).toMatchObject({ code: 'transport', message: expect.stringContaining('fails with .not too') })
      }
    })
    expect(judgementsIn(seen)).toEqual([])
  })

  test('for an error in place of an answer, and for a page', async () => {
    await expect(expect(stream({ error })).not.toStreamChunks()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [LlmContractsError: HTTP 200 (OK) with an error in place of an answer keeps no promise and breaks none, so it fails with .not too.
      It answered HTTP 200 and sent an error as event 1 of 1: "Incorrect API key" (type "invalid_request_error", code "invalid_api_key")

      a Response given to the matcher, HTTP 200]
    `)
    await expect(expect(failure(502, '<html>')).not.toReturnValidJson()).rejects.toThrowErrorMatchingInlineSnapshot(`
      [LlmContractsError: HTTP 502 (Bad Gateway) keeps no promise and breaks none, so it fails with .not too.
      It answered HTTP 502 (Bad Gateway): <html>

      a Response given to the matcher, HTTP 502]
    `)
  })

  test('but the shape of an error is judged', async () => {
    await expect(failure(401, '<html>')).not.toFailWithOpenAIErrorShape()
  })
})

describe('arguments that mean nothing', () => {
  const refused = async (failing: Promise<void>) => {
    const thrown = await failing.then(
      () => undefined,
      (cause: unknown) => cause,
    )
    if (!(thrown instanceof LlmContractsError)) throw new Error('it was expected to throw', { cause: thrown })
    return `${thrown.code}: ${thrown.message}`
  }
  const options = (value: unknown) => value as object

  test('are an unknown option, with the nearest known one and all of them', async () => {
    expect(await refused(expect(json()).toFailWithOpenAIErrorShape(options({ statuss: 400 })))).toMatchInlineSnapshot(
      `"bad-option: toFailWithOpenAIErrorShape has no option statuss. Write status instead. Its options are status, code, type, param, message and retryAfter."`,
    )
    expect(await refused(expect(json()).toStreamChunks(options({ finish_reason: 'x' })))).toMatchInlineSnapshot(
      `"bad-option: toStreamChunks has no option finish_reason. Write finishReason instead. Its options are atLeast, text, finishReason and usage."`,
    )
    expect(await refused(expect(json()).not.toStreamChunks(options({ 'no such': 1 })))).toMatchInlineSnapshot(
      `"bad-option: toStreamChunks has no option "no such". Its options are atLeast, text, finishReason and usage."`,
    )
  })

  test('are what is no object, and a function without a name', async () => {
    expect(await refused(expect(json()).toStreamChunks(options(null)))).toMatchInlineSnapshot(
      `"bad-option: toStreamChunks takes an object of options, and got null. Its options are atLeast, text, finishReason and usage."`,
    )
    expect(await refused(expect(json()).toStreamChunks(options('stop')))).toMatchInlineSnapshot(
      `"bad-option: toStreamChunks takes an object of options, and got the string "stop". Its options are atLeast, text, finishReason and usage."`,
    )
    expect(await refused(expect(json()).toCallToolWith(undefined as unknown as string))).toMatchInlineSnapshot(
      `"bad-option: toCallToolWith takes the name of a function first, and got undefined."`,
    )
    expect(await refused(expect(json()).toCallToolWith(''))).toMatchInlineSnapshot(
      `"bad-option: toCallToolWith takes the name of a function first, and got an empty string."`,
    )
  })
})

test('a failure with a message of its own begins with it', async () => {
  const failing = expect(prose(), 'nightly run').toReturnValidJson()
  await expect(failing).rejects.toThrow(/^nightly run: expect\(reply\)\.toReturnValidJson\(\)/)
})
