import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import type { Answer } from '../wire/types.ts'
import type { Reader } from './_reread.ts'
import { chunk, stream } from './seed.ts'
import { toolsStreamCheckWith } from './tools-stream-client.ts'
import { toolsStreamSeeds, toolsStreamWrongReaders } from './tools-stream.seeds.ts'
import { toolsStreamContracts } from './tools-stream.ts'

const checkOf = (id: string, reader?: Reader) => {
  const known = Object.entries(toolsStreamCheckWith).find(([name]) => name === id)
  if (known && reader) return known[1](reader)
  return toolsStreamContracts.find((contract) => contract.id === id)?.check
}

/** Every breach that the contracts of this area find, by id; of the notes that of `noted` alone. */
function breaches(exchange: Exchange, noted?: string, reader?: Reader): Record<string, string> {
  const reply = readReply(exchange)
  const found = toolsStreamContracts.flatMap(({ id, level, blame, applies }) => {
    if (!applies(reply) || (level === 'info' && id !== noted)) return []
    const breach = checkOf(id, id === noted ? reader : undefined)?.(reply)
    return breach ? [[id, `It ${breach.says}. [${breach.blame ?? blame}, event ${breach.event} ${breach.path}]`]] : []
  })
  return Object.fromEntries(found)
}

const applied = (exchange: Exchange) =>
  toolsStreamContracts.filter(({ applies }) => applies(readReply(exchange))).map(({ id }) => id)

const readersOf = (id: string): readonly (Reader | undefined)[] => {
  const wrong = Object.values(toolsStreamWrongReaders[id] ?? {})
  return wrong.length > 0 ? wrong : [undefined]
}

test('every contract has a seed, and every client contract a wrong reader', () => {
  expect(toolsStreamSeeds.map(({ contract }) => contract).sort()).toEqual(
    toolsStreamContracts.map(({ id }) => id).sort(),
  )
  const client = toolsStreamContracts.filter(({ mode }) => mode === 'client').map(({ id }) => id)
  expect(Object.keys(toolsStreamWrongReaders).sort()).toEqual(client.sort())
})

describe.each(toolsStreamSeeds)('$contract', ({ contract, clean, defect, also = [] }) => {
  test('is kept by the clean exchange, as every other is', () => {
    expect(applied(clean)).toContain(contract)
    expect(breaches(clean, contract)).toEqual({})
  })

  test('is broken by the defect, and no other is', () => {
    for (const reader of readersOf(contract)) {
      expect(Object.keys(breaches(defect, contract, reader)).sort()).toEqual([contract, ...also].sort())
    }
  })
})

