import { describe, expect, test } from 'vitest'
import { breaks, broken, hasCorpus, isTrusted, judged, saidOf, testFailureSeeds } from './_failures.test.kit.ts'
import { responsesContracts } from './responses.ts'
import { greeting, response, responsesSeeds, sent } from './responses.seeds.ts'
import { stream, whole, type Parts } from './seed.ts'
import type { Exchange } from '../wire/exchange.ts'

testFailureSeeds(responsesContracts, responsesSeeds)

test('every breach says what was sent and where', () => {
  expect(responsesSeeds.map(saidOf)).toMatchInlineSnapshot(`
    [
      "responses.envelope: sent \`status\` as "done", not as one of its six words @ $.status",
      "responses.usage-sum: counted 8 input and 3 output tokens, but a total of 12 @ $.usage.total_tokens",
      "responses.incomplete: spent 16 output tokens, all that max_output_tokens allowed, and called the cut answer "completed" @ $.status",
      "responses.event-type-match: named event 5 "message" where its \`type\` is "response.output_text.delta" @ $.type @ event 4",
      "responses.sequence-contiguous: numbered event 10 with 10 where 9 was next @ $.sequence_number @ event 9",
      "responses.first-last: ended with response.output_item.done, not with response.completed, incomplete or failed @ $.type @ event 8",
      "responses.items-balanced: never finished item 0, which event 3 added @ $.output_index @ event 2",
      "responses.delta-concat: sent 12 characters of output_text in 2 deltas, but 12 in its done event: they part at character 12 @ $.text @ event 6 @ bytes Hello there.",
      "responses.item-id-known: sent a delta in event 6 for item "msg_2", which no event had added @ $.item_id @ event 5",
      "responses.no-done-sentinel: sent [DONE] in event 11 @ event 10 @ bytes data: [DONE]",
    ]
  `)
})

describe.runIf(hasCorpus)('in the corpus of recorded traffic', () => {
  test("OpenAI's own keeps every must", () => {
    const musts = responsesContracts.filter(({ level }) => level === 'must')
    expect(breaks(musts, isTrusted)).toEqual({})
  })

  test('these providers break these contracts', () => {
    expect(breaks(responsesContracts)).toMatchInlineSnapshot(`
      {
        "responses.envelope": "bedrock-mantle 3",
        "responses.event-type-match": "bedrock-mantle 1, copilot 1, openai 1, openrouter 2",
        "responses.item-id-known": "copilot 1",
        "responses.no-done-sentinel": "copilot 1, openai 1, openrouter 2",
      }
    `)
  })
})

const path = '/responses'
const said = (id: string, exchange: Exchange) => {
  const breach = judged(id, exchange)
  return typeof breach === 'string' ? breach : breach.says
}

test('what is no response at all breaks the envelope', () => {
  const bodies = ['<html>Sign in</html>', '', 'OK', [response()], 7, { error: { message: 'No' } }]
  expect(bodies.map((body) => said('responses.envelope', whole(body, { path })))).toEqual([
    'sent a page of HTML or XML in place of JSON',
    'sent an empty body',
    'sent a body that is no JSON',
    'sent an array of 1 in place of an object',
    'sent 7 in place of an object',
    'unchecked',
  ])
  expect(said('responses.envelope', whole('', { path, end: 'aborted' }))).toBe('unchecked')
})

