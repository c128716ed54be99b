import { expect, test, vi } from 'vitest'
import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import { logprobsContract } from './finish-logprobs.ts'
import { judge } from './judge.ts'
import { chunk, completion, stream, whole } from './seed.ts'

/** How many characters are parsed as JSON while an exchange is judged. */
function parsed(exchange: Exchange): number {
  const parse = vi.spyOn(JSON, 'parse')
  try {
    judge(exchange)
    return parse.mock.calls.reduce((sum, [text]) => sum + text.length, 0)
  } finally {
    parse.mockRestore()
  }
}

const called = (entries: readonly object[]) =>
  stream([...entries.map((entry) => chunk({ tool_calls: [entry] })), chunk({}, 'tool_calls'), 'data: [DONE]'], {
    ask: { tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }] },
  })

test.each([
  [
    'new ids in the midst of arguments',
    (count: number) =>
      called(
        Array.from({ length: count }, (_, at) => ({
          index: 0,
          id: `call_${at}`,
          type: 'function',
          function: { name: 'f', arguments: at === 0 ? '{"rows":[' : '{"a":1},' },
        })),
      ),
  ],
  [
    'rows that each end in a bracket',
    (count: number) =>
      called([
        { index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"rows":[{}' } },
        ...Array.from({ length: count }, () => ({ index: 0, function: { arguments: ',{"a":1}' } })),
        { index: 0, function: { arguments: ']}' } },
      ]),
  ],
])('twice as many %s take about twice the work', (_, make) => {
  const [some, twice] = [parsed(make(400)), parsed(make(800))]
  expect(twice / some).toBeLessThan(2.5)
})

test('every choice is looked at a few times, however many there are', () => {
  const looks = (count: number) => {
    const content = [{ token: 'Hi', logprob: -1, bytes: null, top_logprobs: [] }]
    const choice = (index: number) => ({ index, message: { content: 'Hi' }, logprobs: { content } })
    const choices = Array.from({ length: count }, (_, index) => choice(index))
    const reply = readReply(whole(completion({}, { choices }), { ask: { logprobs: true } }))
    let seen = 0
    const watched = choices.map((each, index) =>
      Object.defineProperty({ ...each }, 'index', {
        get() {
          seen++
          return index
        },
      }),
    )
    logprobsContract.check({ ...reply, json: { choices: watched } })
    return seen / count
  }
  expect(looks(200)).toBe(looks(100))
})
