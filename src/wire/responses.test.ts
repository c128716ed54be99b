import { describe, expect, test } from 'vitest'
import type { Json } from './exchange.ts'
import { readResponse, readResponseStream } from './responses.ts'
import { readStream } from './sse.ts'

const stream = (...events: Json[]) => {
  const text = events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('')
  return readResponseStream(readStream([{ at: 0, bytes: Buffer.from(text) }], 'responses').events)
}
const call = {
  type: 'function_call',
  id: 'fc_1',
  call_id: 'call_1',
  name: 'f',
  arguments: '{"a":1}',
  status: 'completed',
}
const say = (text: string): Json => ({ type: 'message', content: [{ type: 'output_text', text }] })
const usage = { input_tokens: 3, output_tokens: 4, total_tokens: 7 }

describe('a whole response', () => {
  test('is one answer made of all its output items', () => {
    const body = {
      model: 'm',
      status: 'completed',
      usage,
      output: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Let me see.' }] },
        { type: 'web_search_call' },
        say('Hel'),
        {
          type: 'message',
          content: [
            { type: 'output_text', text: 'lo' },
            { type: 'refusal', refusal: 'No' },
          ],
        },
        call,
      ],
    }
    expect(readResponse(body)).toMatchObject({
      model: 'm',
      usage: { promptTokens: 3, completionTokens: 4, path: '$.usage' },
      answers: [
        {
          index: 0,
          text: 'Hello',
          refusal: 'No',
          reasoning: 'Let me see.',
          toolCalls: [{ index: 0, id: 'call_1', name: 'f', arguments: '{"a":1}' }],
          finishReasons: ['tool_calls'],
          contentEvents: 1,
        },
      ],
    })
  })

  test('has reasoning text where open models put it, in the content of the item', () => {
    const item = { type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text: 'Hm' }] }
    expect(readResponse({ output: [item] }).answers[0]).toMatchObject({ reasoning: 'Hm', text: undefined })
  })

  test('gives a custom tool call its input as arguments', () => {
    const item = { type: 'custom_tool_call', call_id: 'c', name: 'sql', input: 'select 1' }
    expect(readResponse({ output: [item] }).answers[0]?.toolCalls).toEqual([
      { index: 0, id: 'c', name: 'sql', arguments: 'select 1' },
    ])
  })

  test.each<[Record<string, Json>, string[]]>([
    [{ status: 'completed' }, ['stop']],
    [{ status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }, ['length']],
    [{ status: 'incomplete', incomplete_details: { reason: 'content_filter' } }, ['content_filter']],
    [{ status: 'incomplete', incomplete_details: null }, []],
    [{ status: 'failed' }, []],
    [{ status: 'in_progress' }, []],
    [{}, []],
  ])('%j has the finish reasons %j', (state, reasons) => {
    expect(readResponse({ ...state, output: [say('x')] }).answers[0]?.finishReasons).toEqual(reasons)
  })

  test('that failed before it said anything has no answer', () => {
    expect(readResponse({ status: 'failed', output: [], error: {} }).answers).toEqual([])
    expect(readResponse({ object: 'response.input_tokens', input_tokens: 3 }).answers).toEqual([])
  })
})

const completed = (output: Json[]) => ({
  type: 'response.completed',
  response: { status: 'completed', model: 'm', usage, output },
})

