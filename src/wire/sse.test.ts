import { describe, expect, test } from 'vitest'
import type { Piece } from './exchange.ts'
import { readItems, readStream } from './sse.ts'
import type { StreamFacts } from './types.ts'

const pieces = (...texts: (string | Uint8Array)[]): Piece[] =>
  texts.map((text, at) => ({ at: at * 10, bytes: typeof text === 'string' ? Buffer.from(text) : text }))

const read = (...texts: (string | Uint8Array)[]) => readStream(pieces(...texts), 'chat')

const data = (facts: StreamFacts) => facts.events.map((event) => event.data)

const timeless = ({ events, ...rest }: StreamFacts) => ({
  ...rest,
  events: events.map(({ event, data, json }) => ({ event, data, json })),
})

describe('an event stream', () => {
  test('gives each event its name, data, JSON and the time of the piece that completed it', () => {
    expect(read('event: ping\ndata: {"a"', ':1}\n', '\ndata: [DONE]\n\n')).toEqual({
      events: [
        { event: 'ping', data: '{"a":1}', json: { a: 1 }, at: 20 },
        { event: undefined, data: '[DONE]', json: undefined, at: 20 },
      ],
      comments: 0,
      malformed: [],
      doneCount: 1,
      terminated: true,
      tail: '',
    })
  })

  test('reads an event name that stands after the data, as Bedrock sends it', () => {
    expect(read('data: {}\nevent: response.created\n\n').events[0]?.event).toBe('response.created')
  })

  test('counts comments and joins data lines with a newline', () => {
    const facts = read(': OPENROUTER PROCESSING\n\n:\n\ndata: {\ndata: "a": 1}\n\n')
    expect(facts.comments).toBe(2)
    expect(facts.events[0]).toMatchObject({ data: '{\n"a": 1}', json: { a: 1 } })
  })

  test('accepts data without a space and keeps a second one', () => {
    expect(data(read('data:1\n\ndata:  2\n\n'))).toEqual(['1', ' 2'])
  })

  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
    ['CR', '\r'],
  ])('ends lines at %s', (_, end) => {
    const facts = read(['data: {"a":1}', '', ': c', 'data: [DONE]', '', ''].join(end))
    expect(data(facts)).toEqual(['{"a":1}', '[DONE]'])
    expect(facts).toMatchObject({ comments: 1, doneCount: 1, tail: '' })
  })

  test('ignores one byte order mark and blank lines at the beginning', () => {
    expect(data(read('\uFEFF\n\ndata: 1\n\n'))).toEqual(['1'])
  })

  test('lists every event that is neither JSON nor [DONE], an empty one too', () => {
    const facts = read('data: {oops\n\ndata: 1\n\ndata:\n\ndata: [DONE]\n\n')
    expect(facts.malformed).toEqual([0, 2])
    expect(data(facts)).toEqual(['{oops', '1', '', '[DONE]'])
  })

  test('counts each [DONE], white space around it or not', () => {
    const facts = read('data: [DONE]\n\ndata: [DONE] \n\n')
    expect(facts.doneCount).toBe(2)
    expect(data(facts)).toEqual(['[DONE]', '[DONE] '])
  })

  test('skips ids, retry times, unknown fields and an event without data', () => {
    const facts = read('id: 1\nretry: 5\nfoo: bar\n\nevent: ping\n\nplain text\n\ndata: 1\n\n')
    expect(data(facts)).toEqual(['1'])
    expect(facts.malformed).toEqual([])
  })

  test('is empty for an empty body', () => {
    expect(read()).toEqual({ events: [], comments: 0, malformed: [], doneCount: 0, terminated: false, tail: '' })
    expect(read('', '')).toEqual(read())
  })
})

