import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import { chunk, completion, stream, whole, type Parts } from './seed.ts'
import { toolsSeeds } from './tools.seeds.ts'
import { toolsContracts } from './tools.ts'

/** Every breach that the contracts of this area find, by id; notes left out. */
function breaches(exchange: Exchange): Record<string, string> {
  const reply = readReply(exchange)
  const found = toolsContracts.flatMap(({ id, blame, applies, check }) => {
    const breach = applies(reply) ? check(reply) : undefined
    if (!breach) return []
    const where = `${breach.event === undefined ? '' : `event ${breach.event} `}${breach.path}`
    return [[id, `It ${breach.says}. [${breach.blame ?? blame}, ${where}]`]]
  })
  return Object.fromEntries(found)
}

const applied = (exchange: Exchange) =>
  toolsContracts.filter(({ applies }) => applies(readReply(exchange))).map(({ id }) => id)

test('every contract has a seed', () => {
  expect(toolsSeeds.map(({ contract }) => contract)).toEqual(toolsContracts.map(({ id }) => id))
})

describe.each(toolsSeeds)('$contract', ({ contract, clean, defect, also = [] }) => {
  test('is kept by the clean exchange, as every other is', () => {
    expect(applied(clean)).toContain(contract)
    expect(breaches(clean)).toEqual({})
  })

  test('is broken by the defect, and no other is', () => {
    expect(Object.keys(breaches(defect)).sort()).toEqual([contract, ...also].sort())
  })
})

test('each breach says what it is and where', () => {
  const said = toolsSeeds.map(({ contract, defect }) => `${contract}: ${breaches(defect)[contract]}`)
  expect(said.join('\n')).toMatchInlineSnapshot(`
    "tools.call.id-nonempty: It sent the call of get_weather with the id "". [wire format, $.choices[0].message.tool_calls[0].id]
    tools.call.id-unique: It sent two tool calls with the id "call_1". [wire format, $.choices[0].message.tool_calls[1].id]
    tools.call.type: It sent the call of get_weather without a type. [wire format, $.choices[0].message.tool_calls[0].type]
    tools.call.name-known: It sent the call of get_wether, while it was offered get_weather, ping. [model, $.choices[0].message.tool_calls[0]]
    tools.args.string: It sent the call of get_weather with arguments that are no string: {"city":"Paris"}. [wire format, $.choices[0].message.tool_calls[0].function.arguments]
    tools.args.json: It sent the call of get_weather with arguments that are no JSON. [model, $.choices[0].message.tool_calls[0].function.arguments]
    tools.args.object: It sent the call of get_weather with arguments that are JSON but no object: ["Paris"]. [wire format, $.choices[0].message.tool_calls[0].function.arguments]
    tools.args.empty-object: It sent the call of ping, which takes no parameters, with arguments "", not {}. [wire format, $.choices[0].message.tool_calls[0].function.arguments]
    tools.message.content-null: It sent tool calls with content "" in place of null. [wire format, $.choices[0].message.content]
    tools.none.omitted: It sent tool_calls [] beside a plain answer. [wire format, $.choices[0].message.tool_calls]
    tool_choice.required.finish: It sent finish_reason "stop" after a call that tool_choice required. [wire format, $.choices[0].finish_reason]
    tool_choice.named.finish: It sent finish_reason "tool_call" after a call of the tool that tool_choice named. [wire format, $.choices[0].finish_reason]"
  `)
})

const tools = [
  { type: 'function', function: { name: 'get_weather', parameters: { type: 'object', properties: { city: {} } } } },
  { type: 'function', function: { name: 'ping' } },
]
const call = (fn: object, more: object = {}) => ({ id: 'call_1', type: 'function', function: fn, ...more })
const weather = { name: 'get_weather', arguments: '{"city":"Paris"}' }
const answer = (calls: unknown, parts: { ask?: object; message?: object; choice?: object } = {}) =>
  whole(
    completion(
      { content: null, tool_calls: calls, ...parts.message },
      {},
      { finish_reason: 'tool_calls', ...parts.choice },
    ),
    { ask: { tools, ...parts.ask } } satisfies Parts,
  )

