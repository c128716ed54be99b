import { describe, expect, test, vi } from 'vitest'
import { listedIn } from '../testing/catalogue.ts'
import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import type { Reader } from './_reread.ts'
import { chatSeeds } from './chat.seeds.ts'
import type { Seed } from './contract.ts'
import { elsewhere } from './elsewhere.ts'
import { embeddingsSeeds } from './embeddings.seeds.ts'
import { errorSeeds, errorsWrongReaders } from './errors.seeds.ts'
import { finishSeeds } from './finish.seeds.ts'
import { headersSeeds } from './headers.seeds.ts'
import { contracts } from './index.ts'
import { jsonSeeds, jsonWrongReaders } from './json.seeds.ts'
import { judge } from './judge.ts'
import { modelsSeeds } from './models.seeds.ts'
import { reasoningSeeds } from './reasoning.seeds.ts'
import { responsesSeeds } from './responses.seeds.ts'
import { chunk, completion, hello, stream, whole } from './seed.ts'
import { streamChunkSeeds } from './stream-chunk.seeds.ts'
import { streamClientSeeds, streamWrongReaders } from './stream-client.seeds.ts'
import { streamFinishSeeds } from './stream-finish.seeds.ts'
import { streamSeeds } from './stream.seeds.ts'
import { toolsSeeds } from './tools.seeds.ts'
import { toolsStreamSeeds, toolsStreamWrongReaders } from './tools-stream.seeds.ts'
import { usageSeeds, usageWrongReaders } from './usage.seeds.ts'

const seeds: readonly Seed[] = [
  ...chatSeeds,
  ...streamSeeds,
  ...streamChunkSeeds,
  ...streamFinishSeeds,
  ...streamClientSeeds,
  ...usageSeeds,
  ...toolsSeeds,
  ...toolsStreamSeeds,
  ...finishSeeds,
  ...jsonSeeds,
  ...reasoningSeeds,
  ...embeddingsSeeds,
  ...modelsSeeds,
  ...responsesSeeds,
  ...errorSeeds,
  ...headersSeeds,
]

// A contract about the reader is broken by a wrong reader, not by the bytes.
const wrongReaders: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  ...streamWrongReaders,
  ...usageWrongReaders,
  ...toolsStreamWrongReaders,
  ...jsonWrongReaders,
  ...errorsWrongReaders,
}

// The check of a contract about the reader has this package's own, which is right: another takes its place for a while.
const own: { reader?: Reader | undefined } = vi.hoisted(() => ({}))

vi.mock('../wire/reply.ts', async (load) => {
  const actual = await load<typeof import('../wire/reply.ts')>()
  // A wrong reader begins with what the right one reads.
  const readReply: Reader = (exchange) => {
    const read = own.reader ?? actual.readReply
    return withOwn(undefined, () => read(exchange))
  }
  return { ...actual, readReply }
})

/** Runs with another reader in place of this package's own, or with that again. */
function withOwn<T>(reader: Reader | undefined, run: () => T): T {
  const before = own.reader
  own.reader = reader
  try {
    return run()
  } finally {
    own.reader = before
  }
}

const brokenBy = (exchange: Exchange) =>
  judge(exchange)
    .filter(({ verdict }) => verdict === 'broken')
    .map(({ contract }) => contract)

// What a defect breaks in another area too, because it shows from both sides.
const acrossAreas: Readonly<Record<string, readonly string[]>> = {
  'tool_choice.required.finish': ['finish.tool_calls-iff-calls'],
  'tool_choice.named.finish': ['finish.enum', 'finish.tool_calls-iff-calls'],
  'tools.stream.finish-tool-calls': ['finish.tool_calls-iff-calls'],
  'finish.length': ['usage.completion-le-cap'],
  'finish.truncation-honest': ['tools.args.json', 'tools.args.empty-object'],
  'json_schema.string-content': ['chat.message.content-string'],
}

const ids = contracts.map(({ id }) => id)

test('every contract has its id once, and one seed', () => {
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
  expect(seeds.map(({ contract }) => contract).sort()).toEqual([...ids].sort())
})

test('every id of the catalogue of mode wire or client is here, or listed with the reason why not', ({ skip }) => {
  const listed = listedIn(['wire', 'client'], skip)

  expect([...ids, ...Object.keys(elsewhere)].sort()).toEqual(listed.map(({ id }) => id).sort())
  for (const { id, level, mode, needs } of contracts) {
    expect({ id, level, mode, needs }).toEqual(
      listed
        .filter((one) => one.id === id)
        .map((one) => ({ id, level: one.severity, mode: one.mode, needs: one.gate ?? [] }))[0],
    )
  }
})

