import { describe, expect, test } from 'vitest'
import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import { isCutJson, jsonCheckWith, jsonContracts } from './json.ts'
import { jsonSeeds, jsonWrongReaders, structured } from './json.seeds.ts'
import { judge } from './judge.ts'
import { response } from './responses.seeds.ts'
import { chunk, completion, hello, stream, whole } from './seed.ts'

const verdicts = (exchange: Exchange, verdict: string) =>
  judge(exchange, jsonContracts).flatMap((each) => (each.verdict === verdict ? [each.contract] : []))

const breachesOf = (exchange: Exchange) => judge(exchange, jsonContracts).flatMap(({ breach }) => breach ?? [])

test('every contract has one seed', () => {
  expect(jsonSeeds.map(({ contract }) => contract)).toEqual(jsonContracts.map(({ id }) => id))
})

describe.each(jsonSeeds)('$contract', ({ contract, clean }) => {
  test('is kept by its clean exchange, as is every other', () => {
    expect(verdicts(clean, 'broken')).toEqual([])
    expect(verdicts(clean, 'kept')).toContain(contract)
  })
})

const inBytes = jsonSeeds.filter(({ clean, defect }) => clean !== defect)

test.each(inBytes)('$contract is broken by its defect, and no other', ({ contract, defect, also = [] }) => {
  expect(verdicts(defect, 'broken').sort()).toEqual([contract, ...also].sort())
})

test('each defect says what it is and where', () => {
  expect(jsonSeeds.flatMap(({ defect }) => breachesOf(defect))).toMatchInlineSnapshot(`
    [
      {
        "blame": "wire format",
        "bytes": "{ name: "Ada" }",
        "path": "$.choices[0].message.content",
        "says": "sent its JSON as an object",
      },
      {
        "blame": "gateway",
        "bytes": "{"name":"A",
        "path": "$.choices[0].finish_reason",
        "says": "finished with "stop", though its JSON was cut",
      },
    ]
  `)
})

test('every wrong reader of a refusal is found out', () => {
  const [refusal] = Object.entries(jsonCheckWith)
  const [id, checkWith] = refusal ?? []
  const seed = jsonSeeds.find(({ contract }) => contract === id)
  const readers = Object.entries(jsonWrongReaders[id ?? ''] ?? {})
  const said = readers.map(([name, read]) => [name, checkWith?.(read)(readReply(seed?.defect ?? whole('')))])

  expect(Object.fromEntries(said)).toMatchInlineSnapshot(`
    {
      "knows no refusal": {
        "path": "$.choices[0].message.refusal",
        "says": "was read without its refusal "I can't help with that."",
      },
      "parses whatever came": {
        "bytes": "SyntaxError: Unexpected token 'I', "I can't he"... is not valid JSON",
        "says": "came in bytes on which the reader threw",
      },
      "takes the refusal for JSON": {
        "path": "$.choices[0].message.refusal",
        "says": "was read with its refusal as its JSON",
      },
    }
  `)
})

const schema = { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: {} } } }
const streamed = (content: string, finish: string | null, more: object = {}) =>
  stream([chunk({ role: 'assistant', content }), chunk({}, finish), 'data: [DONE]'], { ask: { ...schema, ...more } })

test('other defects of the same contracts say so', () => {
  expect(breachesOf(structured({ content: ['a', 'b'] }))).toMatchInlineSnapshot(`
    [
      {
        "blame": "wire format",
        "bytes": "["a", "b"]",
        "path": "$.choices[0].message.content",
        "says": "sent its JSON as an array",
      },
    ]
  `)
  expect(breachesOf(structured({ content: 5 }))).toMatchInlineSnapshot(`
    [
      {
        "blame": "wire format",
        "bytes": "5",
        "path": "$.choices[0].message.content",
        "says": "sent its JSON as 5",
      },
    ]
  `)
  expect(breachesOf(streamed('{"name":', 'stop'))).toMatchInlineSnapshot(`
    [
      {
        "blame": "gateway",
        "bytes": "{"name":",
        "event": 1,
        "path": "$.choices[0].finish_reason",
        "says": "finished with "stop", though its JSON was cut",
      },
    ]
  `)
})

test('a cut is shown where its own choice finished', () => {
  const of = (index: number, delta: object, finish: string | null = null) =>
    chunk({}, null, { choices: [{ index, delta, finish_reason: finish }] })
  const chunks = [of(0, { content: '{"name":' }), of(0, {}, 'stop'), of(0, {}), of(1, { content: '{}' }, 'stop')]
  expect(breachesOf(stream([...chunks, 'data: [DONE]'], { ask: schema }))).toMatchObject([{ event: 1 }])
})

test.each([
  ['eos', structured({ content: '{"name":"A' }, 'eos'), 'finished with "eos", though its JSON was cut'],
  ['calls', structured({ content: '{"name":"A' }, 'tool_calls'), 'finished with "tool_calls", though its JSON was cut'],
  ['no word', structured({ content: '{"name":"A' }, null), 'finished without a finish_reason, though its JSON was cut'],
  ['no word but [DONE]', streamed('{"name":', null), 'finished without a finish_reason, though its JSON was cut'],
])('json_schema.truncated-is-length is broken by %s after JSON that was cut', (_, exchange, says) => {
  expect(breachesOf(exchange)).toMatchObject([{ says, path: '$.choices[0].finish_reason' }])
})