describe('the end of a stream', () => {
  test.each(['data: [DONE]', 'data: [DONE]\n', 'data: [DONE] \n', 'data: [DONE]\r', 'data: [DONE]\r\n'])(
    'reads %j as a whole event, as the OpenAI SDK does',
    (end) => {
      expect(read(`data: {"a":1}\n\n${end}`)).toMatchObject({ doneCount: 1, terminated: true, tail: '' })
    },
  )

  test('reads a last event whose JSON is whole', () => {
    const facts = read('data: 1\n\n', 'event: error\ndata: {"a":1}')
    expect(facts.events[1]).toEqual({ event: 'error', data: '{"a":1}', json: { a: 1 }, at: 10 })
    expect(facts.tail).toBe('')
  })

  test.each([
    ['JSON cut in half', 'data: {"a":'],
    ['an event name alone', 'event: response.comp'],
    ['a field name alone', 'dat'],
    ['a cut [DONE]', 'data: [DO'],
  ])('leaves %s as tail, not as a malformed event', (_, end) => {
    expect(read(`data: 1\n\n${end}`)).toMatchObject({ events: [{ data: '1' }], malformed: [], tail: end })
  })

  test('keeps a character cut in half in the tail as U+FFFD', () => {
    expect(read('data: 1\n\n', 'data: "é').tail).toBe('data: "é')
    expect(read('data: 1\n\n', Buffer.from('data: "é').subarray(0, -1)).tail).toBe('data: "\uFFFD')
  })

  test('does not take a comment for an unfinished event', () => {
    expect(read('data: 1\n\n: keep-alive')).toMatchObject({ comments: 1, tail: '' })
  })

  test.each([
    ['chat', 'data: [DONE]\n\n', true],
    ['chat', 'data: {"type":"response.completed"}\n\n', false],
    ['responses', 'data: {"type":"response.completed"}\n\n', true],
    ['responses', 'data: {"type":"response.incomplete"}\n\n', true],
    ['responses', 'event: response.failed\ndata: {}\n\n', true],
    ['responses', 'data: {"type":"response.created"}\n\ndata: [DONE]\n\n', false],
    ['unknown', 'data: {"type":"response.completed"}\n\n', true],
    ['unknown', 'data: [DONE]\n\n', true],
  ] as const)('of %s with %j is terminated: %s', (api, text, terminated) => {
    expect(readStream(pieces(text), api).terminated).toBe(terminated)
  })
})

const awkward =
  '\uFEFF: café\r\n\r\nevent: x\r\ndata: {"text":"naïve 日本 😀"}\r\n\r\ndata: {"a":\rdata: 1}\r\rdata: {oops\n\n' +
  'id: 7\ndata: [DONE]\n\n: ü\n\ndata: [DONE]\r\n\r\ndata: {"cut":"é'

test('cut at every byte, a stream gives the same facts', () => {
  const bytes = Buffer.from(awkward)
  const whole = timeless(read(bytes))
  expect(whole).toMatchObject({ comments: 2, malformed: [2], doneCount: 2, tail: 'data: {"cut":"é' })
  expect(whole.events.map((event) => event.json)).toEqual([
    { text: 'naïve 日本 😀' },
    { a: 1 },
    undefined,
    undefined,
    undefined,
  ])
  for (let at = 0; at <= bytes.length; at++) {
    expect(timeless(read(bytes.subarray(0, at), bytes.subarray(at)))).toEqual(whole)
  }
})

test('byte by byte, every beginning of a stream gives the same facts as whole', () => {
  const bytes = Buffer.from(awkward)
  for (let end = 0; end <= bytes.length; end++) {
    const part = bytes.subarray(0, end)
    const single = [...part].map((byte) => Uint8Array.of(byte))
    expect(timeless(read(...single))).toEqual(timeless(read(part)))
  }
})

test('bytes that are no UTF-8 become U+FFFD, however they are cut', () => {
  const bytes = Buffer.concat([
    Buffer.from('data: "'),
    Buffer.of(0xff, 0xe6, 0x97, 0x41, 0xf0, 0x9f),
    Buffer.from('"\n\n'),
  ])
  expect(data(read(bytes))).toEqual(['"\uFFFD\uFFFDA\uFFFD"'])
  expect(data(read(...[...bytes].map((byte) => Uint8Array.of(byte))))).toEqual(['"\uFFFD\uFFFDA\uFFFD"'])
})

test('a line of ten megabytes in small pieces is read in good time', { timeout: 5000 }, () => {
  const part = Buffer.from('x'.repeat(1000))
  const facts = read('data: "', ...Array.from({ length: 10_000 }, () => part), '"\n\n')
  expect(facts.events[0]?.json).toHaveLength(10_000_000)
})

describe('readItems', () => {
  const items = (...texts: string[]) =>
    readItems(texts.map((text, at) => ({ at, bytes: Buffer.from(text) }))).map(({ at, ...item }) =>
      item.kind === 'event' ? [at, item.event, item.data] : [at, item.kind, item.text],
    )

  test('gives events, comments and odd lines in the order of the wire', () => {
    expect(items(': one\n\ndata: 1\n\n', 'event: e\nid: 7\n', 'data: 2\n\n: two\n', 'retry: 5\nnonsense\n\n')).toEqual([
      [0, 'comment', 'one'],
      [0, undefined, '1'],
      [2, 'e', '2'],
      [2, 'comment', 'two'],
      [3, 'odd', 'retry: 5'],
      [3, 'odd', 'nonsense'],
    ])
  })

  test('gives an unfinished last event, and characters cut in two', () => {
    const bytes = Buffer.from('data: ü')
    expect(
      readItems([
        { at: 1, bytes: bytes.subarray(0, 7) },
        { at: 2, bytes: bytes.subarray(7) },
      ]),
    ).toEqual([{ at: 2, kind: 'event', event: undefined, id: undefined, data: 'ü' }])
  })
})