const custom = call({}, { type: 'custom', function: undefined, custom: { name: 'sql', input: 'select 1' } })
const earlier = [
  { role: 'assistant', tool_calls: [call(weather)] },
  { role: 'tool', tool_call_id: 'call_1', content: '' },
]

const bare = (parameters: unknown) => ({ type: 'function', function: { name: 'nothing', parameters } })
const said = (all: readonly (readonly object[])[], more: object = {}, finish = 'tool_calls') =>
  stream(
    [
      ...all.map((calls) => chunk({ tool_calls: calls })),
      chunk({}, finish),
      chunk({}, null, { choices: [{ index: 1, delta: { content: 'Hi' }, finish_reason: 'stop' }] }),
      'data: [DONE]',
    ],
    { ask: { tools, ...more } },
  )

const found: readonly (readonly [string, Exchange])[] = [
  ['an entry that is null', answer([null])],
  ['no id', answer([call(weather, { id: undefined })])],
  ['an id of an earlier turn', answer([call(weather)], { ask: { messages: earlier } })],
  ['a wrong type', answer([call(weather, { type: 'tool' })])],
  ['a type custom without a custom tool', answer([call(weather, { type: 'custom' })])],
  ['no arguments', answer([call({ name: 'ping' })])],
  ['arguments null', answer([call({ name: 'get_weather', arguments: null })])],
  ['arguments of a call without parameters that are null as text', answer([call({ name: 'ping', arguments: 'null' })])],
  [
    'cut arguments at the token limit',
    answer([call({ ...weather, arguments: `{"city":"${'Paris '.repeat(20)}` })], { ask: { max_tokens: 2 } }),
  ],
  [
    'a legacy call',
    answer(undefined, {
      message: { function_call: { name: 'pong', arguments: '[' } },
      choice: { finish_reason: 'function_call' },
    }),
  ],
  ['blank content', answer([call(weather)], { message: { content: '\n\n' } })],
  ['no content', answer([call(weather)], { message: { content: undefined } })],
  ['tool_calls null', whole(completion({ tool_calls: null }))],
  [
    'no finish reason',
    answer([call(weather)], { ask: { tool_choice: 'required' }, choice: { finish_reason: undefined } }),
  ],
  ['two empty ids', answer([call(weather, { id: '' }), call(weather, { id: '' })])],
  ['a wrong type of a custom tool', answer([call({}, { type: 'tool', function: undefined, custom: { name: 'sql' } })])],
  ['a type custom beside a function', answer([call(weather, { type: 'custom', custom: { name: 'sql', input: '' } })])],
  ['blank arguments', answer([call({ ...weather, arguments: ' ' })])],
  [
    'blank arguments for a tool whose parameters are null',
    answer([call({ name: 'nothing', arguments: '' })], { ask: { tools: [bare(null)] } }),
  ],
  [
    'blank arguments for a tool whose parameters declare none',
    answer([call({ name: 'nothing', arguments: '' })], {
      ask: { tools: [bare({ title: 'T', description: 'D', $schema: 'S', strict: true, required: [] })] },
    }),
  ],
  [
    'a stream of a call under another name',
    said([[{ index: 0, id: 'a', type: 'function', function: { ...weather, name: 'pong' } }]]),
  ],
  ['a stream of two calls with one id', said([0, 1].map((index) => [call(weather, { index })]))],
  [
    'a stream that calls a tool in one of its choices and stops',
    said([[call(weather, { index: 0 })]], { tool_choice: 'required' }, 'stop'),
  ],
  [
    'bad arguments below the token limit',
    answer([call({ ...weather, arguments: '{"ci' })], { ask: { max_tokens: 100 } }),
  ],
  ...[{ type: 'array' }, { properties: [] }, { required: ['x'] }, { additionalProperties: true }, { oneOf: [] }, 1].map(
    (schema): [string, Exchange] => [
      `null for a tool with the schema ${JSON.stringify(schema)}`,
      answer([call({ name: 'nothing', arguments: 'null' })], { ask: { tools: [bare(schema)] } }),
    ],
  ),
]