describe('in the Responses API', () => {
  const ask = { text: { format: { type: 'json_schema', name: 'x', schema: {} } } }
  const says = (content: readonly object[], more: object = {}) =>
    judge(
      whole(response({ output: [{ type: 'message', content }], ...more }), { path: '/responses', ask }),
      jsonContracts,
    )
  const text = (value: unknown) => ({ type: 'output_text', text: value })

  test('JSON stands in a text, and is whole where the response is completed', () => {
    expect(says([text('{"a":1}')]).map(({ verdict }) => verdict)).toEqual(['kept', 'kept', 'unchecked'])
    expect(says([text('{"a":')]).flatMap(({ breach }) => breach ?? [])).toEqual([
      {
        says: 'called its answer completed, though its JSON was cut',
        path: '$.status',
        bytes: '{"a":',
        blame: 'gateway',
      },
    ])
    const cut = { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } }
    expect(says([text('{"a":')], cut).flatMap(({ breach }) => breach ?? [])).toEqual([])
    expect(says([text('{"a":')], { status: 'in_progress' }).flatMap(({ breach }) => breach ?? [])).toEqual([])
    expect(says([text({ a: 1 })])).toMatchObject([
      { verdict: 'broken', breach: { path: '$.output[0].content[0].text', says: 'sent its JSON as an object' } },
      {},
      {},
    ])
  })

  test('a refusal is read as one', () => {
    expect(says([{ type: 'refusal', refusal: 'No.' }])[2]?.verdict).toBe('kept')
  })
})

test('what is legal breaks nothing', () => {
  const cut = streamed('{"name":', 'stop')
  const legal: Record<string, Exchange> = {
    'only calls': structured({ content: null, tool_calls: [] }, 'tool_calls'),
    'a stop sequence that cut': structured({ content: '{"name":"A' }, 'stop', { stop: ['d'] }),
    'a filter that cut': structured({ content: '{"name":"A' }, 'content_filter'),
    "Mistral's own word for its limit": structured({ content: '{"name":"A' }, 'model_length'),
    'a stream that was cut, which is the network': stream([chunk({ role: 'assistant', content: '{"name":' })], {
      ask: schema,
    }),
    'text that is malformed': structured({ content: '{"name":]' }),
    'text around JSON': structured({ content: 'Here: {"name":' }),
    'an answer beside a refusal': structured({ content: '{}', refusal: 'No.' }),
    'a refusal of the second of two choices': stream(
      [
        chunk({ content: '{}' }, 'stop'),
        chunk({}, null, { choices: [{ index: 1, delta: { refusal: 'No.' }, finish_reason: 'stop' }] }),
      ],
      { ask: schema },
    ),
    'a text after its end': structured({ content: '[]{' }),
    'a whole answer': structured({ content: '[1]' }),
    'a connection that broke off': { ...cut, response: { ...cut.response, end: 'aborted' } },
    'a frame that was cut': stream([chunk({ content: '{"name":' }), 'data: {"id', chunk({}, 'stop')], { ask: schema }),
    'an error after it': stream([chunk({ content: '{"name":' }, 'stop'), { error: { message: 'No.' } }], {
      ask: schema,
    }),
    'another kind of format': whole(completion({ content: { name: 'Ada' } }), {
      ask: { response_format: { type: 'text' } },
    }),
    'two documents': structured({ content: '{"a":1}{"b":' }),
    'a streamed answer cut by its limit': streamed('{"name":', 'length'),
    'an object where no schema was asked for': whole(completion({ content: { name: 'Ada' } })),
    'a streamed refusal': stream([hello[0], chunk({ refusal: 'No.' }), chunk({}, 'stop'), 'data: [DONE]'], {
      ask: schema,
    }),
  }

  for (const [name, exchange] of Object.entries(legal)) expect(verdicts(exchange, 'broken'), name).toEqual([])
})

test.each([
  ['{"a":1}', false],
  ['{"a":[1,{"b":"}', true],
  ['{"a":"\\"', true],
  ['["\\\\"', true],
  ['["\\\\"]', false],
  ['{"a":[1}', false],
  ['{"a":"}', true],
  ['{"a":"]"', true],
  ['["a\\"]","', true],
  ['[{"a":1}]]', false],
  ['[{"a":1},', true],
  ['  [', true],
  ['"text', false],
  ['', false],
])('%s is cut: %s', (text, cut) => {
  expect(isCutJson(text)).toBe(cut)
})

test('a huge or deep text is judged at once', () => {
  expect(isCutJson(`{"a":"${'\\"x'.repeat(2_000_000)}`)).toBe(true)
  expect(isCutJson('['.repeat(2_000_000))).toBe(true)
})