test('what is no whole stream breaks its first and last', () => {
  const cutFrame = [...greeting.slice(0, 5), 'data: {"type":"response.out', ...greeting.slice(5)]
  const streams: Record<string, Exchange> = {
    nothing: sent([]),
    'only [DONE]': sent(['data: [DONE]']),
    'a cut frame': sent(cutFrame),
    'a whole body': whole(response(), { path, ask: { stream: true } }),
    'an error in a body': whole({ error: { message: 'No' } }, { path, ask: { stream: true } }),
    'an error that is no JSON': sent(['event: error\ndata: overloaded']),
    'a cut connection': sent([], { end: 'aborted' }),
  }
  const found = Object.entries(streams).map(([name, exchange]) => [name, said('responses.first-last', exchange)])
  expect(Object.fromEntries(found)).toEqual({
    nothing: 'sent a stream without any event of a response',
    'only [DONE]': 'sent a stream without any event of a response',
    'a cut frame': 'sent 1 event whose data is not JSON',
    'a whole body': 'sent a whole body in place of an event stream',
    'an error in a body': 'unchecked',
    'an error that is no JSON': 'kept',
    'a cut connection': 'unchecked',
  })
})

const one = (more: Record<string, unknown> = {}, parts: Parts = {}) => whole(response(more), { path, ...parts })

describe('responses.envelope', () => {
  test.each([
    ['status', { status: { toString: 1 } }],
    ['created_at', { created_at: 1.5 }],
    ['id', { id: '' }],
    ['output', { output: null }],
    ['object', { object: undefined }],
  ])('is broken by a wrong %s', (name, more) => {
    expect(judged('responses.envelope', one(more))).toMatchObject({ path: `$.${name}` })
  })

  test('is broken by a time that is a float on the wire', () => {
    const text = JSON.stringify(response()).replace('1767225600', '1767225600.0')
    expect(judged('responses.envelope', whole(text, { path }))).toMatchInlineSnapshot(`
      {
        "bytes": ""created_at":1767225600.0",
        "path": "$.created_at",
        "says": "wrote \`created_at\` as the float 1767225600.0",
      }
    `)
  })

  test.each([
    ['a failed response', one({ status: 'failed', error: { message: 'No.' }, output: [] }), 'kept'],
    [
      'the counting of tokens',
      whole({ object: 'response.input_tokens', input_tokens: 3 }, { path: '/responses/input_tokens' }),
      'unchecked',
    ],
    [
      'a deletion',
      whole({ id: 'resp_1', object: 'response', deleted: true }, { path: '/responses/resp_1', method: 'DELETE' }),
      'unchecked',
    ],
    ['an error in HTTP 200', whole({ error: { message: 'No.' } }, { path }), 'unchecked'],
    ['a refusal', whole({ error: { message: 'No.' } }, { path, status: 400 }), 'unchecked'],
  ])('and %s', (_, exchange, verdict) => {
    expect(judged('responses.envelope', exchange)).toBe(verdict)
  })
})

