import { describe, expect, test } from 'vitest'
import { broken, corpusBreaks, hasCorpus, saidOf, testSeeds } from './_areas.test.kit.ts'
import { chatContracts } from './chat.ts'
import { chatSeeds } from './chat.seeds.ts'
import { readReply } from '../wire/reply.ts'
import type { Exchange } from '../wire/exchange.ts'
import { chunk, completion, hello, stream, whole, type Parts } from './seed.ts'

testSeeds(chatContracts, chatSeeds)

test('every breach says what was sent and where', () => {
  expect(chatSeeds.map(saidOf)).toMatchInlineSnapshot(`
    [
      "chat.envelope.json: answered with an error under HTTP 200: "The prompt was filtered." @ $.error",
      "chat.envelope.id: sent "" as \`id\`, not a non-empty string @ $.id",
      "chat.envelope.object: left out \`object\` @ $.object",
      "chat.envelope.created: sent 1767225600000 as \`created\`, not whole seconds since 1970 @ $.created",
      "chat.envelope.model: sent "" as \`model\`, not a non-empty string @ $.model",
      "chat.model.echo: named "acme-1-2026-01-01" as the model, a dated snapshot of "acme-1" @ $.model",
      "chat.choices.nonempty: sent no choice @ $.choices",
      "chat.choices.index: left out \`index\` @ $.choices[0].index",
      "chat.message.role: sent "model" as \`role\`, not "assistant" @ $.choices[0].message.role",
      "chat.message.content-key: left out \`content\` @ $.choices[0].message.content",
      "chat.message.content-string: sent an object with greeting as \`content\`, not text or null @ $.choices[0].message.content",
      "chat.message.refusal-key: left out \`refusal\` @ $.choices[0].message.refusal",
      "chat.response.extra-fields: sent timings beside the documented keys @ $.timings",
      "chat.system-fingerprint: left out \`system_fingerprint\` @ $.system_fingerprint",
    ]
  `)
})

describe('chat.envelope.json', () => {
  const check = (exchange: Parameters<typeof readReply>[0]) => {
    const contract = chatContracts.find(({ id }) => id === 'chat.envelope.json')
    const reply = readReply(exchange)
    return contract?.applies(reply) ? contract.check(reply) : 'unchecked'
  }

  test('tells apart what stands in place of JSON, and who is at fault', () => {
    const page = '<!DOCTYPE html><title>502 Bad Gateway</title>'
    const text = JSON.stringify(completion())
    expect([
      check(stream(hello, { ask: { stream: false } })),
      check(whole(page, { headers: { 'content-type': 'text/html' } })),
      check(whole('')),
      check(whole(text.slice(0, 40), { end: 'aborted' })),
      check(whole(text.slice(0, 40))),
      check(whole([1, 2])),
      check(whole({ ...completion(), error: true })),
      check(whole(completion(), { headers: { 'content-type': 'text/plain' } })),
    ]).toMatchInlineSnapshot(`
      [
        {
          "bytes": "data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1767225600,"model":"acme-1","system_fingerprint":"fp…",
          "event": 0,
          "says": "answered with an event stream that was not asked for",
        },
        {
          "blame": "gateway",
          "bytes": "<!DOCTYPE html><title>502 Bad Gateway</title>",
          "path": "$",
          "says": "sent a page of HTML or XML in place of JSON",
        },
        {
          "blame": "gateway",
          "path": "$",
          "says": "sent an empty body",
        },
        {
          "blame": "infrastructure",
          "bytes": "{"id":"chatcmpl-1","object":"chat.comple",
          "path": "$",
          "says": "broke off after 40 characters of its body",
        },
        {
          "bytes": "{"id":"chatcmpl-1","object":"chat.comple",
          "path": "$",
          "says": "sent a body that is no JSON",
        },
        {
          "bytes": "[1,2]",
          "path": "$",
          "says": "sent an array of 2 in place of an object",
        },
        {
          "path": "$.error",
          "says": "sent true as \`error\` under HTTP 200",
        },
        {
          "bytes": "content-type: text/plain",
          "says": "called its JSON "text/plain"",
        },
      ]
    `)
  })

  test('says nothing where a stream was asked for, of a failing status, or of a body that the client gave up', () => {
    expect(check(whole(completion(), { ask: { stream: true } }))).toBe('unchecked')
    expect(check(whole({ error: { message: 'no' } }, { status: 400 }))).toBe('unchecked')
    expect(check(whole(completion(), { end: 'cancelled' as 'closed' }))).toBe('unchecked')
  })
})

