import { describe, expect, test } from 'vitest'
import { readReply } from '../wire/reply.ts'
import { judgeFirstByte, judgeSilence, longestGap, paceOf, seconds } from './_pace.ts'

const streamed = (...pieces: readonly (readonly [at: number, text: string])[]) =>
  readReply({
    request: undefined,
    response: {
      status: 200,
      headers: { 'content-type': 'text/event-stream' },
      pieces: pieces.map(([at, text]) => ({ at, bytes: Buffer.from(text) })),
      end: 'closed',
    },
    provider: undefined,
    evidence: { seen: 'live', number: 1 },
  })
const delta = (inner: object) =>
  `data: ${JSON.stringify({ object: 'chat.completion.chunk', choices: [{ index: 0, delta: inner }] })}\n\n`

describe('the pace of a stream', () => {
  test('counts text and reasoning, and nothing else', () => {
    const reply = streamed(
      [10, delta({ role: 'assistant', content: '' })],
      [20, delta({ reasoning_content: 'Hm.' })],
      [30, delta({ reasoning: 'Ah.' })],
      [40, delta({ content: 'Paris' })],
      [50, 'data: [DONE]\n\n'],
    )

    expect(paceOf(reply)).toEqual({ at: [20, 30, 40], length: 11 })
  })

  test('is empty for a stream without choices', () => {
    expect(paceOf(streamed([10, 'data: {"choices":[]}\n\n']))).toEqual({ at: [], length: 0 })
  })
})

test.each([
  ['a keep-alive counts as a sound', 100, 29_900, 'kept', '29.80 s'],
  ['the time before the first byte counts', 29_000, 29_500, 'kept', '29.00 s'],
  ['a silence before the first byte', 30_001, 30_010, 'broken', '30.00 s'],
  ['a silence after it', 10, 30_020, 'broken', '30.01 s'],
])('silence: %s', (_, first, second, is, time) => {
  const reply = streamed([first, ': keep-alive\n\n'], [second, delta({ content: 'a' })])

  expect(JSON.stringify(judgeSilence(reply))).toMatch(new RegExp(`"is":"${is}".*${time}`))
})

test.each([
  [30_000, 'kept'],
  [30_001, 'broken'],
])('a first byte after %i ms is %s', (at, is) => {
  expect(judgeFirstByte(streamed([at, ': keep-alive\n\n']))).toMatchObject({ is })
})

test('the longest gap of nothing is none', () => {
  expect(longestGap([])).toBe(0)
  expect(longestGap([5])).toBe(0)
  expect(longestGap([0, 5, 50, 60])).toBe(45)
})

test('a time is told in seconds', () => {
  expect(seconds(1234)).toBe('1.23 s')
})
