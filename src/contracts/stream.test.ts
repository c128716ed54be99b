import { describe, expect, test } from 'vitest'
import type { Exchange, Piece } from '../wire/exchange.ts'
import { withPieces } from './_reread.ts'
import type { Seed } from './contract.ts'
import { judge } from './judge.ts'
import { chunk, completion, hello, stream, whole } from './seed.ts'
import { streamChunkContracts } from './stream-chunk.ts'
import { streamChunkSeeds, two } from './stream-chunk.seeds.ts'
import { streamClientContracts } from './stream-client.ts'
import { streamClientSeeds } from './stream-client.seeds.ts'
import { streamFinishContracts } from './stream-finish.ts'
import { streamFinishSeeds } from './stream-finish.seeds.ts'
import { streamContracts } from './stream.ts'
import { streamSeeds } from './stream.seeds.ts'

const contracts = [...streamContracts, ...streamChunkContracts, ...streamFinishContracts, ...streamClientContracts]
const wireSeeds = [...streamSeeds, ...streamChunkSeeds, ...streamFinishSeeds]
const seeds: readonly Seed[] = [...wireSeeds, ...streamClientSeeds]

const verdicts = (exchange: Exchange, verdict: string) =>
  judge(exchange, contracts).flatMap((each) => (each.verdict === verdict ? [each.contract] : []))

function breachesOf(exchange: Exchange) {
  const found = judge(exchange, contracts).flatMap(({ contract, breach }) =>
    breach ? [[contract, breach] as const] : [],
  )
  return Object.fromEntries(
    found.map(([contract, { says, blame, ...where }]) => [contract, `${says} | ${blame} | ${JSON.stringify(where)}`]),
  )
}

test('every contract has one seed', () => {
  expect(seeds.map(({ contract }) => contract)).toEqual(contracts.map(({ id }) => id))
})

describe.each(seeds)('$contract', ({ contract, clean }) => {
  test('is kept by its clean exchange, as is every other', () => {
    expect(verdicts(clean, 'broken')).toEqual([])
    expect(verdicts(clean, 'kept')).toContain(contract)
  })
})

test.each(wireSeeds)('$contract is broken by its defect, and no other', ({ contract, defect, also = [] }) => {
  expect(verdicts(defect, 'broken').sort()).toEqual([contract, ...also].sort())
})

test('each defect says what it is and where', () => {
  const said = wireSeeds.map(({ contract, defect }) => [contract, breachesOf(defect)[contract]])

  expect(Object.fromEntries(said)).toMatchInlineSnapshot(`
    {
      "stream.chunk.choices-array": "sent 1 chunk with choices null instead of an array | wire format | {"path":"$.choices","event":4}",
      "stream.chunk.created-constant": "changed created in its stream from 1767225600 to 1767225601 | wire format | {"path":"$.created","event":2}",
      "stream.chunk.id-constant": "changed id in its stream from "chatcmpl-1" to "chatcmpl-2" | wire format | {"path":"$.id","event":2}",
      "stream.chunk.model-constant": "changed model in its stream from "acme-1" to "acme-1-2026-01-01" | wire format | {"path":"$.model","event":2}",
      "stream.chunk.object": "sent 1 chunk with object "chat.completion" | wire format | {"path":"$.object","event":1}",
      "stream.delta.content-type": "sent content as an array of 1 | wire format | {"path":"$.choices[0].delta.content","event":1}",
      "stream.delta.role-first": "began choice 0 without role | wire format | {"path":"$.choices[0].delta.role","event":0}",
      "stream.delta.role-not-empty": "gave choice 0 the role "" | wire format | {"path":"$.choices[0].delta.role","event":1}",
      "stream.delta.role-once": "gave the role of choice 0 2 times | wire format | {"path":"$.choices[0].delta.role","event":1}",
      "stream.finish.exactly-once": "gave choice 0 its finish_reason "stop" 2 times | wire format | {"path":"$.choices[0].finish_reason","event":4}",
      "stream.finish.no-choice-chunk-after": "sent choice 0 again after its finish_reason | wire format | {"path":"$.choices[0]","event":4}",
      "stream.finish.no-content-after": "went on with choice 0 after its finish_reason | wire format | {"path":"$.choices[0].delta","event":4}",
      "stream.finish.present": "ended choice 0 without a finish_reason | wire format | {"path":"$.choices[0].finish_reason","event":2}",
      "stream.http.content-type": "sent its stream as content type application/json instead of text/event-stream | gateway | {"bytes":"application/json"}",
      "stream.n.by-index": "sent a choice with index 2, of 2 asked for | wire format | {"path":"$.choices[0].index","event":1}",
      "stream.sse.complete": "did not stream to its end: the body ended after 3 events, without finish_reason or [DONE] | infrastructure | {"event":2,"bytes":"…[{\\"index\\":0,\\"delta\\":{\\"content\\":\\" there\\"},\\"logprobs\\":null,\\"finish_reason\\":null}]}"}",
      "stream.sse.done-sentinel": "ended its stream without data: [DONE] | wire format | {"event":3,"bytes":"{\\"id\\":\\"chatcmpl-1\\",\\"object\\":\\"chat.completion.chunk\\",\\"created\\":1767225600,\\"model\\"…"}",
      "stream.sse.frame-json": "sent 1 event whose data is not JSON | wire format | {"event":2,"bytes":"{\\"id\\":\\"chatcmpl-1\\",\\"cho"}",
    }
  `)
})

