import { expect, test } from 'vitest'
import { readReply } from '../wire/reply.ts'
import type { Reply, StreamFacts } from '../wire/types.ts'
import { small } from './_reread.ts'
import { chunk, hello, stream } from './seed.ts'
import { streamCheckWith, streamClientContracts } from './stream-client.ts'
import { streamClientSeeds, streamWrongReaders } from './stream-client.seeds.ts'

const checks = Object.entries(streamCheckWith)

test('every contract has a check that takes a reader, and readers that break it', () => {
  const ids = streamClientContracts.map(({ id }) => id)
  expect(checks.map(([id]) => id)).toEqual(ids)
  expect(Object.keys(streamWrongReaders)).toEqual(ids)
})

test('every wrong reader is found out', () => {
  const said = checks.map(([id, checkWith]) => {
    const seed = streamClientSeeds.find(({ contract }) => contract === id)
    const reply = readReply(seed?.defect ?? stream([]))
    const readers = Object.entries(streamWrongReaders[id] ?? {})
    return [id, Object.fromEntries(readers.map(([name, read]) => [name, checkWith(read)(reply)]))]
  })

  expect(Object.fromEntries(said)).toMatchInlineSnapshot(`
    {
      "stream.error.midstream-surfaced": {
        "forgets the text": {
          "event": 1,
          "path": "$.choices[0].delta.content",
          "says": "was read without the text that came beside an error",
        },
        "knows no error": {
          "bytes": "{"error":{"message":"Overloaded","type":"server_error"}}",
          "event": 3,
          "says": "was read as a success in spite of an error inside",
        },
      },
      "stream.finish.payload-in-final-chunk": {
        "drops the delta of the last chunk": {
          "event": 3,
          "path": "$.choices[0].delta",
          "says": "was read without "!" of the chunk with the finish_reason",
        },
      },
      "stream.refusal-delta": {
        "keeps the first piece": {
          "event": 2,
          "path": "$.choices[0].delta.refusal",
          "says": "was read without its refusal "I can't."",
        },
        "knows no refusal": {
          "event": 1,
          "path": "$.choices[0].delta.refusal",
          "says": "was read without its refusal "I'm sorry, "",
        },
      },
      "stream.sse.comments-ignorable": {
        "gives up without a comment": {
          "bytes": ": PROCESSING",
          "says": "was read otherwise without its comments (2)",
        },
        "takes a comment for the end": {
          "bytes": ": keep-alive",
          "says": "was read otherwise with comments between its events",
        },
        "throws": {
          "bytes": "SyntaxError: Unexpected token",
          "says": "came in bytes on which the reader threw",
        },
      },
      "stream.sse.malformed-frame-surfaced": {
        "ends at a bad frame": {
          "bytes": "data: {"id":"cut o",
          "says": "was read without the frames after one that is not JSON",
        },
        "skips a bad frame": {
          "bytes": "data: {"id":"cut o",
          "says": "was read without a word of a frame that is not JSON",
        },
        "takes [DONE] for an answer": {
          "bytes": "data: {"id":"cut o",
          "says": "was read as an answer where only a frame that is not JSON and [DONE] came",
        },
      },
      "stream.sse.rechunk-invariant": {
        "decodes each piece by itself": {
          "bytes": "{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1767225600,"model"…",
          "event": 2,
          "says": "was read otherwise where its bytes came in small pieces",
        },
        "reads the first piece of many": {
          "bytes": "{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1767225600,"model"…",
          "event": 0,
          "says": "was read otherwise where its bytes came in small pieces",
        },
        "takes one piece for one event": {
          "bytes": "{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1767225600,"model"…",
          "event": 1,
          "says": "was read otherwise where its bytes came in one piece",
        },
      },
    }
  `)
})

