import { describe, expect, test } from 'vitest'
import { readChat, readChatStream } from './chat.ts'
import type { Json } from './exchange.ts'
import { readStream } from './sse.ts'
import type { Answer } from './types.ts'

const stream = (...chunks: (Json | string)[]) => {
  const text = chunks.map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`).join('')
  return readChatStream(readStream([{ at: 0, bytes: Buffer.from(text) }], 'chat').events)
}
const deltas = (...all: Json[]): Answer | undefined =>
  stream(...all.map((delta) => ({ choices: [{ index: 0, delta }] }))).answers[0]
const message = (value: Json): Answer | undefined => readChat({ choices: [{ message: value }] }).answers[0]

const silent = {
  index: 0,
  text: undefined,
  refusal: undefined,
  reasoning: undefined,
  toolCalls: [],
  finishReasons: [],
  contentEvents: 0,
}

describe('a whole chat completion', () => {
  test('gives text, tool calls, finish reason, usage and model', () => {
    const body = {
      model: 'm-1',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }],
          },
          finish_reason: 'tool_calls',
        },
        { index: 1, message: { content: 'Hi' }, finish_reason: 'stop' },
      ],
      usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 },
    }
    expect(readChat(body)).toMatchObject({
      model: 'm-1',
      usage: { totalTokens: 3, path: '$.usage' },
      answers: [
        {
          ...silent,
          toolCalls: [{ index: 0, id: 'c1', name: 'f', arguments: '{"a":1}' }],
          finishReasons: ['tool_calls'],
          contentEvents: 1,
        },
        { ...silent, index: 1, text: 'Hi', finishReasons: ['stop'], contentEvents: 1 },
      ],
    })
  })

  test('keeps an empty text, but not beside tool calls', () => {
    expect(message({ content: '' })).toEqual({ ...silent, text: '' })
    expect(message({ content: '', tool_calls: [{ function: { name: 'f' } }] })?.text).toBeUndefined()
  })

  test('keeps an empty finish reason and leaves out null', () => {
    const reasons = ['', null, 'stop'].map((finish_reason) => readChat({ choices: [{ finish_reason }] }).answers[0])
    expect(reasons.map((answer) => answer?.finishReasons)).toEqual([[''], [], ['stop']])
  })

  test('prefers message to a delta beside it, as Perplexity sends both', () => {
    expect(readChat({ choices: [{ delta: { content: '' }, message: { content: 'Hi' } }] }).answers[0]?.text).toBe('Hi')
  })

  test('of the legacy kind has its text in the choice', () => {
    expect(readChat({ choices: [{ text: 'Once', finish_reason: 'length' }] }).answers).toEqual([
      { ...silent, text: 'Once', finishReasons: ['length'], contentEvents: 1 },
    ])
  })
})

const both = (content: string, whole: string) => ({ choices: [{ delta: { content }, message: { content: whole } }] })

describe('a chat stream', () => {
  test('joins text, reasoning and refusal, and counts the events that carried any', () => {
    const answer = deltas(
      { role: 'assistant', content: '', refusal: null },
      { role: 'assistant', reasoning_content: 'Hm', content: null },
      { content: 'He' },
      { content: 'y', reasoning: null },
      { refusal: 'N' },
      { refusal: 'o' },
      {},
    )
    expect(answer).toEqual({ ...silent, text: 'Hey', reasoning: 'Hm', refusal: 'No', contentEvents: 5 })
  })

  test('keeps choices apart by index', () => {
    const { answers } = stream(
      { choices: [{ index: 1, delta: { content: 'b' } }] },
      {
        choices: [
          { index: 0, delta: { content: 'a' } },
          { index: 1, delta: { content: 'B' } },
        ],
      },
    )
    expect(answers.map(({ index, text }) => [index, text])).toEqual([
      [0, 'a'],
      [1, 'bB'],
    ])
  })

  test('keeps every finish reason that arrived', () => {
    const { answers } = stream(
      { choices: [{ delta: {} }] },
      ...['stop', null, '', 'stop'].map((finish_reason) => ({ choices: [{ delta: {}, finish_reason }] })),
    )
    expect(answers[0]?.finishReasons).toEqual(['stop', '', 'stop'])
  })

  test('stops at the first [DONE], as clients do', () => {
    expect(
      stream({ choices: [{ delta: { content: 'a' } }] }, '[DONE]', { choices: [{ delta: { content: 'b' } }] }),
    ).toEqual({
      answers: [{ ...silent, text: 'a', contentEvents: 1 }],
      usage: undefined,
      model: undefined,
    })
  })

  test('skips malformed events and chunks without choices', () => {
    expect(stream('{oops', { choices: [] }, { choices: null }, 'null', '[1]').answers).toEqual([])
  })

  test('takes the first model that is not empty, since Azure begins with an empty one', () => {
    expect(stream({ model: '' }, { model: 'm' }, { model: 'n' }).model).toBe('m')
  })

  test.each<[string, Json]>([
    ['$.usage', { choices: [], usage: { total_tokens: 9 } }],
    ['$.x_groq.usage', { choices: [], x_groq: { usage: { total_tokens: 9 } } }],
    ['$.choices[0].usage', { choices: [{ usage: { total_tokens: 9 } }] }],
  ])('has the last usage, here at %s', (path, chunk) => {
    expect(stream({ usage: { total_tokens: 1 } }, chunk, { usage: null }, { usage: {} }).usage).toMatchObject({
      path,
      totalTokens: 9,
    })
  })

  test('whose choices carry whole messages gives the last one', () => {
    const { answers } = stream(
      { choices: [{ message: { content: 'He' } }] },
      { choices: [{ message: { content: 'Hey', tool_calls: [{ id: 'c', function: { name: 'f' } }] } }] },
    )
    expect(answers[0]).toMatchObject({ text: 'Hey', toolCalls: [{ id: 'c', name: 'f' }], contentEvents: 1 })
  })

  test('with a message beside each delta reads the deltas', () => {
    expect(stream(both('He', 'He'), both('y', 'Hey'), both('', 'Hey')).answers[0]?.text).toBe('Hey')
  })

  test('of legacy completions joins the choices’ text; beside a delta that text is a repeat', () => {
    expect(stream({ choices: [{ text: 'a' }] }, { choices: [{ text: 'b' }] }).answers[0]?.text).toBe('ab')
    expect(stream({ choices: [{ text: 'a', delta: { content: 'a' } }] }).answers[0]?.text).toBe('a')
  })
})

test('tool calls of the legacy kind are joined from function_call deltas', () => {
  const parts = [{ name: 'f' }, { arguments: '{' }, { arguments: '}' }]
  expect(deltas(...parts.map((function_call) => ({ function_call })))).toEqual({
    ...silent,
    toolCalls: [{ index: 0, id: undefined, name: 'f', arguments: '{}' }],
    contentEvents: 3,
  })
})

describe('any JSON in any place', () => {
  const odd: Json[] = [
    null,
    true,
    0,
    -1,
    1.5,
    Infinity,
    '',
    'x',
    [],
    [null],
    [[]],
    {},
    [{}],
    { type: 'text' },
    JSON.parse('{"__proto__":1}'),
  ]
  const keys = ['content', 'tool_calls', 'function_call', 'reasoning', 'reasoning_details', 'refusal', 'function']

  test('is read without throwing', () => {
    for (const value of odd) {
      expect(() => readChat(value)).not.toThrow()
      for (const key of ['choices', 'usage', 'x_groq', 'model']) {
        expect(() => [readChat({ [key]: value }), stream({ [key]: value })]).not.toThrow()
      }
      for (const key of ['index', 'message', 'delta', 'text', 'usage', 'finish_reason']) {
        expect(() => [readChat({ choices: [{ [key]: value }] }), stream({ choices: [{ [key]: value }] })]).not.toThrow()
      }
      for (const key of keys) {
        const entry = { [key]: value, id: value, index: value, name: value, arguments: value, text: value }
        expect(() => [message(entry), deltas(entry, { tool_calls: [entry, entry] })]).not.toThrow()
        expect(() => [message({ content: [entry] }), message({ reasoning_details: [entry] })]).not.toThrow()
      }
    }
  })

  test('nested a hundred thousand deep is read without throwing', () => {
    const deep: Json = JSON.parse('['.repeat(100_000) + ']'.repeat(100_000))
    expect(message({ content: deep, tool_calls: [{ function: { arguments: deep } }] })?.text).toBeUndefined()
  })

  test('a hundred thousand calls and indices are read in good time', { timeout: 5000 }, () => {
    const tool_calls = Array.from({ length: 100_000 }, (_, at) => ({ index: 2 ** 40 - at, id: `c${at}` }))
    expect(deltas({ tool_calls })?.toolCalls).toHaveLength(100_000)
    const choices = Array.from({ length: 100_000 }, (_, at) => ({ index: 2 ** 40 - at, delta: { content: 'x' } }))
    expect(stream({ choices }).answers).toHaveLength(100_000)
  })
})