describe('responses.incomplete', () => {
  const spent = { usage: { input_tokens: 8, output_tokens: 16, total_tokens: 24 } }
  const asked = { ask: { max_output_tokens: 16 } }
  const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{"a":' }

  test.each([
    ['an answer that ends by itself at exactly the limit', one(spent, asked), 'unchecked'],
    ['an answer below the limit', one({}, asked), 'unchecked'],
    ['an answer that says nothing of its length', one({ usage: null }, asked), 'unchecked'],
    ['a filtered answer', one({ status: 'incomplete', incomplete_details: { reason: 'content_filter' } }), 'kept'],
  ])('and %s', (_, exchange, verdict) => {
    expect(judged('responses.incomplete', exchange)).toBe(verdict)
  })

  test.each(['{"a":', '{"a":"x"', 'These are:', 'There are 4'])('is broken by the text %j at the limit', (text) => {
    const output = [{ type: 'message', content: [{ type: 'output_text', text }] }]
    expect(judged('responses.incomplete', one({ ...spent, output }, asked))).toMatchObject({ path: '$.status' })
  })

  test('is broken by arguments cut at the limit, and by no reason', () => {
    expect(judged('responses.incomplete', one({ ...spent, output: [call] }, asked))).toMatchInlineSnapshot(`
      {
        "path": "$.status",
        "says": "spent 16 output tokens, all that max_output_tokens allowed, and called the cut answer "completed"",
      }
    `)
    expect(judged('responses.incomplete', one({ status: 'incomplete', incomplete_details: null })))
      .toMatchInlineSnapshot(`
      {
        "path": "$.incomplete_details",
        "says": "called the answer incomplete without a reason",
      }
    `)
  })
})

const without = (...types: string[]) => greeting.filter(({ type }) => !types.includes(String(type)))
const error = { type: 'error', message: 'No.', code: null }
const failed = { type: 'response.failed', response: response({ status: 'failed' }) }
const resumed = { path: '/responses/resp_1?stream=true&starting_after=3', method: 'GET' }

test.each([
  ['a background response', sent([{ type: 'response.queued', response: response() }, ...greeting.slice(1)])],
  ['an error and then a failure', sent([...greeting.slice(0, 5), error, failed])],
  ['an error as the last event', sent([...greeting.slice(0, 5), error])],
  ['a keep-alive at the end', sent([...greeting, { type: 'keepalive' }])],
  ['a resumed stream', sent(greeting.map((event, at) => ({ ...event, sequence_number: at + 4 })).slice(4), resumed)],
  [
    'reasoning whose item repeats an index of content',
    sent([
      ...greeting.slice(0, 2),
      { type: 'response.output_item.added', output_index: 0, item: { id: 'msg_1', type: 'reasoning' } },
      { type: 'response.reasoning_text.delta', item_id: 'msg_1', output_index: 0, content_index: 0, delta: 'Hm' },
      { type: 'response.reasoning_text.done', item_id: 'msg_1', output_index: 0, content_index: 0, text: 'Hm' },
      { type: 'response.output_item.done', output_index: 0, item: { id: 'msg_1', type: 'reasoning' } },
      ...greeting.slice(2).map((event) => ('output_index' in event ? { ...event, output_index: 1 } : event)),
    ]),
  ],
  [
    'arguments that came only when done',
    sent([
      ...greeting.slice(0, 3),
      { type: 'response.mcp_call_arguments.done', item_id: 'msg_1', output_index: 0, arguments: '{}' },
      ...greeting.slice(3),
    ]),
  ],
  [
    'a proxy that ends the stream with its own error',
    sent([...greeting.slice(0, 5), { event: null, error: { message: 'No.' } }]),
  ],
])('nothing is broken by %s', (_, exchange) => {
  expect(broken(exchange)).toEqual([])
})

const defects: readonly (readonly [string, string, Exchange])[] = [
  ['an event without a name', 'responses.event-type-match', sent(greeting.map((event) => ({ ...event, event: null })))],
  ['no numbers', 'responses.sequence-contiguous', stream([...greeting], { path })],
  ['a first event that is another', 'responses.first-last', sent(without('response.created'))],
  ['an item that was never added', 'responses.items-balanced', sent(without('response.output_item.added'))],
  ['an item added twice', 'responses.items-balanced', sent([...greeting.slice(0, 3), ...greeting.slice(2)])],
  [
    'a text without deltas',
    'responses.delta-concat',
    sent([
      ...without('response.output_text.delta').slice(0, 4),
      { type: 'response.refusal.delta', delta: '' },
      ...without('response.output_text.delta').slice(4),
    ]),
  ],
  [
    'a text that goes on',
    'responses.delta-concat',
    sent([...greeting.slice(0, 6), { ...greeting[5], delta: ' Bye.' }, ...greeting.slice(6)]),
  ],
]

test('these break one promise each', () => {
  const found = defects.map(([what, id, exchange]) => [what, judged(id, exchange)])
  expect(Object.fromEntries(found)).toMatchInlineSnapshot(`
    {
      "a first event that is another": {
        "event": 0,
        "path": "$.type",
        "says": "began with response.in_progress, not with response.created",
      },
      "a text that goes on": {
        "bytes": "Hello there.",
        "event": 7,
        "path": "$.text",
        "says": "sent 17 characters of output_text in 3 deltas, but 12 in its done event: the deltas go on",
      },
      "a text without deltas": {
        "bytes": "Hello there.",
        "event": 5,
        "path": "$.text",
        "says": "sent output_text only in its done event, with no delta before it",
      },
      "an event without a name": {
        "event": 0,
        "path": "$.type",
        "says": "left out the \`event:\` field of response.created",
      },
      "an item added twice": {
        "event": 3,
        "path": "$.output_index",
        "says": "added item 0 again in event 4, before it was done",
      },
      "an item that was never added": {
        "event": 7,
        "path": "$.output_index",
        "says": "finished item 0 in event 8, which was not open",
      },
      "no numbers": {
        "event": 0,
        "path": "$",
        "says": "sent response.created in event 1 without a sequence_number",
      },
    }
  `)
})

test('other responses: what breaks each contract, what keeps it, and what tells nothing', () => {
  const [spent, limit] = [{ input_tokens: 8, output_tokens: 16, total_tokens: 24 }, { ask: { max_output_tokens: 16 } }]
  const said = (status: string) => ({
    type: 'message',
    role: 'assistant',
    status,
    content: [{ type: 'output_text', text: 'Hello there.' }],
  })
  const call = (text: string) => ({ type: 'function_call', call_id: 'c', name: 'f', arguments: text })
  const full = (...output: unknown[]) => one({ usage: spent, output }, limit)
  const completed = (more: Record<string, unknown>) => sent([...greeting.slice(0, 9), { ...greeting[9], ...more }])
  const wrong = { error: { message: 'No.' } }
  const added = (id: string | undefined) => ({ type: 'response.output_item.added', item: { id } })
  const done = (id: string | undefined) => ({ type: 'response.output_item.done', item: { id } })
  const delta = (id: unknown) => ({ type: 'response.refusal.delta', item_id: id, delta: 'No.' })
  const spoken = (...events: (Record<string, unknown> | string)[]) => sent([...greeting.slice(0, 9), ...events])
  const chat = stream([{ choices: [] }], { path })
  const aborted = (exchange: Exchange): Exchange => ({
    ...exchange,
    response: { ...exchange.response, end: 'aborted' },
  })
  const others: Record<string, readonly Exchange[]> = {
    'responses.envelope': [
      completed({ response: response({ id: '' }) }),
      completed({ response: null }),
      aborted(one({ id: '' })),
      one({ id: '' }, { status: 300 }),
      whole([], { path }),
      whole({ ...wrong, output: [] }, { path }),
      whole({ ...wrong, object: 'response' }, { path }),
      one({ metadata: { created_at: 1.5 } }),
      one({ created_at: null }),
      ...['in_progress', 'cancelled', 'queued'].map((status) => one({ status })),
      whole({ id: 'resp_1' }, { path }),
    ],
    'responses.usage-sum': [
      completed({ response: response({ usage: { ...spent, total_tokens: 25 } }) }),
      one({ usage: { ...spent, input_tokens: null } }),
      one({ usage: { ...spent, output_tokens: null } }),
      one({ usage: { ...spent, total_tokens: null } }),
    ],
    'responses.incomplete': [
      full(said('completed')),
      full(said('incomplete')),
      full(said('in_progress')),
      full(said('completed'), call('{}')),
      full(said('completed'), call('{"a":')),
      full(null, said('completed')),
      one({ output: [said('incomplete')] }, limit),
      completed({ response: response({ status: 'incomplete' }) }),
    ],
    'responses.event-type-match': [spoken(`event: error\ndata: ${JSON.stringify(wrong)}`), chat],
    'responses.sequence-contiguous': [
      sent(greeting.map((event, at) => ({ ...event, sequence_number: at + 1 }))),
      spoken(`data: ${JSON.stringify(wrong)}`),
    ],
    'responses.first-last': [
      aborted(spoken()),
      sent([{ type: 'error', message: 'No.' }]),
      sent([{ event: null, error: 'No.' }, failed]),
      sent([{ ...wrong, event: null }, failed]),
      ...['incomplete', 'failed', 'cancelled'].map((end) => spoken({ type: `response.${end}`, response: {} })),
      spoken({ event: null, error: 'No.' }),
      spoken({ type: 'response.in_progress', ...wrong }),
      spoken({ event: null, error: '' }),
      sent([{ type: 'ping' }]),
      chat,
    ],
    'responses.items-balanced': [
      sent([added('a'), added('b'), done('a'), done('b'), ...greeting.slice(9)]),
      sent([added('a'), ...greeting.slice(9)]),
      sent([added(undefined), ...greeting.slice(9)]),
      spoken(),
    ],
    'responses.delta-concat': [
      spoken({ ...greeting[6], text: null }),
      spoken({ ...greeting[6], type: 'response.output_text.changed', text: 'Bye.' }),
      spoken({ ...greeting[4], delta: 'Bye.' }, { ...greeting[6], text: 'Bye.' }),
      spoken(delta('msg_1'), { type: 'response.refusal.done', item_id: 'msg_1', refusal: 'Not now.' }),
      ...Object.entries({
        function_call_arguments: 'arguments',
        custom_tool_call_input: 'input',
        mcp_call_arguments: 'arguments',
        code_interpreter_call_code: 'code',
        reasoning_text: 'text',
        reasoning_summary_text: 'text',
      }).map(([stem, field]) =>
        spoken({ type: `response.${stem}.delta`, delta: 'a' }, { type: `response.${stem}.done`, [field]: 'b' }),
      ),
      spoken({ type: 'response.function_call_arguments.done', arguments: '{}' }),
      sent([greeting[0] ?? {}, { ...greeting[6] }, greeting[9] ?? {}]),
      sent(
        greeting.map((event) => ({ ...event, ...('text' in event ? { text: 'Hello' } : {}) })),
        resumed,
      ),
    ],
    'responses.item-id-known': [
      spoken(delta(undefined)),
      spoken(done('msg_2'), delta('msg_2')),
      spoken({ type: 'response.output_item.added', item: null }, delta('msg_2')),
      sent(greeting.filter(({ delta: text }) => text === undefined)),
    ],
    'responses.no-done-sentinel': [spoken('data: No.'), spoken('data:  [DONE] '), chat],
  }
  const lines = Object.entries(others).map(([contract, all]) => all.map((defect) => saidOf({ contract, defect })))
  expect(lines.flat()).toMatchInlineSnapshot(`
    [
      "responses.envelope: sent \`id\` as "", not as a non-empty string @ $.response.id @ event 9",
      "responses.envelope: unchecked",
      "responses.envelope: unchecked",
      "responses.envelope: unchecked",
      "responses.envelope: sent an array of 0 in place of an object @ $ @ bytes []",
      "responses.envelope: left out \`object\` @ $.object",
      "responses.envelope: left out \`id\` @ $.id",
      "responses.envelope: kept",
      "responses.envelope: sent \`created_at\` as null, not as whole seconds @ $.created_at",
      "responses.envelope: kept",
      "responses.envelope: kept",
      "responses.envelope: kept",
      "responses.envelope: left out \`object\` @ $.object",
      "responses.usage-sum: counted 8 input and 16 output tokens, but a total of 25 @ $.response.usage.total_tokens @ event 9",
      "responses.usage-sum: unchecked",
      "responses.usage-sum: unchecked",
      "responses.usage-sum: unchecked",
      "responses.incomplete: unchecked",
      "responses.incomplete: spent 16 output tokens, all that max_output_tokens allowed, and called the cut answer "completed" @ $.status",
      "responses.incomplete: spent 16 output tokens, all that max_output_tokens allowed, and called the cut answer "completed" @ $.status",
      "responses.incomplete: unchecked",
      "responses.incomplete: spent 16 output tokens, all that max_output_tokens allowed, and called the cut answer "completed" @ $.status",
      "responses.incomplete: unchecked",
      "responses.incomplete: unchecked",
      "responses.incomplete: called the answer incomplete without a reason @ $.response.incomplete_details @ event 9",
      "responses.event-type-match: kept",
      "responses.event-type-match: unchecked",
      "responses.sequence-contiguous: numbered event 1 with 1 where 0 was next @ $.sequence_number @ event 0",
      "responses.sequence-contiguous: kept",
      "responses.first-last: unchecked",
      "responses.first-last: kept",
      "responses.first-last: kept",
      "responses.first-last: kept",
      "responses.first-last: kept",
      "responses.first-last: kept",
      "responses.first-last: kept",
      "responses.first-last: kept",
      "responses.first-last: ended with response.in_progress, not with response.completed, incomplete or failed @ $.type @ event 9",
      "responses.first-last: ended with an event without a type, not with response.completed, incomplete or failed @ $.type @ event 9",
      "responses.first-last: sent a stream without any event of a response @ event 0 @ bytes event: ping\\ndata: {"type":"ping","sequence_number":0}\\n\\n",
      "responses.first-last: began with an event without a type, not with response.created @ $.type @ event 0",
      "responses.items-balanced: kept",
      "responses.items-balanced: never finished item a, which event 1 added @ $.output_index @ event 0",
      "responses.items-balanced: never finished item without an index, which event 1 added @ $.output_index @ event 0",
      "responses.items-balanced: unchecked",
      "responses.delta-concat: kept",
      "responses.delta-concat: kept",
      "responses.delta-concat: kept",
      "responses.delta-concat: sent 3 characters of refusal in 1 deltas, but 8 in its done event: they part at character 3 @ $.refusal @ event 10 @ bytes Not now.",
      "responses.delta-concat: sent 1 characters of function_call_arguments in 1 deltas, but 1 in its done event: they part at character 1 @ $.arguments @ event 10 @ bytes b",
      "responses.delta-concat: sent 1 characters of custom_tool_call_input in 1 deltas, but 1 in its done event: they part at character 1 @ $.input @ event 10 @ bytes b",
      "responses.delta-concat: sent 1 characters of mcp_call_arguments in 1 deltas, but 1 in its done event: they part at character 1 @ $.arguments @ event 10 @ bytes b",
      "responses.delta-concat: sent 1 characters of code_interpreter_call_code in 1 deltas, but 1 in its done event: they part at character 1 @ $.code @ event 10 @ bytes b",
      "responses.delta-concat: sent 1 characters of reasoning_text in 1 deltas, but 1 in its done event: they part at character 1 @ $.text @ event 10 @ bytes b",
      "responses.delta-concat: sent 1 characters of reasoning_summary_text in 1 deltas, but 1 in its done event: they part at character 1 @ $.text @ event 10 @ bytes b",
      "responses.delta-concat: sent function_call_arguments only in its done event, with no delta before it @ $.arguments @ event 9 @ bytes {}",
      "responses.delta-concat: unchecked",
      "responses.delta-concat: unchecked",
      "responses.item-id-known: kept",
      "responses.item-id-known: sent a delta in event 11 for item "msg_2", which no event had added @ $.item_id @ event 10",
      "responses.item-id-known: sent a delta in event 11 for item "msg_2", which no event had added @ $.item_id @ event 10",
      "responses.item-id-known: unchecked",
      "responses.no-done-sentinel: kept",
      "responses.no-done-sentinel: sent [DONE] in event 10 @ event 9 @ bytes data: [DONE]",
      "responses.no-done-sentinel: unchecked",
    ]
  `)
})

test('an event whose type is a word that every object knows is no pair of deltas', () => {
  const events = [...greeting.slice(0, 4), { type: 'constructor.delta' }, { type: 'constructor.done' }]
  expect(judged('responses.delta-concat', sent([...events, ...greeting.slice(4)]))).toBe('kept')
})