describe('removing any check would show, because', () => {
  test.each(seeds.map((seed) => ({ name: seed.contract, seed })))(
    '$name is kept by its clean exchange and broken by its defect alone',
    ({ name, seed }) => {
      const contract = contracts.find(({ id }) => id === name)
      const readers = Object.values(wrongReaders[name] ?? {})

      expect(contract?.applies(readReply(seed.clean))).toBe(true)
      expect(contract?.check(readReply(seed.clean))).toBeUndefined()
      const reply = readReply(seed.defect)
      for (const read of readers.length === 0 ? [undefined] : readers) {
        expect(withOwn(read, () => contract?.check(reply))).toBeDefined()
      }
      const before = new Set(brokenBy(seed.clean))
      const more = brokenBy(seed.defect).filter((id) => !before.has(id) && id !== name)
      const allowed = [...(seed.also ?? []), ...(acrossAreas[name] ?? [])]
      expect(more.filter((id) => !allowed.includes(id))).toEqual([])
    },
  )
})

test('a contract whose area is named after what a provider may lack needs that', () => {
  const areas = ['tools', 'json_schema', 'logprobs', 'reasoning', 'models', 'responses']
  const lacking = contracts.filter(({ id, needs }) =>
    areas.some((area) => id.startsWith(`${area}.`) && !needs.some((need) => need.startsWith(area))),
  )
  expect(lacking).toEqual([])
})