test('other answers: what breaks each contract, what keeps it, and what tells nothing', () => {
  const answer = (more: Record<string, unknown>, parts: Parts = {}) => whole(completion({}, more), parts)
  const said = (message: Record<string, unknown>) => whole(completion(message))
  const choice = (index: unknown) => ({ index, message: { role: 'assistant', content: 'Hi', refusal: null } })
  const unasked = (exchange: Exchange) => ({ ...exchange, request: undefined })
  const keys = Object.fromEntries('abcdefghijklmno'.split('').map((key) => [key, 1]))
  const others: Record<string, readonly Exchange[]> = {
    'chat.envelope.json': [
      whole({ error: { type: 'server_error' } }),
      answer({ choices: [{ index: 0, message: { role: 'assistant' }, error: { message: 'Cut.' } }] }),
      answer({ error: {} }),
      answer({}, { headers: { 'content-type': 'Application/JSON; charset=utf-8' } }),
      whole(' \n'),
      unasked(answer({})),
      unasked(stream(hello)),
    ],
    'chat.envelope.id': [
      unasked(whole({ object: 'chat.completion.deleted', deleted: true })),
      answer({ id: '' }, { method: 'GET' }),
      answer({ id: '' }, { status: 300 }),
      answer({ id: '', error: { message: 'No.' } }),
      whole([]),
    ],
    'chat.envelope.object': [answer({ object: 'x'.repeat(70) })],
    'chat.envelope.created': [
      answer({ created: -1 }),
      answer({ created: 0 }),
      answer({ created: 1.5 }),
      answer({ created: '1767225600' }),
    ],
    'chat.model.echo': [
      answer({ model: 'acme-10' }),
      answer({ model: 'best-1-2026' }),
      answer({ model: 'other' }, { ask: { model: undefined } }),
      answer({ model: undefined }),
      answer({ model: 'other', error: { message: 'No.' } }),
      answer({ model: 'other' }, { path: '/completions' }),
    ],
    'chat.choices.nonempty': [answer({ choices: null })],
    'chat.choices.index': [
      answer({ choices: [choice(0), choice(0)] }),
      answer({ choices: [choice('0')] }),
      answer({ choices: [choice(0.5)] }),
      answer({ choices: [null] }),
    ],
    'chat.message.role': [answer({ choices: [{ index: 0 }] }), answer({ choices: [null] })],
    'chat.message.content-key': [
      answer({ choices: [choice(0), { index: 1, message: { role: 'assistant' } }] }),
      answer({ choices: [null, { index: 1 }] }),
      answer({ choices: [] }),
    ],
    'chat.message.content-string': [
      said({ content: {} }),
      said({ content: { ...keys, ['k'.repeat(40)]: 1 } }),
      said({ content: { ['k'.repeat(40)]: 1 } }),
    ],
    'chat.response.extra-fields': [
      answer({ usage: { cost: 1 } }),
      answer({ choices: [null, { ...choice(0), seed: 1 }] }),
      said({ reasoning: 'Hm', audio: null }),
      stream([chunk({ content: 'Hi', reasoning: 'Hm' }), ...hello.slice(3)]),
      answer(keys),
      answer({ a: 1, 'b.$': 2 }),
      answer({ a: 1, error: { message: 'No.' } }),
    ],
    'chat.system-fingerprint': [
      answer({ system_fingerprint: null }),
      stream([chunk({}, null, { system_fingerprint: undefined }), chunk({}, 'stop', { system_fingerprint: '' })]),
    ],
  }
  const lines = Object.entries(others).map(([contract, all]) => all.map((defect) => saidOf({ contract, defect })))
  expect(lines.flat()).toMatchInlineSnapshot(`
    [
      "chat.envelope.json: answered with an error under HTTP 200 @ $.error",
      "chat.envelope.json: kept",
      "chat.envelope.json: kept",
      "chat.envelope.json: kept",
      "chat.envelope.json: sent an empty body @ $",
      "chat.envelope.json: kept",
      "chat.envelope.json: unchecked",
      "chat.envelope.id: unchecked",
      "chat.envelope.id: unchecked",
      "chat.envelope.id: unchecked",
      "chat.envelope.id: unchecked",
      "chat.envelope.id: unchecked",
      "chat.envelope.object: sent "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…" as \`object\`, not "chat.completion" @ $.object",
      "chat.envelope.created: sent -1 as \`created\`, not whole seconds since 1970 @ $.created",
      "chat.envelope.created: kept",
      "chat.envelope.created: sent 1.5 as \`created\`, not whole seconds since 1970 @ $.created",
      "chat.envelope.created: sent "1767225600" as \`created\`, not whole seconds since 1970 @ $.created",
      "chat.model.echo: named "acme-10" as the model where "acme-1" was asked for @ $.model",
      "chat.model.echo: named "best-1-2026" as the model where "acme-1" was asked for @ $.model",
      "chat.model.echo: unchecked",
      "chat.model.echo: unchecked",
      "chat.model.echo: unchecked",
      "chat.model.echo: unchecked",
      "chat.choices.nonempty: sent null as \`choices\`, not an array @ $.choices",
      "chat.choices.index: numbered two of its 2 choices 0 @ $.choices[1].index",
      "chat.choices.index: sent "0" as \`index\`, not an integer @ $.choices[0].index",
      "chat.choices.index: sent 0.5 as \`index\`, not an integer @ $.choices[0].index",
      "chat.choices.index: left out \`index\` @ $.choices[0].index",
      "chat.message.role: left out \`message\` @ $.choices[0].message",
      "chat.message.role: left out \`message\` @ $.choices[0].message",
      "chat.message.content-key: left out \`content\` @ $.choices[1].message.content",
      "chat.message.content-key: unchecked",
      "chat.message.content-key: unchecked",
      "chat.message.content-string: sent an empty object as \`content\`, not text or null @ $.choices[0].message.content",
      "chat.message.content-string: sent an object with a, b, c, d, … as \`content\`, not text or null @ $.choices[0].message.content",
      "chat.message.content-string: sent an object with kkkkkkkkkkkkkkkkkkkkkkkkkkkkkk… as \`content\`, not text or null @ $.choices[0].message.content",
      "chat.response.extra-fields: sent usage.cost beside the documented keys @ $.usage.cost",
      "chat.response.extra-fields: sent choices[].seed beside the documented keys @ $.choices[*].seed",
      "chat.response.extra-fields: sent choices[].message.reasoning beside the documented keys @ $.choices[*].message.reasoning",
      "chat.response.extra-fields: sent choices[].delta.reasoning beside the documented keys @ $.choices[*].delta.reasoning",
      "chat.response.extra-fields: sent a, b, c, d, e, f, g, h, i, j, k and l and more beside the documented keys @ $.a",
      "chat.response.extra-fields: sent a and b.$ beside the documented keys @ $.a",
      "chat.response.extra-fields: unchecked",
      "chat.system-fingerprint: sent null as \`system_fingerprint\`, not a non-empty string @ $.system_fingerprint",
      "chat.system-fingerprint: sent "" as \`system_fingerprint\`, not a non-empty string @ $.system_fingerprint",
    ]
  `)
})

