import { describe, expect, test } from 'vitest'
import type { Exchange, WireResponse } from '../src/wire/exchange.ts'
import { watch } from '../src/wire/seen.ts'
import { matchers } from './index.ts'
import { judgementsIn } from './matcher.ts'
import { chunk, completion, failure, frames, recorded, said, stream } from './testing/replies.ts'
import type { TimeLimits } from './toRespondWithin.ts'

expect.extend(matchers)

const events = [chunk({ role: 'assistant', content: '' }), chunk('Hel'), chunk('lo.'), chunk({}, 'stop'), '[DONE]']

/** The exchange as if it passed just now, each event (or the whole body) 100 ms after the one before. */
async function live(
  response: Response,
  data: typeof events = [],
  end: WireResponse['end'] = 'closed',
): Promise<Exchange> {
  const exchange = await recorded(response, {}, end)
  const timed = data.map((one, at) => ({ at: (at + 1) * 100, bytes: Buffer.from(frames(one)) }))
  const pieces = timed.length > 0 ? timed : exchange.response.pieces.map((piece) => ({ ...piece, at: 800.2 }))
  return { ...exchange, response: { ...exchange.response, pieces }, evidence: { seen: 'live', number: 1 } }
}

const streamed = () => live(stream(...events), events)

describe('passes for', () => {
  test('a stream and a whole answer in time', async () => {
    await expect(await streamed()).toRespondWithin({ firstTokenMs: 200, totalMs: 500 })
    await expect(await live(completion('Hi'))).toRespondWithin({ firstTokenMs: 900, totalMs: 900 })
    await expect(await streamed()).not.toRespondWithin({ firstTokenMs: 199 })
  })

  test('a stream of the Responses API', async () => {
    const delta = { type: 'response.output_text.delta', output_index: 0, delta: 'Hi' }
    const last = { type: 'response.completed', response: { object: 'response', status: 'completed', output: [] } }
    const all = [{ type: 'response.created' }, delta, last]
    const exchange: Exchange = { ...(await live(stream(...all), all)), request: undefined }
    await expect(exchange).toRespondWithin({ firstTokenMs: 200, totalMs: 300 })
    await expect(exchange).not.toRespondWithin({ firstTokenMs: 100 })
  })
})

describe('a failure shows the time', () => {
  test('of the first token', async () => {
    await expect(expect(await streamed()).toRespondWithin({ firstTokenMs: 150, totalMs: 9000 })).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).toRespondWithin({ firstTokenMs: 150, totalMs: 9000 })

      Expected deepseek to start answering within 150 ms and be done within 9000 ms.
      It started answering after 200 ms.
      It was done after 500 ms.

      live, exchange 1, HTTP 200]
    `)
  })

  test('of the whole', async () => {
    expect(await said(expect(await streamed()).toRespondWithin({ totalMs: 450 }))).toMatchInlineSnapshot(
      `"It was done after 500 ms, having started after 200 ms."`,
    )
    expect(await said(expect(await live(completion('Hi'))).toRespondWithin({ totalMs: 450 }))).toMatchInlineSnapshot(
      `"It was done after 801 ms, having started after 801 ms."`,
    )
  })

  test('or what came in place of an answer', async () => {
    const verdict = async (exchange: Exchange) => said(expect(exchange).toRespondWithin({ totalMs: 450 }))
    const error = { message: 'Overloaded' }
    expect(await verdict(await live(failure(529, { error })))).toMatchInlineSnapshot(
      `
      "It answered HTTP 529: "Overloaded"
      Next: try again later: the fault is the server's."
    `,
    )
    expect(await verdict(await live(failure(200, { error })))).toMatchInlineSnapshot(
      `"It answered HTTP 200 with an error inside: "Overloaded""`,
    )
    expect(await verdict(await live(stream(), events.slice(0, 2), 'aborted'))).toMatchInlineSnapshot(
      `"It did not answer to its end: the connection was cut after 2 events and 3 characters of text."`,
    )
    expect(await verdict(await live(stream(), ['[DONE]']))).toMatchInlineSnapshot(
      `"It sent no content that could be timed."`,
    )
  })

  test('for .not', async () => {
    await expect(expect(await streamed()).not.toRespondWithin({ totalMs: 900 })).rejects
      .toThrowErrorMatchingInlineSnapshot(`
      [Error: expect(reply).not.toRespondWithin({ totalMs: 900 })

      Expected deepseek not to be done within 900 ms.
      It did: done after 500 ms

      live, exchange 1, HTTP 200]
    `)
  })
})

test('throws for a recording and for a Response from elsewhere, with .not too', async () => {
  const old = await recorded(completion('Hi'))
  await expect(expect(old).not.toRespondWithin({ totalMs: 1 })).rejects.toMatchObject({ code: 'not-on-the-wire' })
  expect(await said(expect(old).toRespondWithin({ totalMs: 1 }))).toMatchInlineSnapshot(
    `"toRespondWithin judges live answers only: the times of a recording, or of a Response from elsewhere, say nothing about now. Write test.runIf(process.env.LLM_CONTRACTS === 'live')(…) for this test."`,
  )
  expect(await said(expect(completion('Hi')).toRespondWithin({ totalMs: 1 }))).toMatchInlineSnapshot(
    `"toRespondWithin judges live answers only: the times of a recording, or of a Response from elsewhere, say nothing about now. Write test.runIf(process.env.LLM_CONTRACTS === 'live')(…) for this test."`,
  )
})

test('refuses that a live reply be recorded, since its replay would be red', async () => {
  const exchange = await live(completion('Hi'))
  const { seen } = await watch(async () => expect(exchange).toRespondWithin({ totalMs: 900 }))
  const old: Exchange = { ...exchange, evidence: { seen: 'replay', number: 1 } }
  const [judgement] = judgementsIn(seen)
  await expect(judgement?.again(old)).rejects.toThrow('toRespondWithin judges live answers only')
})

test('refuses limits that mean nothing', async () => {
  const refusal = (limits: unknown) => said(expect(completion('Hi')).toRespondWithin(limits as TimeLimits))
  expect(await refusal(undefined)).toMatchInlineSnapshot(
    `"toRespondWithin needs firstTokenMs, totalMs or both, in milliseconds."`,
  )
  expect(await refusal({ total: 3 })).toMatchInlineSnapshot(
    `"toRespondWithin has no option total. Its options are firstTokenMs and totalMs."`,
  )
  expect(await refusal({ totalMs: '3s' })).toMatchInlineSnapshot(
    `"toRespondWithin takes milliseconds above 0 for totalMs, and got "3s"."`,
  )
})