test('these are found', () => {
  expect(Object.fromEntries(found.map(([name, exchange]) => [name, breaches(exchange)]))).toMatchInlineSnapshot(`
    {
      "a legacy call": {
        "tools.args.json": "It sent the call of pong with arguments that are no JSON. [model, $.choices[0].message.function_call.arguments]",
        "tools.call.name-known": "It sent the call of pong, while it was offered get_weather, ping. [model, $.choices[0].message.function_call]",
      },
      "a stream of a call under another name": {
        "tools.call.name-known": "It sent the call of pong, while it was offered get_weather, ping. [model, event 0 $.choices[0].delta.tool_calls[0]]",
      },
      "a stream of two calls with one id": {
        "tools.call.id-unique": "It sent two tool calls with the id "call_1". [wire format, event 1 $.choices[0].delta.tool_calls[0]]",
      },
      "a stream that calls a tool in one of its choices and stops": {
        "tool_choice.required.finish": "It sent finish_reason "stop" after a call that tool_choice required. [wire format, event 1 $.choices[0].finish_reason]",
      },
      "a type custom beside a function": {
        "tools.call.name-known": "It sent the call of sql, while it was offered get_weather, ping. [model, $.choices[0].message.tool_calls[0]]",
      },
      "a type custom without a custom tool": {
        "tools.call.type": "It sent the call of get_weather with the type "custom". [wire format, $.choices[0].message.tool_calls[0].type]",
      },
      "a wrong type": {
        "tools.call.type": "It sent the call of get_weather with the type "tool". [wire format, $.choices[0].message.tool_calls[0].type]",
      },
      "a wrong type of a custom tool": {
        "tools.call.name-known": "It sent the call of sql, while it was offered get_weather, ping. [model, $.choices[0].message.tool_calls[0]]",
        "tools.call.type": "It sent the call of sql with the type "tool". [wire format, $.choices[0].message.tool_calls[0].type]",
      },
      "an entry that is null": {
        "tools.args.string": "It sent a call without a name without arguments. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
        "tools.call.id-nonempty": "It sent a call without a name without an id. [wire format, $.choices[0].message.tool_calls[0].id]",
        "tools.call.name-known": "It sent a call without a name, while it was offered get_weather, ping. [wire format, $.choices[0].message.tool_calls[0]]",
        "tools.call.type": "It sent a call without a name without a type. [wire format, $.choices[0].message.tool_calls[0].type]",
      },
      "an id of an earlier turn": {
        "tools.call.id-unique": "It sent the call of get_weather with the id "call_1", which a call in messages[0] already has. [wire format, $.choices[0].message.tool_calls[0].id]",
      },
      "arguments null": {
        "tools.args.string": "It sent the call of get_weather with arguments that are no string: null. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
      },
      "arguments of a call without parameters that are null as text": {
        "tools.args.empty-object": "It sent the call of ping, which takes no parameters, with arguments "null", not {}. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
        "tools.args.object": "It sent the call of ping with arguments that are JSON but no object: null. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
      },
      "bad arguments below the token limit": {
        "tools.args.json": "It sent the call of get_weather with arguments that are no JSON. [model, $.choices[0].message.tool_calls[0].function.arguments]",
      },
      "blank arguments": {
        "tools.args.json": "It sent the call of get_weather with arguments " ", which is no JSON. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
      },
      "blank arguments for a tool whose parameters are null": {
        "tools.args.empty-object": "It sent the call of nothing, which takes no parameters, with arguments "", not {}. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
        "tools.args.json": "It sent the call of nothing with arguments "", which is no JSON. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
      },
      "blank arguments for a tool whose parameters declare none": {
        "tools.args.empty-object": "It sent the call of nothing, which takes no parameters, with arguments "", not {}. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
        "tools.args.json": "It sent the call of nothing with arguments "", which is no JSON. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
      },
      "blank content": {
        "tools.message.content-null": "It sent tool calls with content "\\n\\n" in place of null. [wire format, $.choices[0].message.content]",
      },
      "cut arguments at the token limit": {
        "tools.args.json": "It sent the call of get_weather with arguments cut off at the limit of 2 tokens, yet with finish_reason "tool_calls". [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
      },
      "no arguments": {
        "tools.args.string": "It sent the call of ping without arguments. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
      },
      "no content": {
        "tools.message.content-null": "It sent tool calls without content. [wire format, $.choices[0].message.content]",
      },
      "no finish reason": {
        "tool_choice.required.finish": "It sent no finish_reason after a call that tool_choice required. [wire format, $.choices[0].finish_reason]",
      },
      "no id": {
        "tools.call.id-nonempty": "It sent the call of get_weather without an id. [wire format, $.choices[0].message.tool_calls[0].id]",
      },
      "null for a tool with the schema 1": {
        "tools.args.object": "It sent the call of nothing with arguments that are JSON but no object: null. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
      },
      "null for a tool with the schema {"additionalProperties":true}": {
        "tools.args.object": "It sent the call of nothing with arguments that are JSON but no object: null. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
      },
      "null for a tool with the schema {"oneOf":[]}": {
        "tools.args.object": "It sent the call of nothing with arguments that are JSON but no object: null. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
      },
      "null for a tool with the schema {"properties":[]}": {
        "tools.args.object": "It sent the call of nothing with arguments that are JSON but no object: null. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
      },
      "null for a tool with the schema {"required":["x"]}": {
        "tools.args.object": "It sent the call of nothing with arguments that are JSON but no object: null. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
      },
      "null for a tool with the schema {"type":"array"}": {
        "tools.args.object": "It sent the call of nothing with arguments that are JSON but no object: null. [wire format, $.choices[0].message.tool_calls[0].function.arguments]",
      },
      "tool_calls null": {
        "tools.none.omitted": "It sent tool_calls null beside a plain answer. [wire format, $.choices[0].message.tool_calls]",
      },
      "two empty ids": {
        "tools.call.id-nonempty": "It sent the call of get_weather with the id "". [wire format, $.choices[0].message.tool_calls[0].id]",
      },
    }
  `)
})

