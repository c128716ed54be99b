import { expect, test } from 'vitest'
import { chunk, completion, stream, whole } from '../contracts/seed.ts'
import type { Exchange } from './exchange.ts'
import { readReply } from './reply.ts'
import { timesOf } from './times.ts'

/** The exchange with its pieces at other times. */
const at = (exchange: Exchange, ...times: number[]): Exchange => ({
  ...exchange,
  response: {
    ...exchange.response,
    pieces: exchange.response.pieces.map((piece, i) => ({ ...piece, at: times[i] ?? 0 })),
  },
})
const usage = (more: object) => ({ ...chunk({}), choices: [], usage: { prompt_tokens: 5, ...more } })
const says = (...more: unknown[]) =>
  stream([chunk({ role: 'assistant', content: '' }), chunk({ content: 'Hel' }), chunk({ content: 'lo' }), ...more])

test('a stream tells the first token, the whole, the longest gap and the tokens per second', () => {
  const exchange = says(chunk({}, 'stop'), usage({ completion_tokens: 30 }), 'data: [DONE]')

  // From the first content at 200 ms to the last at 500 ms there are 0.3 s.
  expect(timesOf(readReply(at(exchange, 100, 200, 500, 510, 520, 530)))).toEqual({
    totalMs: 530,
    firstMs: 200,
    gapMs: 300,
    tokensPerSecond: 100,
  })
})

test('reasoning that no event shows is not counted as streamed', () => {
  const hidden = { completion_tokens: 30, completion_tokens_details: { reasoning_tokens: 24 } }
  const apart = { completion_tokens: 6, total_tokens: 31, completion_tokens_details: { reasoning_tokens: 20 } }

  for (const counted of [hidden, apart]) {
    const exchange = says(usage(counted), 'data: [DONE]')
    expect(timesOf(readReply(at(exchange, 100, 200, 500, 510, 520))).tokensPerSecond).toBe(20)
  }
  const shown = stream([chunk({ reasoning_content: 'Hm' }), chunk({ content: 'Hi' }), usage(apart)])
  expect(timesOf(readReply(at(shown, 100, 200, 300))).tokensPerSecond).toBe(260)
})

test('what cannot be told is absent: of a whole answer, of one piece, without usage', () => {
  expect(timesOf(readReply(at(whole(completion()), 40)))).toEqual({ totalMs: 40 })
  expect(timesOf(readReply(at(whole(''), 40)))).toEqual({ totalMs: 40 })
  expect(timesOf(readReply({ ...whole(''), response: { ...whole('').response, pieces: [] } }))).toEqual({})
  expect(timesOf(readReply(at(says('data: [DONE]'), 1, 2, 4, 5)))).toEqual({ totalMs: 5, firstMs: 2, gapMs: 2 })
  expect(timesOf(readReply(at(says(usage({ completion_tokens: 3 })), 7, 7, 7, 7)))).toEqual({
    totalMs: 7,
    firstMs: 7,
    gapMs: 0,
  })
  expect(timesOf(readReply(at(stream([chunk({ role: 'assistant' })]), 3)))).toEqual({ totalMs: 3 })
})