test('arguments in the last chunk must be kept too', () => {
  const call = { index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":1}' } }
  const reply = readReply(stream([...hello.slice(0, 1), chunk({ tool_calls: [call] }, 'tool_calls'), 'data: [DONE]']))
  const check = streamCheckWith['stream.finish.payload-in-final-chunk']

  expect(check(readReply)(reply)).toBeUndefined()
  expect(check(() => ({ ...reply, answers: [] }))(reply)?.says).toBe(
    'was read without "{"a":1}" of the chunk with the finish_reason',
  )
})

test('the own reader finds each of two choices, and errors by name, by text and by message', () => {
  const part = (index: number, delta: object, finish: string | null = null) =>
    chunk({}, null, { choices: [{ index, delta, finish_reason: finish }] })
  const error = { error: { message: 'Busy' } }
  const two = [
    part(0, { content: 'One' }),
    part(1, { content: 'Two', refusal: 'No.' }),
    part(0, { content: '.' }, 'stop'),
    part(1, { content: '!' }, 'stop'),
  ]
  const kept = Object.values(streamCheckWith).map((checkWith) =>
    checkWith(readReply)(readReply(stream([...two, error]))),
  )
  expect(kept.filter((breach) => breach !== undefined)).toEqual([])

  const blind = streamCheckWith['stream.error.midstream-surfaced']((exchange) => ({
    ...readReply(exchange),
    error: undefined,
  }))
  const errors = [
    `event: error\ndata: ${JSON.stringify(error)}`,
    { error: 'Busy' },
    error,
    { error: { code: 1 } },
    { error: '' },
  ]
  expect(errors.map((each) => blind(readReply(stream([...two, each, part(0, {})])))?.event)).toEqual([
    4,
    4,
    4,
    undefined,
    undefined,
  ])
})

test('only what the last chunk carries must be kept by the check of that chunk', () => {
  const reply = readReply(stream([...hello.slice(0, 3), chunk({ content: '!' }, 'stop'), 'data: [DONE]']))
  const check = streamCheckWith['stream.finish.payload-in-final-chunk']
  const late = check(() => ({ ...reply, answers: reply.answers.map((answer) => ({ ...answer, text: '!' })) }))
  expect(late(reply)).toBeUndefined()
})

test('a bad frame may change neither the number of events nor the answers, and is named where it stands alone', () => {
  const reply = readReply(stream(hello))
  const check = streamCheckWith['stream.sse.malformed-frame-surfaced']
  const bad = (change: (other: Reply) => Partial<Reply>, isAlone = false) =>
    check((exchange) => {
      const other = readReply(exchange)
      return (other.answers.length === 0) === isAlone ? { ...other, ...change(other) } : other
    })(reply)?.says
  expect([
    bad(({ stream: facts }) => ({ stream: facts && { ...facts, events: facts.events.slice(1) } })),
    bad(() => ({ answers: reply.answers.map((answer) => ({ ...answer, text: 'Hello' })) })),
    bad(({ stream: facts }) => ({ stream: facts && { ...facts, malformed: [] } }), true),
  ]).toMatchInlineSnapshot(`
    [
      "was read without the frames after one that is not JSON",
      "was read without the frames after one that is not JSON",
      "was read as an answer where only a frame that is not JSON and [DONE] came",
    ]
  `)
})

const counted = chunk({}, null, { choices: [], usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 } })
const facts =
  (change: (stream: StreamFacts) => Partial<StreamFacts>) =>
  ({ stream: all }: Reply): Partial<Reply> => ({ stream: all && { ...all, ...change(all) } })

test.each<[string, (reply: Reply) => Partial<Reply>]>([
  ['other answers', () => ({ answers: [] })],
  ['other counts', () => ({ usage: undefined })],
  ['another place of an error', ({ error }) => ({ error: error && { ...error, eventIndex: 0 } })],
  ['other names of events', facts(({ events }) => ({ events: events.map((each) => ({ ...each, event: 'ping' })) }))],
  ['other data of events', facts(({ events }) => ({ events: events.map((each) => ({ ...each, data: '{}' })) }))],
  ['a bad frame', facts(() => ({ malformed: [1] }))],
  ['a second [DONE]', facts(() => ({ doneCount: 2 }))],
  ['no terminal event', facts(() => ({ terminated: false }))],
  ['an unfinished event at the end', facts(() => ({ tail: 'data: {' }))],
])('a reader that makes %s of other pieces is found out', (_, change) => {
  const error = { error: { message: 'Overloaded' } }
  const reply = readReply(stream([...hello.slice(0, 4), counted, error, 'data: [DONE]']))
  const check = streamCheckWith['stream.sse.rechunk-invariant']
  expect(check(() => ({ ...reply }))(reply)).toBeUndefined()
  expect(check(() => ({ ...reply, ...change(reply) }))(reply)?.says).toBe(
    'was read otherwise where its bytes came in one piece',
  )
})

test('what is no stream any more without its comments is not compared', () => {
  const reply = readReply(stream([': PROCESSING', ...hello]))
  const check = streamCheckWith['stream.sse.comments-ignorable']((exchange) => {
    const other = readReply(exchange)
    return other.stream?.comments === 0 ? { ...other, stream: undefined, answers: [] } : other
  })
  expect(check(reply)).toBeUndefined()
})

test('small pieces cut everywhere at first, then inside characters and line ends', () => {
  const text = `${'x'.repeat(2000)}ü🙂\r\n\r\ny`
  const pieces = small(Buffer.from(text))

  expect(Buffer.concat(pieces.map(({ bytes }) => bytes)).toString()).toBe(text)
  expect(pieces.slice(254).map(({ bytes }) => bytes.length)).toEqual([1, 1, 1744, ...Array<number>(9).fill(1), 2])
})