test.each<[string, Exchange]>([
  ['text beside a call', answer([call(weather)], { message: { content: 'Let me look.' } })],
  ['parts beside a call', answer([call(weather)], { message: { content: [{ type: 'text', text: 'Hm' }] } })],
  [
    'cut arguments that finish as length',
    answer([call({ ...weather, arguments: '{"ci' })], {
      choice: { finish_reason: 'length' },
      ask: { tool_choice: 'required' },
    }),
  ],
  ...['content_filter', 'model_length', 'insufficient_system_resource', 'aborted', 'error'].map(
    (finish): [string, Exchange] => [
      `cut arguments that finish as ${finish}`,
      answer([call({ ...weather, arguments: '{"ci' })], { choice: { finish_reason: finish } }),
    ],
  ),
  [
    'a call of a custom tool',
    answer([custom], { ask: { tools: [...tools, { type: 'custom', custom: { name: 'sql' } }] } }),
  ],
  ['parameters that the tool does not declare', answer([call({ name: 'ping', arguments: '{"x":1}' })])],
  [
    'another tool where a built-in one was offered',
    answer([call({ ...weather, name: 'search' })], { ask: { tools: [...tools, { type: 'web_search' }] } }),
  ],
  ['a call where no tool was offered', answer([call({ ...weather, name: 'search' })], { ask: { tools: undefined } })],
  ['an empty function_call', whole(completion({ function_call: { name: '', arguments: '' } }))],
  ['an error', whole({ error: { message: 'no' }, choices: [{ message: { tool_calls: [{}] } }] }, { status: 400 })],
  ['an error with status 200', whole({ error: { message: 'no' }, choices: [{ message: { tool_calls: [{}] } }] })],
  ['a function beside a custom tool', answer([call(weather, { custom: { name: 'sql' } })])],
  [
    'a custom tool beside a function',
    answer([custom, call(weather, { id: 'call_2' })], {
      ask: { tools: [...tools, { type: 'custom', custom: { name: 'sql' } }] },
    }),
  ],
  [
    'choices that call with text, call without, and do not call',
    whole({
      ...completion(),
      choices: [
        { index: 0, message: { content: 'Let me look.', tool_calls: [call(weather)] } },
        { index: 1, message: { content: null, tool_calls: [call(weather, { id: 'call_2' })] } },
        { index: 2, message: { content: 'Hello' } },
      ],
    }),
  ],
  ['a required call beside a choice that stops', said([[call(weather, { index: 0 })]], { tool_choice: 'required' })],
  ['a tool that is null', answer([call({ ...weather, name: 'search' })], { ask: { tools: [null] } })],
  [
    'messages and calls of an earlier turn that are null',
    answer([call(weather)], { ask: { messages: [null, { tool_calls: [null, { id: '' }] }] } }),
  ],
  ['choices and messages that are null', whole({ ...completion(), choices: [null, { index: 1, message: null }] })],
  ['a call in a redirect', whole(completion({ tool_calls: [{}] }), { status: 302 })],
  [
    'a name in parts that are the same',
    said([[call(weather, { index: 0 })], [{ index: 0, function: { name: 'get_weather' } }]]),
  ],
  ['no choices', whole({ ...completion(), choices: [] })],
])('%s is nothing to find', (_, exchange) => {
  expect(breaches(exchange)).toEqual({})
})

