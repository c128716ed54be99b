import { expect, test } from 'vitest'
import { chunk, completion, stream, whole } from '../contracts/seed.ts'
import { endsCalls } from './finish.ts'
import { readReply } from './reply.ts'

const calls = [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }]
const named = { tool_choice: { type: 'function', function: { name: 'f' } } }

test.each([
  ['tool_calls', {}, true],
  ['stop', {}, false],
  ['stop', named, true],
  ['stop', { tool_choice: 'required' }, false],
  ['length', {}, true],
  ['error', {}, true],
  ['abort', {}, true],
  ['network_error', {}, true],
  ['eos', {}, false],
  ['', {}, false],
  ['function_call', {}, false],
])('%j after calls with %j is true, whole or streamed: %s', (finish, ask, isTrue) => {
  const exchanges = [
    whole(completion({ tool_calls: calls }, {}, { finish_reason: finish }), { ask }),
    stream([chunk({ tool_calls: calls }), chunk({}, finish), 'data: [DONE]'], { ask }),
  ]
  for (const exchange of exchanges) {
    const { answers, asked } = readReply(exchange)
    expect(answers.map((answer) => endsCalls(answer, asked))).toEqual([isTrue])
  }
})

test('a legacy call ends with function_call', () => {
  const legacy = completion({ function_call: { name: 'f', arguments: '{}' } }, {}, { finish_reason: 'function_call' })
  const { answers, asked } = readReply(whole(legacy))
  expect(answers.map((answer) => endsCalls(answer, asked))).toEqual([true])
})
