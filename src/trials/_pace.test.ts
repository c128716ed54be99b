import { describe, expect, test } from 'vitest'
import { readReply } from '../wire/reply.ts'
import { longestGap, longestSilence, paceOf, seconds } from './_pace.ts'

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

test('the longest silence counts keep-alives as sounds, and begins with the request', () => {
  expect(longestSilence(streamed([100, ': keep-alive\n\n'], [130, delta({ content: 'a' })]))).toBe(100)
  expect(longestSilence(streamed([10, ': keep-alive\n\n'], [130, delta({ content: 'a' })]))).toBe(120)
})

test('the longest gap of nothing is none', () => {
  expect(longestGap([])).toBe(0)
  expect(longestGap([5])).toBe(0)
  expect(longestGap([0, 5, 50, 60])).toBe(45)
})

test('a time is told in seconds', () => {
  expect(seconds(1234)).toBe('1.23 s')
})