test('of long arguments that are no JSON the end is shown, of a long entry the beginning', () => {
  const [text, end] = [`{"city":"${'Paris '.repeat(20)}`, `…${'Paris '.repeat(20).slice(-80)}`]
  const reply = readReply(answer([call({ ...weather, arguments: text }, { type: undefined })]))
  const bytesOf = (id: string) => toolsContracts.find((contract) => contract.id === id)?.check(reply)?.bytes
  expect(bytesOf('tools.args.json')).toBe(end)
  expect(bytesOf('tools.call.type')).toMatch(/^\{"id":"call_1".{66}…$/)
})

test('a named tool may be of the legacy kind, which tells nothing', () => {
  const ask = { function_call: { name: 'ping' }, functions: [{ name: 'ping' }] }
  expect(applied(answer([call(weather)], { ask }))).not.toContain('tool_choice.named.finish')
})

const file = new URL('../../../shared/corpus/interactions.jsonl', import.meta.url)
const here = existsSync(file)

test('in the corpus of recorded traffic only may is broken, and never by OpenAI', ({ skip }) => {
  skip(!here, 'NOT CHECKED: no ../shared/corpus/interactions.jsonl beside the repository')
  const found: Record<string, Record<string, number>> = {}
  for (const line of readFileSync(file, 'utf8').trimEnd().split('\n')) {
    const { provider, request, response } = JSON.parse(line)
    const { method, url, body } = request
    const exchange: Exchange = {
      request: method && url ? { method, url, contentType: 'application/json', text: body ?? '' } : undefined,
      response: {
        status: response.status ?? 200,
        headers: response.headers,
        pieces: [{ at: 0, bytes: Buffer.from(response.body) }],
        end: 'closed',
      },
      provider: undefined,
      evidence: { seen: 'given', number: 1 },
    }
    for (const id of Object.keys(breaches(exchange))) {
      const counts = (found[id] ??= {})
      counts[provider] = (counts[provider] ?? 0) + 1
    }
  }
  expect(found).toMatchInlineSnapshot(`
    {
      "tools.message.content-null": {
        "cerebras": 1,
        "copilot": 1,
        "deepseek": 1,
        "doubleword": 2,
        "groq": 1,
        "llama.cpp": 1,
        "mistral": 2,
        "ollama": 1,
        "qwen": 1,
        "snowflake": 1,
        "venice": 1,
        "xai": 2,
      },
      "tools.none.omitted": {
        "hyperbolic": 1,
        "mistral": 5,
        "mistral.rs": 1,
        "nebius": 2,
        "snowflake": 1,
        "together": 1,
        "venice": 3,
        "vllm": 1,
      },
    }
  `)
})
