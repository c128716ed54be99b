import { describe, expect, test } from 'vitest'
import { addDeltas, addWhole, finishCalls, noCalls } from './_calls.ts'
import type { Json } from './exchange.ts'
import type { ToolCall } from './types.ts'

const plain = (calls: readonly ToolCall[]) => calls.map((call) => [call.index, call.id, call.name, call.arguments])
const part = (entry: { [key: string]: Json }, args?: string, name?: string): Json => ({
  ...entry,
  function: { ...(name === undefined ? {} : { name }), ...(args === undefined ? {} : { arguments: args }) },
})

function streamed(...deltas: Json[][]) {
  const calls = noCalls()
  for (const entries of deltas) addDeltas(calls, entries)
  return plain(finishCalls(calls))
}

function whole(...entries: Json[]): ToolCall[] {
  const calls = noCalls()
  addWhole(calls, entries)
  return finishCalls(calls)
}

describe('tool calls of a whole message', () => {
  test('have the array position as index, whatever the entry says', () => {
    expect(plain(whole({ index: 5, id: '' }, null, { index: 5, id: null, function: null }))).toEqual([
      [0, '', '', ''],
      [1, undefined, '', ''],
    ])
  })

  test('keep arguments that are JSON in place of text', () => {
    expect(whole({ id: 'c', function: { name: 'f', arguments: { a: 1 } } })).toEqual([
      { index: 0, id: 'c', name: 'f', arguments: '{"a":1}', argumentsJson: { a: 1 } },
    ])
  })

  test("have a custom tool's input as arguments", () => {
    const call = { id: 'c', type: 'custom', custom: { name: 'sql', input: 'select 1' }, function: { name: '' } }
    expect(plain(whole(call))).toEqual([[0, 'c', 'sql', 'select 1']])
  })

  test('are read through the empty custom object that Snowflake adds', () => {
    const call = {
      id: 'c',
      type: 'function',
      custom: { name: '', input: '' },
      function: { name: 'f', arguments: '{}' },
    }
    expect(plain(whole(call))).toEqual([[0, 'c', 'f', '{}']])
  })
})

describe('tool calls in a stream', () => {
  test('are joined by index, parallel and interleaved, and given in the order of the index', () => {
    expect(
      streamed(
        [part({ index: 1, id: 'b' }, '', 'g'), part({ index: 0, id: 'a' }, '', 'f')],
        [part({ index: 0 }, '{"x"')],
        [part({ index: 1 }, '{}'), part({ index: 0 }, ':1}')],
      ),
    ).toEqual([
      [0, 'a', 'f', '{"x":1}'],
      [1, 'b', 'g', '{}'],
    ])
  })

  test('keep an index that does not begin at 0', () => {
    expect(streamed([part({ index: 1, id: 'a' }, '{}', 'f')])).toEqual([[1, 'a', 'f', '{}']])
  })

  test('keep id and name through later deltas that send them empty or again', () => {
    expect(
      streamed(
        [part({ index: 0, id: 'a' }, '{', 'f')],
        [part({ index: 0, id: '' }, '"x":', '')],
        [part({ index: 0, id: 'a' }, '1}', 'f')],
      ),
    ).toEqual([[0, 'a', 'f', '{"x":1}']])
  })

  test('that share index 0 but have ids and names of their own stay two calls', () => {
    expect(streamed([part({ index: 0, id: 'a' }, '{}', 'f')], [part({ index: 0, id: 'b' }, '[]', 'g')])).toEqual([
      [0, 'a', 'f', '{}'],
      [0, 'b', 'g', '[]'],
    ])
  })

  test('of one index stay one call where only the id changes', () => {
    expect(streamed([part({ index: 0, id: 'a' }, '{', 'f')], [part({ index: 0, id: 'b' }, '}')])).toEqual([
      [0, 'a', 'f', '{}'],
    ])
  })

  test('without index are joined by id', () => {
    expect(
      streamed(
        [part({ id: 'a' }, '{', 'f'), part({ id: 'b' }, '[', 'g')],
        [part({ id: 'b' }, ']'), part({ id: 'a' }, '}')],
      ),
    ).toEqual([
      [0, 'a', 'f', '{}'],
      [1, 'b', 'g', '[]'],
    ])
  })

  test('without index and id are joined by position; a name opens a new one', () => {
    expect(
      streamed([part({}, '{', 'f')], [part({}, '}')], [part({ id: '' }, '[', 'g')], [part({}, '1'), part({}, ']')]),
    ).toEqual([
      [0, undefined, 'f', '{}1'],
      [1, '', 'g', '[]'],
    ])
  })

  test('may come without arguments or without a name', () => {
    expect(streamed([part({ index: 0, id: 'a' }, undefined, 'f')])).toEqual([[0, 'a', 'f', '']])
    expect(streamed([part({ index: 0 }, '{}')])).toEqual([[0, undefined, '', '{}']])
  })
})
