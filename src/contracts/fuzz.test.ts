import { expect, test } from 'vitest'
import type { Breach } from './contract.ts'
import type { Exchange, WireResponse } from '../wire/exchange.ts'
import { completion, hello, stream, whole } from './seed.ts'
import { judge } from './judge.ts'

const SEED = 20_261_122
const RUNS = 100_000

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const calls = [{ id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a":[1,{"b":null}]}' } }]
const ask = {
  tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }],
  stream_options: { include_usage: true },
}
const bases: readonly Exchange[] = [
  whole(completion({ content: null, tool_calls: calls }, {}, { finish_reason: 'tool_calls' }), { ask }),
  stream(hello, { ask }),
  whole(
    { error: { message: 'no', type: 'invalid_request_error', param: null, code: 'x' } },
    { status: 429, headers: { 'retry-after': '3' } },
  ),
  whole(
    {
      object: 'list',
      model: 'e',
      data: [{ object: 'embedding', index: 0, embedding: [0.1, 2e-8] }],
      usage: { prompt_tokens: 1, total_tokens: 1 },
    },
    { path: '/embeddings', ask: { input: 'x' } },
  ),
  stream(
    [
      'event: response.created\ndata: {"type":"response.created","sequence_number":0,"response":{"id":"r","object":"response","status":"in_progress","output":[]}}',
      'event: response.completed\ndata: {"type":"response.completed","sequence_number":1,"response":{"id":"r","object":"response","status":"completed","output":[]}}',
    ],
    { path: '/responses' },
  ),
]

const INSERTS = [
  'null',
  '{}',
  '[]',
  '"',
  '\\',
  '0',
  '-1',
  '1e999',
  'true',
  '\u0000',
  '{"__proto__":1}',
  '\n\n',
  'data: ',
  'event: error\n',
  ': x\n',
  '\r',
  ',',
  ':',
  '[DONE]',
  'é',
  '"index":"0"',
  '"choices":{}',
]

const hasEvidence = ({ says, path, event, bytes }: Partial<Breach> = {}): boolean =>
  Boolean(says) && bytes !== '' && path !== '' && (path ?? event ?? bytes) !== undefined

function mutate({ response }: Exchange, next: () => number): WireResponse {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(next() * items.length)] as T
  let text = response.pieces.map(({ bytes }) => Buffer.from(bytes).toString()).join('')
  for (let times = 1 + Math.floor(next() * 4); times > 0; times--) {
    const at = Math.floor(next() * (text.length + 1))
    const length = Math.floor(next() * next() * 60)
    const kind = next()
    if (kind < 0.3) text = text.slice(0, at) + text.slice(at + length)
    else if (kind < 0.7) text = text.slice(0, at) + pick(INSERTS) + text.slice(at + (next() < 0.5 ? 0 : length))
    else if (kind < 0.85) text = text.slice(0, at) + text.slice(at, at + length).repeat(2) + text.slice(at + length)
    else text = text.slice(0, at)
  }
  const bytes = Buffer.from(text)
  const cut = Math.floor(next() * bytes.length)
  return {
    ...response,
    status: next() < 0.9 ? response.status : pick([200, 204, 400, 401, 404, 413, 429, 500, 529]),
    pieces: [
      { at: 0, bytes: bytes.subarray(0, cut) },
      { at: 1, bytes: bytes.subarray(cut) },
    ],
    end: next() < 0.9 ? 'closed' : 'aborted',
  }
}

test(`${RUNS} mutated streams and bodies give no crash, no hang, and no verdict without evidence`, () => {
  const next = random(SEED)
  let broken = 0
  for (let run = 0; run < RUNS; run++) {
    const base = bases[run % bases.length] as Exchange
    const exchange = { ...base, response: mutate(base, next) }
    for (const { contract, verdict, breach } of judge(exchange)) {
      if (verdict !== 'broken') continue
      broken++
      if (!hasEvidence(breach)) throw new Error(`run ${run}: ${contract} gave no evidence`)
    }
  }

  expect(broken).toBeGreaterThan(RUNS / 2)
})