test('each contract tells something of some replies, and nothing of the others', () => {
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }]
  const called = { index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":"Paris"}' } }
  const calling = chunk({ role: 'assistant', content: null, tool_calls: [called] })
  const ended = [chunk({}, 'tool_calls'), 'data: [DONE]']
  const error = { error: { message: 'No.', type: 'server_error', param: null, code: null } }
  const schema = { response_format: { type: 'json_schema' } }
  const counted = chunk({}, null, { choices: [], usage: { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 } })
  const { request: _, ...unasked } = stream([calling, ...ended])
  const created = { type: 'response.created', sequence_number: 0, response: { id: 'r' } }
  const replies: Record<string, Exchange> = {
    text: whole(completion()),
    'no choice': whole(completion({}, { choices: [] })),
    'no finish': whole(completion({}, {}, { finish_reason: null })),
    stream: stream(hello),
    'n of 2': stream(hello, { ask: { n: 2 } }),
    usage: stream([...hello.slice(0, 4), counted, hello[4]], { ask: { stream_options: { include_usage: true } } }),
    'half a stream': stream(hello.slice(0, 3), { ask: { stream_options: { include_usage: true } } }),
    'cut stream': stream(hello.slice(0, 4), { end: 'aborted' }),
    'empty stream': stream([': nothing'], { ask: { tools } }),
    'no chunk': stream(['data: 1', 'data: [DONE]']),
    'no delta': stream([chunk({}, null, { choices: [{ index: 0, finish_reason: 'stop' }] }), 'data: [DONE]']),
    call: whole(completion({ content: null, tool_calls: [called] }, {}, { finish_reason: 'tool_calls' }), {
      ask: { tools },
    }),
    calls: stream([calling, ...ended], { ask: { tools } }),
    'unasked calls': { ...unasked, request: undefined },
    'half a call': stream([calling], { ask: { tools, tool_choice: 'required' } }),
    'required text': whole(completion(), { ask: { tools, tool_choice: 'required' } }),
    'named text': whole(completion(), { ask: { tools, tool_choice: { type: 'function', function: { name: 'f' } } } }),
    'capped text': whole(completion(), { ask: { max_tokens: 16 } }),
    'capped calls': stream([calling, ...ended], { ask: { tools, max_tokens: 16 } }),
    schema: whole(completion({ content: '{}' }), { ask: schema }),
    'schema stream': stream(hello, { ask: schema }),
    refusal: stream([chunk({ refusal: 'No.' }), chunk({}, 'stop'), 'data: [DONE]'], { ask: schema }),
    reasoning: whole(completion({ reasoning: 'Hm.' })),
    'reasoning stream': stream([chunk({ reasoning: 'Hm.' }), ...hello]),
    logprobs: whole(completion(), { ask: { logprobs: true } }),
    'logprobs of a call': whole(completion({ tool_calls: [called] }), { ask: { logprobs: true } }),
    'logprobs of an object': whole(completion({ content: { a: 1 } }), { ask: { logprobs: true, ...schema } }),
    'error in a stream': stream([...hello.slice(0, 3), error], { ask: { tools } }),
    'error in 200': whole(error, { ask: { tools, ...schema } }),
    refused: whole(error, { status: 401 }),
    limited: whole(error, { status: 429 }),
    failed: whole(error, { status: 503, ask: { stream: true } }),
    'failed stream': stream([calling, ...ended], { status: 500, ask: { tools } }),
    redirect: stream([calling, ...ended], { status: 302, ask: { tools } }),
    page: whole('<html></html>', { headers: { 'content-type': 'text/html' } }),
    'other page': whole('<html></html>', { headers: { 'content-type': 'text/html' }, path: '/elsewhere' }),
    embeddings: whole({ object: 'list', data: [{ embedding: [1] }] }, { path: '/embeddings' }),
    models: whole({ object: 'list', data: [] }, { path: '/models', method: 'GET' }),
    response: whole({ object: 'response', output: [] }, { path: '/responses' }),
    'response stream': stream([created], { path: '/responses' }),
    'failed response stream': stream([created], { path: '/responses', status: 500 }),
  }
  const told = contracts.map(({ id, applies }) => {
    const names = Object.entries(replies).filter(([, exchange]) => applies(readReply(exchange)))
    return `${id}: ${names.map(([name]) => name).join(', ') || 'none of these'}`
  })
  expect(told.join('\n')).toMatchInlineSnapshot(`
    "chat.envelope.json: text, no choice, no finish, call, required text, named text, capped text, schema, reasoning, logprobs, logprobs of a call, logprobs of an object, error in 200, page
    chat.envelope.id: text, no choice, no finish, call, required text, named text, capped text, schema, reasoning, logprobs, logprobs of a call, logprobs of an object
    chat.envelope.object: text, no choice, no finish, call, required text, named text, capped text, schema, reasoning, logprobs, logprobs of a call, logprobs of an object
    chat.envelope.created: text, no choice, no finish, call, required text, named text, capped text, schema, reasoning, logprobs, logprobs of a call, logprobs of an object
    chat.envelope.model: text, no choice, no finish, call, required text, named text, capped text, schema, reasoning, logprobs, logprobs of a call, logprobs of an object
    chat.model.echo: text, no choice, no finish, stream, n of 2, usage, half a stream, cut stream, no delta, call, calls, half a call, required text, named text, capped text, capped calls, schema, schema stream, refusal, reasoning, reasoning stream, logprobs, logprobs of a call, logprobs of an object
    chat.choices.nonempty: text, no choice, no finish, call, required text, named text, capped text, schema, reasoning, logprobs, logprobs of a call, logprobs of an object
    chat.choices.index: text, no finish, call, required text, named text, capped text, schema, reasoning, logprobs, logprobs of a call, logprobs of an object
    chat.message.role: text, no finish, call, required text, named text, capped text, schema, reasoning, logprobs, logprobs of a call, logprobs of an object
    chat.message.content-key: text, no finish, call, required text, named text, capped text, schema, reasoning, logprobs, logprobs of a call, logprobs of an object
    chat.message.content-string: text, no finish, call, required text, named text, capped text, schema, reasoning, logprobs, logprobs of a call, logprobs of an object
    chat.message.refusal-key: text, no finish, call, required text, named text, capped text, schema, reasoning, logprobs, logprobs of a call, logprobs of an object
    chat.response.extra-fields: text, no choice, no finish, stream, n of 2, usage, half a stream, cut stream, no delta, call, calls, unasked calls, half a call, required text, named text, capped text, capped calls, schema, schema stream, refusal, reasoning, reasoning stream, logprobs, logprobs of a call, logprobs of an object
    chat.system-fingerprint: text, no choice, no finish, stream, n of 2, usage, half a stream, cut stream, no delta, call, calls, unasked calls, half a call, required text, named text, capped text, capped calls, schema, schema stream, refusal, reasoning, reasoning stream, logprobs, logprobs of a call, logprobs of an object
    stream.http.content-type: stream, n of 2, usage, half a stream, cut stream, empty stream, no chunk, no delta, calls, unasked calls, half a call, capped calls, schema stream, refusal, reasoning stream
    stream.sse.frame-json: stream, n of 2, usage, half a stream, cut stream, no chunk, no delta, calls, unasked calls, half a call, capped calls, schema stream, refusal, reasoning stream, error in a stream
    stream.sse.done-sentinel: stream, n of 2, usage, no chunk, no delta, calls, unasked calls, capped calls, schema stream, refusal, reasoning stream, error in a stream
    stream.sse.complete: stream, n of 2, usage, half a stream, cut stream, empty stream, no chunk, no delta, calls, unasked calls, half a call, capped calls, schema stream, refusal, reasoning stream
    stream.chunk.object: stream, n of 2, usage, half a stream, cut stream, no delta, calls, unasked calls, half a call, capped calls, schema stream, refusal, reasoning stream, error in a stream
    stream.chunk.id-constant: stream, n of 2, usage, half a stream, cut stream, no delta, calls, unasked calls, half a call, capped calls, schema stream, refusal, reasoning stream, error in a stream
    stream.chunk.created-constant: stream, n of 2, usage, half a stream, cut stream, calls, unasked calls, capped calls, schema stream, refusal, reasoning stream, error in a stream
    stream.chunk.model-constant: stream, n of 2, usage, half a stream, cut stream, calls, unasked calls, capped calls, schema stream, refusal, reasoning stream, error in a stream
    stream.chunk.choices-array: stream, n of 2, usage, half a stream, cut stream, no delta, calls, unasked calls, half a call, capped calls, schema stream, refusal, reasoning stream, error in a stream
    stream.delta.role-first: stream, n of 2, usage, half a stream, cut stream, calls, unasked calls, half a call, capped calls, schema stream, refusal, reasoning stream, error in a stream
    stream.delta.role-once: stream, n of 2, usage, half a stream, cut stream, calls, unasked calls, half a call, capped calls, schema stream, refusal, reasoning stream, error in a stream
    stream.delta.role-not-empty: stream, n of 2, usage, half a stream, cut stream, calls, unasked calls, half a call, capped calls, schema stream, refusal, reasoning stream, error in a stream
    stream.delta.content-type: stream, n of 2, usage, half a stream, cut stream, calls, unasked calls, half a call, capped calls, schema stream, refusal, reasoning stream, error in a stream
    stream.n.by-index: n of 2
    stream.finish.present: stream, n of 2, usage, no chunk, no delta, calls, unasked calls, capped calls, schema stream, refusal, reasoning stream
    stream.finish.exactly-once: stream, n of 2, usage, cut stream, no delta, calls, unasked calls, capped calls, schema stream, refusal, reasoning stream
    stream.finish.no-content-after: stream, n of 2, usage, cut stream, no delta, calls, unasked calls, capped calls, schema stream, refusal, reasoning stream
    stream.finish.no-choice-chunk-after: stream, n of 2, usage, cut stream, no delta, calls, unasked calls, capped calls, schema stream, refusal, reasoning stream
    stream.sse.comments-ignorable: stream, n of 2, usage, half a stream, cut stream, no chunk, no delta, calls, unasked calls, half a call, capped calls, schema stream, refusal, reasoning stream, error in a stream
    stream.sse.rechunk-invariant: stream, n of 2, usage, half a stream, cut stream, no chunk, no delta, calls, unasked calls, half a call, capped calls, schema stream, refusal, reasoning stream, error in a stream
    stream.sse.malformed-frame-surfaced: stream, n of 2, usage, half a stream, cut stream, no chunk, no delta, calls, unasked calls, half a call, capped calls, schema stream, refusal, reasoning stream, error in a stream
    stream.finish.payload-in-final-chunk: none of these
    stream.refusal-delta: refusal
    stream.error.midstream-surfaced: error in a stream
    usage.present: text, no choice, no finish, call, required text, named text, capped text, schema, reasoning, logprobs, logprobs of a call, logprobs of an object
    usage.integers: text, no choice, no finish, usage, call, required text, named text, capped text, schema, reasoning, logprobs, logprobs of a call, logprobs of an object
    usage.sum: text, no choice, no finish, usage, call, required text, named text, capped text, schema, reasoning, logprobs, logprobs of a call, logprobs of an object
    usage.positive: text, no choice, no finish, usage, call, required text, named text, capped text, schema, reasoning, logprobs, logprobs of a call, logprobs of an object
    usage.reasoning-le-completion: none of these
    usage.cached-le-prompt: none of these
    usage.details-location: none of these
    usage.completion-le-cap: capped text
    usage.stream.present: usage
    usage.stream.exactly-one: usage
    usage.stream.never-summed: usage
    usage.stream.final-position: usage
    usage.stream.choices-empty: usage
    usage.stream.null-elsewhere: usage
    usage.stream.absent-when-off: stream, n of 2, no delta, calls, capped calls, schema stream, refusal, reasoning stream
    usage.stream.not-in-choices: usage
    tools.call.id-nonempty: call, logprobs of a call
    tools.call.id-unique: call, calls, unasked calls, capped calls, logprobs of a call
    tools.call.type: call, logprobs of a call
    tools.call.name-known: call, calls, capped calls
    tools.args.string: call, logprobs of a call
    tools.args.json: call, logprobs of a call
    tools.args.object: call, calls, unasked calls, capped calls, logprobs of a call
    tools.args.empty-object: call, calls, capped calls
    tools.message.content-null: call
    tools.none.omitted: text, no finish, required text, named text, capped text, schema, reasoning, logprobs, logprobs of an object
    tool_choice.required.finish: none of these
    tool_choice.named.finish: none of these
    tools.stream.index-int: calls, unasked calls, half a call, capped calls
    tools.stream.index-stable: calls, unasked calls, half a call, capped calls
    tools.stream.first-delta-complete: calls, unasked calls, half a call, capped calls
    tools.stream.id-not-overwritten: none of these
    tools.stream.no-empty-string-continuation: none of these
    tools.stream.args-string: calls, unasked calls, half a call, capped calls
    tools.stream.args-concat-json: calls, unasked calls, capped calls
    tools.stream.args-incremental: calls, unasked calls, half a call, capped calls
    tools.stream.finish-tool-calls: calls, unasked calls, capped calls
    tools.stream.parallel-distinct: none of these
    tools.stream.empty-array-delta: calls, unasked calls, half a call, capped calls, error in a stream
    tools.stream.no-early-execution: calls, unasked calls, capped calls
    tools.stream.split-name: none of these
    finish.enum: text, no finish, stream, n of 2, usage, cut stream, no delta, call, calls, unasked calls, required text, named text, capped text, capped calls, schema, schema stream, refusal, reasoning, reasoning stream, logprobs, logprobs of a call, logprobs of an object
    finish.length: capped text
    finish.truncation-honest: capped calls
    finish.tool_calls-iff-calls: call, calls, unasked calls, capped calls, logprobs of a call
    logprobs.shape: logprobs
    json_schema.string-content: schema, logprobs of an object
    json_schema.truncated-is-length: schema, logprobs of an object
    json_schema.refusal-safe: refusal
    reasoning.field: reasoning, reasoning stream
    reasoning.before-content: reasoning stream
    reasoning.tokens-reported: reasoning
    emb.envelope: embeddings
    emb.index-order: embeddings
    emb.dimensions-constant: embeddings
    emb.usage: embeddings
    models.list.shape: models
    responses.envelope: response
    responses.usage-sum: none of these
    responses.incomplete: none of these
    responses.event-type-match: response stream
    responses.sequence-contiguous: response stream
    responses.first-last: response stream
    responses.items-balanced: none of these
    responses.delta-concat: none of these
    responses.item-id-known: none of these
    responses.no-done-sentinel: response stream
    error.envelope: refused, limited, failed, failed stream, failed response stream
    error.envelope.strict: refused, limited, failed
    error.content-type: refused, limited, failed
    error.not-200: text, no choice, no finish, stream, n of 2, usage, half a stream, empty stream, no chunk, no delta, call, calls, unasked calls, half a call, required text, named text, capped text, capped calls, schema, schema stream, refusal, reasoning, reasoning stream, logprobs, logprobs of a call, logprobs of an object, error in a stream, error in 200, embeddings, models, response, response stream
    error.401.no-secret-echo: refused, limited, failed, failed stream, failed response stream
    error.midstream.no-success-finish: error in a stream
    error.quota-vs-rate: limited
    error.5xx.classified: failed, failed stream, failed response stream
    error.sdk-class: refused, limited, failed, failed stream, failed response stream
    headers.request-id: text, no choice, no finish, stream, n of 2, usage, half a stream, cut stream, empty stream, no chunk, no delta, call, calls, unasked calls, half a call, required text, named text, capped text, capped calls, schema, schema stream, refusal, reasoning, reasoning stream, logprobs, logprobs of a call, logprobs of an object, error in a stream, error in 200, refused, limited, failed, failed stream, redirect, page, other page, embeddings, models, response, response stream, failed response stream
    headers.ratelimit-parseable: none of these
    headers.billing-cost: text, no choice, no finish, stream, n of 2, usage, half a stream, cut stream, no delta, call, calls, unasked calls, half a call, required text, named text, capped text, capped calls, schema, schema stream, refusal, reasoning, reasoning stream, logprobs, logprobs of a call, logprobs of an object, error in a stream
    provenance.route: text, no choice, no finish, stream, n of 2, usage, half a stream, cut stream, no delta, call, calls, unasked calls, half a call, required text, named text, capped text, capped calls, schema, schema stream, refusal, reasoning, reasoning stream, logprobs, logprobs of a call, logprobs of an object, error in a stream"
  `)
})