test('each breach says what it is and where', () => {
  const said = toolsStreamSeeds.flatMap(({ contract, defect }) =>
    readersOf(contract).map((reader) => `${contract}: ${breaches(defect, contract, reader)[contract]}`),
  )
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "tools.stream.index-int: It sent a tool-call delta with the index "0". [wire format, event 3 $.choices[0].delta.tool_calls[0].index]
    tools.stream.index-stable: It sent a tool call with index 2 and none with index 1. [wire format, event 4 $.choices[0].delta.tool_calls[0].index]
    tools.stream.first-delta-complete: It began tool call 0 without type. [wire format, event 1 $.choices[0].delta.tool_calls[0]]
    tools.stream.id-not-overwritten: It changed the id of a call from "call_0" to "call_9". [wire format, event 3 $.choices[0].delta.tool_calls[0].id]
    tools.stream.no-empty-string-continuation: It continued a tool call with the id "". [wire format, event 3 $.choices[0].delta.tool_calls[0].id]
    tools.stream.args-string: It streamed arguments that are no string: null. [wire format, event 1 $.choices[0].delta.tool_calls[0].function.arguments]
    tools.stream.args-concat-json: It sent the call of get_weather with arguments that are no JSON. [model, event 3 $.choices[0].delta.tool_calls[0]]
    tools.stream.args-incremental: It sent 16 characters of arguments in one delta. [wire format, event 1 $.choices[0].delta.tool_calls[0].function.arguments]
    tools.stream.finish-tool-calls: It sent finish_reason "stop" after streamed tool calls. [wire format, event 4 $.choices[0].finish_reason]
    tools.stream.parallel-distinct: It sent the calls "call_0" and "call_1" both under index 0. [wire format, event 4 $.choices[0].delta.tool_calls[0].index]
    tools.stream.empty-array-delta: It was read otherwise with and without an empty delta.tool_calls. [configuration, event 0 $.choices[0].delta.tool_calls]
    tools.stream.empty-array-delta: It was read otherwise with and without an empty delta.tool_calls. [configuration, event 0 $.choices[0].delta.tool_calls]
    tools.stream.no-early-execution: It was read as finished ("tool_calls") while only the arguments of a call could be parsed. [configuration, event 3 $.choices[0].delta.tool_calls[0].function.arguments]
    tools.stream.split-name: It was read as calling "et_weather" where a name came in two deltas, not "get_weather". [configuration, event 1 $.choices[0].delta.tool_calls[0].function.name]
    tools.stream.split-name: It was read as calling "g" where a name came in two deltas, not "get_weather". [configuration, event 1 $.choices[0].delta.tool_calls[0].function.name]"
  `)
})

const parameters = { type: 'object', properties: { city: {} } }
const ask = { tools: [{ type: 'function', function: { name: 'get_weather', parameters } }] }
const whole = { name: 'get_weather', arguments: '{"city":"Paris"}' }
const first = (more: object = {}, fn: object = {}) => ({
  index: 0,
  id: 'a',
  type: 'function',
  function: { ...whole, ...fn },
  ...more,
})
const bare = { index: undefined }
const open = (more: object = {}) => first(more, { arguments: '' })
const rest = (text: string, more: object = {}, fn: object = {}) => ({
  index: 0,
  function: { arguments: text, ...fn },
  ...more,
})
const said = (calls: readonly unknown[], { finish = 'tool_calls', ...more }: { finish?: string; ask?: object } = {}) =>
  stream(
    [
      ...calls.map((call) => chunk({ tool_calls: Array.isArray(call) ? call : [call] })),
      chunk({}, finish),
      'data: [DONE]',
    ],
    {
      ask: { ...ask, ...more.ask },
    },
  )

test.each<[string, Exchange, string]>([
  [
    'an entry that is null',
    said([null]),
    'tools.stream.index-int tools.stream.first-delta-complete tools.stream.args-concat-json',
  ],
  ['no index', said([first({ index: undefined })]), 'tools.stream.index-int'],
  ['a negative index', said([first({ index: -1 })]), 'tools.stream.index-int'],
  ['a count from 1', said([first({ index: 1 })]), 'tools.stream.index-stable'],
  ['an empty id at first', said([first({ id: '' })]), 'tools.stream.first-delta-complete'],
  ['no name at first', said([first({}, { name: undefined })]), 'tools.stream.first-delta-complete'],
  ['a wrong type at first', said([first({ type: 'custom' })]), 'tools.stream.first-delta-complete'],
  ['a name in parts', said([open(), rest(whole.arguments, {}, { name: '_now' })]), 'tools.stream.id-not-overwritten'],
  [
    'a new id with the same name in the midst of the arguments',
    said([first({}, { arguments: '{"city":' }), rest('"Paris"}', { id: 'b' }, { name: 'get_weather' })]),
    'tools.stream.index-stable tools.stream.id-not-overwritten',
  ],
  [
    'an empty name later',
    said([open(), rest(whole.arguments, {}, { name: '' })]),
    'tools.stream.no-empty-string-continuation',
  ],
  ['arguments as an object', said([first({}, { arguments: { city: 'Paris' } })]), 'tools.stream.args-string'],
  ['arguments that never came', said([first({}, { arguments: undefined })]), 'tools.stream.args-concat-json'],
  [
    'one of two calls with arguments that are no JSON',
    said([first(), first({ index: 1, id: 'b' }, { arguments: '{' })]),
    'tools.stream.args-concat-json tools.stream.parallel-distinct',
  ],
  [
    'two whole calls under one index',
    said([first(), first({ id: 'b' })]),
    'tools.stream.index-stable tools.stream.parallel-distinct',
  ],
  ['the finish reason tool_call', said([first()], { finish: 'tool_call' }), 'tools.stream.finish-tool-calls'],
  ['an empty finish reason', said([first()], { finish: '' }), 'tools.stream.finish-tool-calls'],
  [
    'a wrong finish reason after a named tool',
    said([first()], {
      finish: 'tool_call',
      ask: { tool_choice: { type: 'function', function: { name: 'get_weather' } } },
    }),
    'tools.stream.finish-tool-calls',
  ],
  [
    'parts joined by id, without an index',
    said([open(bare), rest(whole.arguments, { ...bare, id: 'a' })]),
    'tools.stream.index-int',
  ],
  [
    'parts joined by order, without an index or an id',
    said([open(bare), rest(whole.arguments, bare)]),
    'tools.stream.index-int',
  ],
  [
    'parts of two calls in turn, without an index',
    said([open(bare), open({ ...bare, id: 'b' }), ...['a', 'b'].map((id) => rest(whole.arguments, { ...bare, id }))]),
    'tools.stream.index-int',
  ],
  [
    'an id that two calls share, which goes on with the first',
    said([
      open(),
      open({ index: 1 }),
      rest(whole.arguments, { ...bare, id: 'a' }),
      rest(whole.arguments, { index: 1 }),
    ]),
    'tools.stream.index-int',
  ],
  ['an index only at first', said([open(), rest(whole.arguments, { ...bare, id: 'a' })]), 'tools.stream.index-int'],
  [
    'two whole calls without an index or an id',
    said([first({ ...bare, id: undefined }), first({ ...bare, id: undefined })]),
    'tools.stream.index-int tools.stream.first-delta-complete',
  ],
  [
    'three whole calls under one index',
    said([first(), first({ id: 'b' }), first({ id: 'c' })]),
    'tools.stream.index-stable tools.stream.parallel-distinct',
  ],
  ['an id that comes late', said([open({ id: undefined }), first()]), 'tools.stream.first-delta-complete'],
  [
    'a late id that changes',
    said([open({ id: undefined }), rest('', { id: 'b' }), rest(whole.arguments, { id: 'c' })]),
    'tools.stream.index-stable tools.stream.first-delta-complete tools.stream.id-not-overwritten',
  ],
  [
    'a late name that changes',
    said([
      first({}, { name: undefined, arguments: '' }),
      rest('', {}, { name: 'f' }),
      rest(whole.arguments, {}, { name: 'g' }),
    ]),
    'tools.stream.first-delta-complete tools.stream.id-not-overwritten',
  ],
  [
    'another call in the midst of the arguments',
    said([first({}, { arguments: '{"city":' }), first({ id: 'b' }, { name: 'get_time' })]),
    'tools.stream.index-stable tools.stream.args-concat-json tools.stream.parallel-distinct',
  ],
  [
    'a call whose arguments are blank before another under the same index',
    said([first({}, { arguments: ' ' }), first({ id: 'b' })]),
    'tools.stream.index-stable tools.stream.args-concat-json tools.stream.parallel-distinct',
  ],
  [
    'a custom tool without a type',
    said([{ index: 0, id: 'a', custom: { name: 'sql', input: 'select 1' } }]),
    'tools.stream.first-delta-complete',
  ],
])('%s is found', (_, exchange, ids) => {
  expect(Object.keys(breaches(exchange))).toEqual(ids.split(' '))
})

test('empty arguments are the fault of who writes the wire, not of the model', () => {
  const found = breaches(said([first({}, { arguments: '' })]))['tools.stream.args-concat-json']
  expect(found).toMatch(/with arguments "", which is no JSON. \[wire format,/)
})

const named = { tool_choice: { type: 'function', function: { name: 'get_weather' } } }
const sql = { index: 0, id: 'a', type: 'custom', custom: { name: 'sql', input: 'select 1' } }
const part = (delta: object | null, finish: string | null, index: number) => ({
  ...chunk({}),
  choices: [{ index, delta, finish_reason: finish }],
})

test.each<[string, Exchange]>([
  ['stop after a named tool', said([first()], { finish: 'stop', ask: named })],
  ['cut arguments that finish as length', said([first({}, { arguments: '{"ci' })], { finish: 'length' })],
  [
    'a stream that ends before its finish reason',
    stream([chunk({ tool_calls: [first({}, { arguments: '{"ci' })] })], { end: 'aborted' }),
  ],
  ['a custom tool', said([sql])],
  ['two calls in one delta', said([[first(), first({ index: 1, id: 'b' })]])],
  ['later deltas that repeat id, type and name', said([open(), open(), first()])],
  [
    'a finish reason twice',
    stream([chunk({ tool_calls: [first()] }, 'tool_calls'), chunk({}, 'tool_calls'), chunk({}, '')]),
  ],
  [
    'calls of two choices, each counted from 0',
    stream([
      part({ tool_calls: [first()] }, null, 0),
      part({ tool_calls: [first({ id: 'b' })] }, null, 1),
      part({}, 'tool_calls', 0),
      part({}, 'tool_calls', 1),
    ]),
  ],
  [
    'what comes after [DONE]',
    stream([chunk({ content: 'Hi' }), chunk({}, 'stop'), 'data: [DONE]', chunk({ tool_calls: [{}] })]),
  ],
  [
    'choices [], comments and odd chunks',
    stream([': hi', chunk({}, null, { choices: [] }), 'data: 1', chunk({ tool_calls: null }), chunk({}, 'stop')]),
  ],
  ['an error', stream([chunk({ tool_calls: [{}] })], { status: 500 })],
  [
    'two finish reasons, of which the last counts',
    stream([chunk({ tool_calls: [first()] }, 'stop'), chunk({}, 'tool_calls'), 'data: [DONE]']),
  ],
  [
    'a count from 1 in a choice that has not finished',
    stream([chunk({ tool_calls: [first({ index: 1 })] })], { end: 'aborted' }),
  ],
  [
    'choices and deltas that are null',
    stream([chunk({}, null, { choices: [null] }), part(null, null, 0), chunk({ tool_calls: [first()] }, 'tool_calls')]),
  ],
])('%s is nothing to find', (_, exchange) => {
  expect(breaches(exchange)).toEqual({})
})

test('what is found without an index, and in a name, says so', () => {
  const found = [
    said([first({ ...bare, id: '' })]),
    said([open(), rest(whole.arguments, {}, { name: '' })]),
    said([first(), first({ id: 'b' })]),
  ].map((exchange) => breaches(exchange))
  expect(found).toMatchInlineSnapshot(`
    [
      {
        "tools.stream.first-delta-complete": "It began a tool call without id. [wire format, event 0 $.choices[0].delta.tool_calls[0]]",
        "tools.stream.index-int": "It sent a tool-call delta without an index. [wire format, event 0 $.choices[0].delta.tool_calls[0].index]",
      },
      {
        "tools.stream.no-empty-string-continuation": "It continued a tool call with the name "". [wire format, event 1 $.choices[0].delta.tool_calls[0].function.name]",
      },
      {
        "tools.stream.index-stable": "It sent two ids under index 0: "a" and "b". [wire format, event 1 $.choices[0].delta.tool_calls[0].id]",
        "tools.stream.parallel-distinct": "It sent the calls "a" and "b" both under index 0. [wire format, event 1 $.choices[0].delta.tool_calls[0].index]",
      },
    ]
  `)
})

test('nothing is said of indices where there is none', () => {
  expect(applied(said([first(bare)]))).not.toContain('tools.stream.index-stable')
})

test('arguments in one delta are noted where they are long and no other call has its in several', () => {
  const note = 'tools.stream.args-incremental'
  const several = said([
    first(),
    open({ index: 1, id: 'b' }),
    rest('{"city":', { index: 1 }),
    rest('"Rome"}', { index: 1 }),
  ])
  expect(breaches(said([open(), rest(whole.arguments)]), note)).toHaveProperty([note])
  expect(breaches(several, note)).toEqual({})
  expect(applied(said([first({}, { arguments: '{"a":1}' })]))).not.toContain(note)
})

test('a client is tried only where its mistake would show', () => {
  const ids = (calls: readonly unknown[]) => {
    const all = applied(said(calls))
    return ['tools.stream.no-early-execution', 'tools.stream.split-name'].filter((id) => all.includes(id))
  }
  expect(ids([open(), rest('{"city":"Paris"} \n')])).toEqual([
    'tools.stream.no-early-execution',
    'tools.stream.split-name',
  ])
  expect(ids([open(), rest('{"a":{}'), rest(',"b":1'), rest('"')])).toEqual(['tools.stream.split-name'])
  expect(ids([open(), rest('"a"')])).toEqual(['tools.stream.split-name'])
  expect(ids([[open(), rest('1')]])).toEqual([])
  for (const name of ['f', 'ff', undefined]) expect(ids([first({}, { name, arguments: '' }), rest('1')])).toEqual([])
  expect(ids([open(), rest('1', bare)])).toEqual([])
})

test('the call of one choice is not finished by the end of another', () => {
  const both = stream([
    part({ content: 'Hi' }, 'stop', 0),
    part({ tool_calls: [first()] }, null, 1),
    part({}, 'tool_calls', 1),
    'data: [DONE]',
  ])
  expect(applied(both)).toContain('tools.stream.no-early-execution')
  expect(breaches(both)).toEqual({})
})

describe('an empty delta.tool_calls', () => {
  const empties = ({ response }: Exchange) => {
    const text = Buffer.concat(response.pieces.map(({ bytes }) => bytes)).toString()
    return text.split('"tool_calls":[]').length - 1
  }
  /** The event that the contract shows with a reader that changes its answers if it minds how many of these there are. */
  const found = (
    exchange: Exchange,
    minds: (count: number) => boolean,
    change: (answer: Answer) => Partial<Answer> = () => ({ text: 'x' }),
  ) => {
    const check = toolsStreamCheckWith['tools.stream.empty-array-delta']((other) => {
      const reply = readReply(other)
      if (!minds(empties(other))) return reply
      return { ...reply, answers: reply.answers.map((answer) => ({ ...answer, ...change(answer) })) }
    })
    return check(readReply(exchange))?.event
  }

  test('is nothing, in a stream with it and in one without, alone and in every delta', () => {
    const [none, one] = [said([first()]), said([[], first()])]
    expect([none, one].map((exchange) => found(exchange, (count) => count > 0))).toEqual([0, 0])
    expect([none, one].map((exchange) => found(exchange, (count) => count === 1))).toEqual([0, 0])
    expect(found(stream(['data: 1', chunk({ tool_calls: [] })]), (count) => count > 0)).toBe(1)
    expect([none, one].map((exchange) => found(exchange, () => true))).toEqual([undefined, undefined])
  })

  test.each<[string, (answer: Answer) => Partial<Answer>]>([
    ['index', () => ({ index: 1 })],
    ['text', () => ({ text: 'Hi' })],
    ['finish reasons', () => ({ finishReasons: [] })],
    ['number of events with content', () => ({ contentEvents: 9 })],
    ['calls', () => ({ toolCalls: [] })],
    ['ids of calls', ({ toolCalls }) => ({ toolCalls: toolCalls.map((call) => ({ ...call, id: 'b' })) })],
    ['names of calls', ({ toolCalls }) => ({ toolCalls: toolCalls.map((call) => ({ ...call, name: 'f' })) })],
    ['arguments', ({ toolCalls }) => ({ toolCalls: toolCalls.map((call) => ({ ...call, arguments: '' })) })],
  ])('changes no %s', (_, change) => {
    expect(found(said([[], first()]), (count) => count > 0, change)).toBe(0)
  })

  test('is tried where tools were asked for, called or sent as none, and a delta is there to put it in', () => {
    const hi = [chunk({ content: 'Hi' }), chunk({}, 'stop')]
    const odd = ['data: {', chunk({}, null, { choices: [null] }), part(null, null, 0)]
    const streams = {
      'asked for': stream(hi, { ask }),
      called: stream([chunk({ tool_calls: [first()] })]),
      'sent as none': stream([...odd, chunk({ tool_calls: [] })]),
      'nothing of tools': stream([...odd, ...hi]),
      'asked for, and no delta': stream([chunk({}, null, { choices: [] })], { ask }),
    }
    const tried = Object.entries(streams).filter(([, each]) => applied(each).includes('tools.stream.empty-array-delta'))
    expect(tried.map(([name]) => name)).toEqual(['asked for', 'called', 'sent as none'])
  })
})

test('a reader that throws is a breach', () => {
  const reply = readReply(said([first()]))
  const check = toolsStreamCheckWith['tools.stream.split-name'](() => {
    throw new Error('no')
  })
  expect(check(reply)).toEqual({ says: 'came in bytes on which the reader threw', bytes: 'Error: no' })
})

const file = new URL('../../../shared/corpus/interactions.jsonl', import.meta.url)
const here = existsSync(file)

test('in the corpus of recorded traffic these providers break something, OpenAI nothing', ({ skip }) => {
  skip(!here, 'NOT CHECKED: no ../shared/corpus/interactions.jsonl beside the repository')
  const found: Record<string, Record<string, number>> = {}
  for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
    const { provider, request, response } = JSON.parse(line)
    const { method, url, body } = request
    const pieces = [{ at: 0, bytes: Buffer.from(response.body) }]
    const exchange: Exchange = {
      request: method && url ? { method, url, contentType: 'application/json', text: body ?? '' } : undefined,
      response: { status: response.status ?? 200, headers: response.headers, pieces, end: 'closed' },
      provider: undefined,
      evidence: { seen: 'given', number: 1 },
    }
    for (const id of Object.keys(breaches(exchange, 'tools.stream.args-incremental'))) {
      const counts = (found[id] ??= {})
      counts[provider] = (counts[provider] ?? 0) + 1
    }
  }
  expect(found).toMatchInlineSnapshot(`
    {
      "tools.stream.args-incremental": {
        "cerebras": 1,
        "groq": 2,
        "huggingface-router": 1,
        "mistral": 2,
        "openrouter": 2,
        "vercel-gateway": 2,
        "xai": 2,
        "zhipu": 1,
      },
      "tools.stream.index-stable": {
        "anthropic-compat": 1,
      },
      "tools.stream.no-empty-string-continuation": {
        "qwen": 1,
      },
    }
  `)
})