test('legal answers break no must', () => {
  const call = { id: 'call_1', type: 'function', function: { name: 'wave', arguments: '{}' } }
  const two = [0, 1].map((index) => ({ index, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }))
  const legal = [
    whole(completion({ content: null, tool_calls: [call] }, {}, { finish_reason: 'tool_calls' })),
    whole(completion({ content: null, function_call: call.function }, {}, { finish_reason: 'function_call' })),
    whole(completion({ content: null, refusal: 'I cannot help with that.' })),
    whole(completion({ content: '' }, {}, { finish_reason: 'length' })),
    whole(completion({}, { choices: two }), { ask: { n: 2 } }),
    stream([chunk({}, null, { id: '', model: '', object: '', choices: [], prompt_filter_results: [] }), ...hello]),
    stream([': keep-alive', ...hello]),
  ]
  const musts = new Set(chatContracts.filter(({ level }) => level === 'must').map(({ id }) => id))
  expect(legal.flatMap((exchange) => broken(exchange).filter((id) => musts.has(id)))).toEqual([])
})

describe('in the corpus of recorded traffic', () => {
  test('these providers break a must or a should, OpenAI none', ({ skip }) => {
    skip(!hasCorpus, 'NOT CHECKED: no ../shared/corpus beside the repository')
    const found = corpusBreaks(chatContracts, ['must', 'should'])
    expect(
      Object.values(found).filter((names) => names.split(', ').some((name) => name.startsWith('openai '))),
    ).toEqual([])
    expect(found).toMatchInlineSnapshot(`
      {
        "chat.envelope.created": "copilot 2",
        "chat.envelope.id": "huggingface-tgi 1, snowflake 2",
        "chat.envelope.json": "azure-openai 1, openrouter 1",
        "chat.envelope.object": "copilot 2, zhipu 1",
        "chat.message.content-key": "cerebras 1, copilot 1, doubleword 1, groq 1",
        "chat.message.content-string": "cloudflare 1, mistral 1",
      }
    `)
  })
})