describe('a response stream', () => {
  test('is joined from its deltas and says the same as its terminal event', () => {
    const output = [{ type: 'reasoning', summary: [{ text: 'Hm' }] }, say('Hey'), call]
    const facts = stream(
      { type: 'response.created', response: { model: 'm', status: 'in_progress', output: [], usage: null } },
      { type: 'response.output_item.added', output_index: 0, item: { type: 'reasoning', summary: [] } },
      { type: 'response.reasoning_summary_text.delta', output_index: 0, delta: 'Hm' },
      { type: 'response.output_text.delta', output_index: 1, delta: 'He' },
      { type: 'response.output_text.delta', output_index: 1, delta: 'y' },
      { type: 'response.output_text.done', output_index: 1, text: 'Hey' },
      { type: 'response.output_item.added', output_index: 2, item: { ...call, arguments: '' } },
      { type: 'response.function_call_arguments.delta', output_index: 2, delta: '{"a"' },
      { type: 'response.function_call_arguments.delta', output_index: 2, delta: ':1}' },
      { type: 'response.function_call_arguments.done', output_index: 2, arguments: '{"a":1}' },
      { type: 'response.output_item.done', output_index: 2, item: call },
      completed(output),
    )
    const whole = readResponse(completed(output).response)
    expect(facts.answers).toEqual([{ ...whole.answers[0], contentEvents: 6 }])
    expect(facts).toMatchObject({ model: 'm', usage: { totalTokens: 7, path: '$.response.usage' } })
  })

  test('keeps parallel calls apart, by item id where there is no output index', () => {
    const { answers } = stream(
      { type: 'response.output_item.added', item: { type: 'function_call', id: 'x', call_id: '1', name: 'f' } },
      { type: 'response.output_item.added', item: { type: 'function_call', id: 'y', call_id: '2', name: 'g' } },
      { type: 'response.function_call_arguments.delta', item_id: 'y', delta: '[]' },
      { type: 'response.function_call_arguments.delta', item_id: 'x', delta: '{}' },
    )
    expect(answers[0]?.toolCalls).toEqual([
      { index: 0, id: '1', name: 'f', arguments: '{}' },
      { index: 1, id: '2', name: 'g', arguments: '[]' },
    ])
    expect(answers[0]?.finishReasons).toEqual([])
  })

  test.each<[string, Json[]]>([
    [
      'done items',
      [
        { type: 'response.output_item.done', item: call },
        { type: 'response.output_item.done', output_index: 1, item: say('Hey') },
        completed([]),
      ],
    ],
    ['its terminal event', [completed([call, say('Hey')])]],
  ])('without deltas is read from %s', (_, events) => {
    expect(stream(...events).answers).toMatchObject([
      {
        text: 'Hey',
        toolCalls: [{ id: 'call_1', arguments: '{"a":1}' }],
        finishReasons: ['tool_calls'],
        contentEvents: 1,
      },
    ])
  })

  test('takes arguments that come whole in one event', () => {
    const { answers } = stream(
      { type: 'response.output_item.added', output_index: 0, item: { ...call, arguments: '' } },
      { type: 'response.function_call_arguments.done', output_index: 0, arguments: '{"b":2}' },
    )
    expect(answers[0]?.toolCalls[0]?.arguments).toBe('{"b":2}')
  })

  test('cut short gives what came, without finish reason', () => {
    expect(stream({ type: 'response.output_text.delta', delta: 'He' }).answers).toMatchObject([
      { text: 'He', finishReasons: [], contentEvents: 1 },
    ])
    expect(stream({ type: 'response.created', response: {} }).answers).toEqual([])
  })

  test('goes by the event name where the data has no type', () => {
    const bytes = Buffer.from('event: response.output_text.delta\ndata: {"delta":"He"}\n\n')
    expect(readResponseStream(readStream([{ at: 0, bytes }], 'responses').events).answers[0]?.text).toBe('He')
  })
})

test('any JSON in any place is read without throwing', () => {
  const odd: Json[] = [null, true, Infinity, 'x', [], [null], [[]], {}, [{}], { type: 'message', content: 1 }]
  for (const value of odd) {
    for (const key of ['output', 'usage', 'status', 'incomplete_details', 'model', 'output_text']) {
      expect(() => [readResponse(value), readResponse({ [key]: value })]).not.toThrow()
      expect(() => stream(value, { type: 'response.completed', response: { [key]: value } })).not.toThrow()
    }
    for (const type of ['message', 'reasoning', 'function_call', 'custom_tool_call', 'constructor', '__proto__']) {
      const item = { type, content: value, summary: value, arguments: value, call_id: value, id: value, name: value }
      expect(() => readResponse({ output: [item] })).not.toThrow()
      for (const event of ['output_item.added', 'output_text.delta', 'function_call_arguments.delta', 'x']) {
        const all = {
          type: `response.${event}`,
          item,
          delta: value,
          output_index: value,
          item_id: value,
          response: value,
        }
        expect(() => stream(all, { ...all, item: value })).not.toThrow()
      }
    }
  }
})