const spliced = (at: number, remove: number, ...chunks: unknown[]) => stream(hello.toSpliced(at, remove, ...chunks))
const prelude = { id: '', model: '', object: '', created: 0, choices: [], prompt_filter_results: [] }
const asking = { ask: { stream: true } }
const failing = { error: { message: 'Overloaded', type: 'server_error' } }
const cutLast = ({ at, bytes }: Piece) => ({ at, bytes: at === 3 ? bytes.slice(0, 40) : bytes })
const usage = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 }

test('other defects of the same contracts say so', () => {
  const again = (choice: object) => {
    const began = [0, 1].map((index) => ({ index, delta: { role: 'assistant', content: 'Hi' } }))
    const ended = [0, 1].map((index) => ({ index, delta: {}, finish_reason: 'stop' }))
    const chunks = [...began, ...ended, { index: 1, ...choice }].map((each) => chunk({}, null, { choices: [each] }))
    return stream([...chunks, 'data: [DONE]'], { ask: { n: 2 } })
  }
  const defects: Record<string, Exchange> = {
    'one whole answer': whole(completion(), asking),
    'another object': whole({ ok: true }, asking),
    'a page': whole('<html>Busy</html>', { ...asking, headers: { 'content-type': 'text/html' } }),
    nothing: whole('', asking),
    'no content type': stream(hello, { headers: { 'content-type': '' } }),
    'another status': stream(hello, { status: 201 }),
    'no object': spliced(1, 0, 'data: null'),
    'blank data': spliced(1, 0, 'data:'),
    'two ends': stream([...hello, 'data: [DONE]']),
    'more after the end': stream([...hello, chunk({})]),
    'no end after an error': stream([...hello.slice(0, 3), failing]),
    'no event': stream([': PROCESSING']),
    'cut connection': stream(hello.slice(0, 4), { end: 'aborted' }),
    'cut event': withPieces(stream(hello), stream(hello).response.pieces.slice(0, 4).map(cutLast)),
    'a prelude of Azure': stream([prelude, ...hello]),
    'no id': stream(hello.map((each) => (typeof each === 'string' ? each : { ...(each as object), id: undefined }))),
    'one choice ended twice': two(0, 0),
    'no index': two(undefined, 1),
    'one index twice in a chunk': stream(
      [
        chunk({}, null, { choices: [0, 0].map((index) => ({ index, delta: { role: 'assistant' } })) }),
        ...hello.slice(3),
      ],
      { ask: { n: 2 } },
    ),
    'no choice': stream([chunk({}, null, { choices: [] }), 'data: [DONE]']),
    'empty reason': spliced(3, 1, chunk({}, '')),
    'two reasons': spliced(4, 0, chunk({}, 'length')),
    'one whole answer without a content type': whole(completion(), { ...asking, headers: { 'content-type': '' } }),
    'plain text': whole('Busy', asking),
    'a blank body': whole(' \n', asking),
    'a first chunk that was cut': spliced(0, 1, 'data: {"id'),
    'a last chunk that was cut': spliced(3, 1, 'data: {"id'),
    'the role of the second choice twice': again({ delta: { role: 'assistant' } }),
    'the second of two choices ended twice': again({ delta: {}, finish_reason: 'stop' }),
    'one of three choices ended twice': stream([...hello.slice(0, 4), chunk({}, 'stop'), hello[4]], { ask: { n: 3 } }),
    'content that is an object': spliced(1, 1, chunk({ content: { text: 'Hi' } })),
    'content that is a number': spliced(1, 1, chunk({ content: 5 })),
    'a list of content after the end': spliced(4, 0, chunk({ content: ['!'] })),
    'a refusal after the end': spliced(4, 0, chunk({ refusal: 'No.' })),
    'the name of a legacy call after the end': spliced(4, 0, chunk({ function_call: { name: 'f' } })),
    'arguments of a legacy call after the end': spliced(4, 0, chunk({ function_call: { arguments: '{}' } })),
    'an empty delta after the end': spliced(4, 0, chunk({ content: [], tool_calls: [], function_call: {} })),
    'a call after the end': spliced(4, 0, chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f' } }] })),
  }

  const said = Object.entries(defects).map(([name, exchange]) => [name, breachesOf(exchange)])
  expect(Object.fromEntries(said)).toMatchInlineSnapshot(`
    {
      "a blank body": {
        "stream.http.content-type": "sent an empty body instead of an event stream, as content type application/json | gateway | {"bytes":" \\\\n"}",
      },
      "a call after the end": {
        "stream.finish.no-choice-chunk-after": "sent choice 0 again after its finish_reason | wire format | {"path":"$.choices[0]","event":4}",
        "stream.finish.no-content-after": "went on with choice 0 after its finish_reason | wire format | {"path":"$.choices[0].delta","event":4}",
      },
      "a first chunk that was cut": {
        "stream.sse.frame-json": "sent 1 event whose data is not JSON | wire format | {"event":0,"bytes":"{\\"id"}",
      },
      "a last chunk that was cut": {
        "stream.sse.frame-json": "sent 1 event whose data is not JSON | wire format | {"event":3,"bytes":"{\\"id"}",
      },
      "a list of content after the end": {
        "stream.delta.content-type": "sent content as an array of 1 | wire format | {"path":"$.choices[0].delta.content","event":4}",
        "stream.finish.no-choice-chunk-after": "sent choice 0 again after its finish_reason | wire format | {"path":"$.choices[0]","event":4}",
        "stream.finish.no-content-after": "went on with choice 0 after its finish_reason | wire format | {"path":"$.choices[0].delta","event":4}",
      },
      "a page": {
        "stream.http.content-type": "sent a body of HTML instead of an event stream, as content type text/html | gateway | {"bytes":"<html>Busy</html>"}",
      },
      "a prelude of Azure": {
        "stream.chunk.created-constant": "changed created in its stream from 0 to 1767225600 | wire format | {"path":"$.created","event":1}",
        "stream.chunk.id-constant": "sent 1 chunk with id "" | wire format | {"path":"$.id","event":0}",
        "stream.chunk.model-constant": "changed model in its stream from "" to "acme-1" | wire format | {"path":"$.model","event":1}",
        "stream.chunk.object": "sent 1 chunk with object "" | wire format | {"path":"$.object","event":0}",
      },
      "a refusal after the end": {
        "stream.finish.no-choice-chunk-after": "sent choice 0 again after its finish_reason | wire format | {"path":"$.choices[0]","event":4}",
        "stream.finish.no-content-after": "went on with choice 0 after its finish_reason | wire format | {"path":"$.choices[0].delta","event":4}",
      },
      "an empty delta after the end": {
        "stream.delta.content-type": "sent content as an array of 0 | wire format | {"path":"$.choices[0].delta.content","event":4}",
        "stream.finish.no-choice-chunk-after": "sent choice 0 again after its finish_reason | wire format | {"path":"$.choices[0]","event":4}",
      },
      "another object": {
        "stream.http.content-type": "sent a body of JSON instead of an event stream, as content type application/json | gateway | {"bytes":"{\\"ok\\":true}"}",
      },
      "another status": {
        "stream.http.content-type": "sent its stream with HTTP 201 instead of 200 | gateway | {"bytes":"201"}",
      },
      "arguments of a legacy call after the end": {
        "stream.finish.no-choice-chunk-after": "sent choice 0 again after its finish_reason | wire format | {"path":"$.choices[0]","event":4}",
        "stream.finish.no-content-after": "went on with choice 0 after its finish_reason | wire format | {"path":"$.choices[0].delta","event":4}",
      },
      "blank data": {
        "stream.sse.frame-json": "sent 1 event whose data is not JSON | wire format | {"event":1}",
      },
      "content that is a number": {
        "stream.delta.content-type": "sent content as 5 | wire format | {"path":"$.choices[0].delta.content","event":1}",
      },
      "content that is an object": {
        "stream.delta.content-type": "sent content as an object | wire format | {"path":"$.choices[0].delta.content","event":1}",
      },
      "cut connection": {
        "stream.sse.complete": "did not stream to its end: the connection was cut after 4 events | infrastructure | {"event":3,"bytes":"…fp_1\\",\\"choices\\":[{\\"index\\":0,\\"delta\\":{},\\"logprobs\\":null,\\"finish_reason\\":\\"stop\\"}]}"}",
      },
      "cut event": {
        "stream.sse.complete": "did not stream to its end: the body ended in the middle of an event, after 3 events | infrastructure | {"event":2,"bytes":"data: {\\"id\\":\\"chatcmpl-1\\",\\"object\\":\\"chat."}",
      },
      "empty reason": {
        "stream.finish.present": "ended choice 0 without a finish_reason but "" | wire format | {"path":"$.choices[0].finish_reason","event":3}",
      },
      "more after the end": {
        "stream.sse.done-sentinel": "went on sending events after data: [DONE] | wire format | {"event":5,"bytes":"{\\"id\\":\\"chatcmpl-1\\",\\"object\\":\\"chat.completion.chunk\\",\\"created\\":1767225600,\\"model\\"…"}",
      },
      "no choice": {
        "stream.finish.present": "ended its stream without any choice | wire format | {"path":"$.choices","event":1}",
      },
      "no content type": {
        "stream.http.content-type": "sent its stream without the content type text/event-stream | gateway | {"bytes":"HTTP 200, content-type none, data: {\\"id\\":\\"chatcmpl-1\\",\\"object\\":\\"chat.completion.chunk\\",\\"created\\":1767225600,\\"…"}",
      },
      "no end after an error": {
        "stream.sse.done-sentinel": "ended its stream without data: [DONE], after an error | wire format | {"event":3,"bytes":"{\\"error\\":{\\"message\\":\\"Overloaded\\",\\"type\\":\\"server_error\\"}}"}",
      },
      "no event": {
        "stream.sse.complete": "did not stream to its end: the body ended after 0 events, without finish_reason or [DONE] | infrastructure | {"bytes":"HTTP 200, content-type text/event-stream; charset=utf-8, : PROCESSING\\\\n\\\\n"}",
      },
      "no id": {
        "stream.chunk.id-constant": "sent 4 chunks without id | wire format | {"path":"$.id","event":0}",
      },
      "no index": {
        "stream.n.by-index": "sent a choice without index, of 2 asked for | wire format | {"path":"$.choices[0].index","event":0}",
      },
      "no object": {
        "stream.sse.frame-json": "sent 1 event whose data is not a JSON object but null | wire format | {"event":1,"bytes":"null"}",
      },
      "nothing": {
        "stream.http.content-type": "sent an empty body instead of an event stream, as content type application/json | gateway | {"bytes":"HTTP 200, content-type application/json, no body"}",
      },
      "one choice ended twice": {
        "stream.delta.role-once": "gave the role of choice 0 2 times | wire format | {"path":"$.choices[0].delta.role","event":1}",
        "stream.finish.exactly-once": "gave choice 0 its finish_reason "stop" 2 times | wire format | {"path":"$.choices[0].finish_reason","event":3}",
        "stream.finish.no-choice-chunk-after": "sent choice 0 again after its finish_reason | wire format | {"path":"$.choices[0]","event":3}",
        "stream.n.by-index": "sent 2 choices under the one index 0 | wire format | {"path":"$.choices[0].index","event":3}",
      },
      "one index twice in a chunk": {
        "stream.delta.role-once": "gave the role of choice 0 2 times | wire format | {"path":"$.choices[1].delta.role","event":0}",
        "stream.n.by-index": "sent two choices of index 0 in one chunk | wire format | {"path":"$.choices[1].index","event":0}",
      },
      "one of three choices ended twice": {
        "stream.finish.exactly-once": "gave choice 0 its finish_reason "stop" 2 times | wire format | {"path":"$.choices[0].finish_reason","event":4}",
        "stream.finish.no-choice-chunk-after": "sent choice 0 again after its finish_reason | wire format | {"path":"$.choices[0]","event":4}",
      },
      "one whole answer": {
        "stream.http.content-type": "sent one whole answer instead of an event stream, as content type application/json | gateway | {"bytes":"{\\"id\\":\\"chatcmpl-1\\",\\"object\\":\\"chat.completion\\",\\"created\\":1767225600,\\"model\\":\\"acme…"}",
      },
      "one whole answer without a content type": {
        "stream.http.content-type": "sent one whole answer instead of an event stream, without a content type | gateway | {"bytes":"{\\"id\\":\\"chatcmpl-1\\",\\"object\\":\\"chat.completion\\",\\"created\\":1767225600,\\"model\\":\\"acme…"}",
      },
      "plain text": {
        "stream.http.content-type": "sent a body of plain text instead of an event stream, as content type application/json | gateway | {"bytes":"Busy"}",
      },
      "the name of a legacy call after the end": {
        "stream.finish.no-choice-chunk-after": "sent choice 0 again after its finish_reason | wire format | {"path":"$.choices[0]","event":4}",
        "stream.finish.no-content-after": "went on with choice 0 after its finish_reason | wire format | {"path":"$.choices[0].delta","event":4}",
      },
      "the role of the second choice twice": {
        "stream.delta.role-once": "gave the role of choice 1 2 times | wire format | {"path":"$.choices[0].delta.role","event":4}",
        "stream.finish.no-choice-chunk-after": "sent choice 1 again after its finish_reason | wire format | {"path":"$.choices[0]","event":4}",
      },
      "the second of two choices ended twice": {
        "stream.finish.exactly-once": "gave choice 1 its finish_reason "stop" 2 times | wire format | {"path":"$.choices[0].finish_reason","event":4}",
        "stream.finish.no-choice-chunk-after": "sent choice 1 again after its finish_reason | wire format | {"path":"$.choices[0]","event":4}",
      },
      "two ends": {
        "stream.sse.done-sentinel": "sent data: [DONE] 2 times | wire format | {"event":5,"bytes":"[DONE]"}",
      },
      "two reasons": {
        "stream.finish.exactly-once": "gave choice 0 different finish_reasons: "stop" and "length" | wire format | {"path":"$.choices[0].finish_reason","event":4}",
        "stream.finish.no-choice-chunk-after": "sent choice 0 again after its finish_reason | wire format | {"path":"$.choices[0]","event":4}",
      },
    }
  `)
})

test('what is legal breaks nothing', () => {
  const one = (delta: object, finish: string | null) =>
    chunk({}, null, { choices: [{ index: 1, delta, finish_reason: finish }] })
  const legal: Record<string, Exchange> = {
    'usage in a chunk without choices': spliced(4, 0, chunk({}, null, { choices: [], usage })),
    comments: spliced(1, 0, ': keep-alive', 'event: ping\ndata: {"type":"ping"}'),
    refusal: spliced(1, 2, chunk({ refusal: 'No.' })),
    'several choices': two(0, 1),
    'fewer choices than asked for': stream(hello, { ask: { n: 2 } }),
    'legacy function call': spliced(1, 2, chunk({ content: null, function_call: { name: 'f', arguments: '{}' } })),
    'null role and content': spliced(1, 1, chunk({ role: null, content: null })),
    'an error named as one': stream([
      ...hello.slice(0, 3),
      'event: error\ndata: {"error":{"message":"Busy"}}',
      hello[4],
    ]),
    'a choice without a delta': spliced(0, 0, chunk({}, null, { choices: [{ index: 0 }] })),
    'a chunk without time and model': spliced(
      1,
      1,
      chunk({ content: 'Hello' }, null, { created: undefined, model: undefined }),
    ),
    'one choice under another index': stream([
      one({ role: 'assistant', content: 'Hi' }, null),
      one({}, 'stop'),
      'data: [DONE]',
    ]),
    'an error before the connection was cut': stream([...hello.slice(0, 3), failing], { end: 'aborted' }),
    'a stream that the client gave up': stream(hello.slice(0, 3), { end: 'cancelled' as 'closed' }),
    'no headers': { ...stream(hello), response: { ...stream(hello).response, headers: {} } },
    'a whole answer that was asked for': whole(completion()),
    'carriage returns': stream(hello.map((each) => (typeof each === 'string' ? `${each}\r` : each))),
  }

  for (const [name, exchange] of Object.entries(legal)) expect(verdicts(exchange, 'broken'), name).toEqual([])
})

test('chunks under a foreign event name are chunks, as the SDK takes them', () => {
  const named = hello.map((each) => (typeof each === 'string' ? each : `event: add\ndata: ${JSON.stringify(each)}`))

  expect(verdicts(stream(named), 'broken')).toEqual([])
  expect(verdicts(stream(named), 'kept')).toEqual(verdicts(stream(hello), 'kept'))
})

test('nothing is said of what is no successful chat stream', () => {
  const foreign: Exchange[] = [
    stream(hello, { status: 500 }),
    stream([{ type: 'response.created', response: {} }], { path: '/responses' }),
    stream([{ object: 'text_completion', choices: [{ index: 0, text: 'Hi' }] }], { path: '/completions' }),
    whole({ error: { message: 'No' } }, asking),
    whole(completion()),
  ]

  for (const exchange of foreign) expect(verdicts(exchange, 'unchecked')).toHaveLength(contracts.length)
  const once = stream([hello[0], chunk({}, 'stop', { created: undefined, model: undefined }), 'data: [DONE]'])
  expect(verdicts(once, 'unchecked')).toEqual(
    expect.arrayContaining(['stream.chunk.created-constant', 'stream.chunk.model-constant']),
  )
})

const strange: readonly unknown[] = [null, 0, '', 'x', [], {}, [null], [[]], { 0: 1 }, true, -1.5]

test('strange values make no check throw, and every breach has its evidence', () => {
  const exchanges = strange.flatMap((value) => [
    ...['id', 'object', 'created', 'model', 'choices', 'error', 'usage'].map((key) =>
      chunk({}, null, { [key]: value }),
    ),
    ...['role', 'content', 'refusal', 'tool_calls', 'function_call'].map((key) => chunk({ [key]: value }, 'stop')),
    chunk({}, null, { choices: [value, { index: value, delta: value, finish_reason: value }] }),
    value,
  ])
  const asked = strange.map((value) => stream(hello, { ask: { n: value, stream: value } }))
  const judged = [...exchanges.map((each) => spliced(1, 0, each)), ...asked].flatMap((exchange) =>
    judge(exchange, contracts),
  )
  const breaches = judged.flatMap(({ breach }) => breach ?? [])

  expect(breaches.length).toBeGreaterThan(100)
  expect(breaches.filter(({ path, event, bytes }) => (path ?? event ?? bytes) === undefined)).toEqual([])
})
