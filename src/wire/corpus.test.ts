import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parseJson } from './guards.ts'
import type { Exchange, Piece } from './exchange.ts'
import { readReply } from './reply.ts'
import { readResponse } from './responses.ts'
import { readStream } from './sse.ts'
import type { Reply, StreamFacts, ToolCall } from './types.ts'

interface Row {
  readonly id: string
  readonly kind: string
  readonly tags: readonly string[]
  readonly request: { readonly method: string | null; readonly url: string | null; readonly body: string | null }
  readonly response: {
    readonly status: number | null
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
    /** Byte lengths of the reads, where the recorder kept them. */
    readonly chunks?: readonly number[]
  }
}

const file = new URL('../../../shared/corpus/interactions.jsonl', import.meta.url)
const here = existsSync(file)
const lines = here ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
const corpus = lines.map((line) => {
  const row: Row = JSON.parse(line)
  const reply = readReply(exchangeOf(row, [{ at: 0, bytes: Buffer.from(row.response.body) }]))
  return Object.assign(row, { reply })
})

function exchangeOf({ request, response }: Row, pieces: readonly Piece[]): Exchange {
  const { method, url, body } = request
  return {
    request: method && url ? { method, url, contentType: 'application/json', text: body ?? '' } : undefined,
    // Where the status is unknown the body has to show by itself that it is an error.
    response: { status: response.status ?? 200, headers: response.headers, pieces, end: 'closed' },
    provider: undefined,
    evidence: { seen: 'given', number: 1 },
  }
}

const ids = (wanted: (reply: Reply, row: Row) => boolean) =>
  corpus.filter((row) => wanted(row.reply, row)).map((row) => row.id)
const tagged = (tag: string) => ids((_, row) => row.tags.includes(tag))
const ofKind = (pattern: RegExp) => ids((_, row) => pattern.test(row.kind))
const callsOf = (reply: Reply) => reply.answers.flatMap((answer) => answer.toolCalls)
const isWhole = (call: ToolCall) => Boolean(call.id && call.name) && parseJson(call.arguments) !== undefined
const reasons = (reply: Reply) => reply.answers.some((answer) => answer.reasoning !== undefined)
const tokenCount = 'openai-responses-e77a1a4a9a' // POST /v1/responses/input_tokens

const absent = 'NOT CHECKED: no ../shared/corpus/interactions.jsonl beside the repository, so no test of this file ran'
// The default reporter shows no skipped titles.
if (!here) console.warn(absent)

test('the corpus lies beside the repository', ({ skip }) => {
  skip(!here, absent)
  expect(corpus).toHaveLength(286)
})

describe.runIf(here)('in the corpus of recorded traffic', () => {
  test('every text is the body', () => {
    expect(ids((reply, row) => reply.text !== row.response.body)).toEqual([])
  })

  test('every row has its API, but errors of an unknown address, a bare vector and a token count', () => {
    const unknown = ids((reply) => reply.api === 'unknown')
    expect(unknown.filter((id) => !id.includes('-error-'))).toEqual(['huggingface-tgi-models-216d0d50ba', tokenCount])
  })

  test('exactly the rows of an error kind have an error, each with a message', () => {
    expect(ids((reply) => reply.error !== undefined)).toEqual(ofKind(/error/))
    expect(ids((reply) => reply.error !== undefined && reply.error.message === undefined)).toEqual([])
  })

  test('every other row has answers, but models, embeddings and a token count', () => {
    const without = ids((_, row) => /models|embeddings/.test(row.kind) || row.id === tokenCount)
    expect(ids((reply) => reply.error === undefined && reply.answers.length === 0)).toEqual(without)
  })

  test('exactly the rows tagged sse are streams, with no malformed event and no tail', () => {
    expect(ids((reply) => reply.stream !== undefined)).toEqual(tagged('sse'))
    expect(ids(({ stream }) => Boolean(stream?.malformed.length || stream?.tail))).toEqual([])
  })

  test('exactly the rows tagged done have a [DONE]', () => {
    expect(ids(({ stream }) => stream !== undefined && stream.doneCount > 0)).toEqual(tagged('done'))
  })

  test('every stream has its terminal event, but three of Cerebras, two with an error and two quoted parts', () => {
    expect(ids((reply) => reply.stream?.terminated === false)).toEqual([
      'cerebras-stream-02fa2eb080',
      'cerebras-tools-stream-ccf04a719d',
      'groq-stream-error-a58a3173cf',
      'huggingface-router-stream-63ebf486a1', // routed to Cerebras
      'minimax-tools-stream-0baf17c54d', // quoted
      'qwen-error-9a14bc919e',
      'siliconflow-stream-3c121c3677', // quoted: one chunk
    ])
  })

  test('exactly the rows tagged tools have tool calls, each with id, name and JSON arguments', () => {
    expect(ids((reply) => callsOf(reply).length > 0)).toEqual(tagged('tools'))
    expect(ids((reply) => !callsOf(reply).every(isWhole))).toEqual([])
    expect(tagged('tools')).toEqual(expect.arrayContaining(ofKind(/^tools/)))
  })

  test('every row tagged reasoning has its text, unless that is encrypted or empty on the wire', () => {
    const hidden = /"reasoning\.encrypted"|"summary":\s*\[\]/
    const silent = ids((reply, row) => row.tags.includes('reasoning') && !reasons(reply))
    expect(silent).toEqual(ids((_, { id, response }) => silent.includes(id) && hidden.test(response.body)))
    expect(ids((reply, row) => !row.tags.includes('reasoning') && reasons(reply))).toEqual(tagged('content-array'))
  })

  test('exactly the rows tagged n>1 have several answers, and the one tagged refusal a refusal', () => {
    expect(ids((reply) => reply.answers.length > 1)).toEqual(tagged('n>1'))
    expect(ids((reply) => reply.answers.some((answer) => answer.refusal))).toEqual(tagged('refusal'))
  })

  test('exactly the successful rows with token counts have usage', () => {
    const sent = /"(prompt|input)_tokens"\s*:/
    expect(ids((reply) => reply.usage !== undefined)).toEqual(
      ids((reply, row) => sent.test(row.response.body) && row.id !== tokenCount && reply.status === 200),
    )
    expect(new Set(corpus.map(({ reply }) => reply.usage?.path))).toEqual(
      new Set([undefined, '$.usage', '$.response.usage', '$.x_groq.usage', '$.choices[0].usage']),
    )
  })

  test('every answer has a finish reason, but in three streams that never send one and a quoted part', () => {
    expect(ids((reply) => reply.answers.some((answer) => answer.finishReasons.length === 0))).toEqual([
      'openrouter-stream-c2440d47ba',
      'siliconflow-stream-3c121c3677', // quoted: one chunk
      'snowflake-reasoning-stream-8ec052540e',
      'snowflake-stream-1de90e0114',
    ])
  })

  test('every request says what it asked for', () => {
    expect(ids((reply) => reply.asked?.stream === true)).toEqual(tagged('req-stream'))
    // Two requests declare web search alone, which is no function.
    const webSearch = new Set(['openai-responses-stream-36979a32d8', 'xai-responses-stream-d8b0fca68d'])
    const withTools = tagged('req-tools').filter((id) => !webSearch.has(id))
    expect(ids(({ asked }) => asked !== undefined && asked.tools.size > 0)).toEqual(withTools)
  })

  test('every stream of the Responses API says what its terminal event says', () => {
    const streams = corpus.filter(({ kind }) => kind === 'responses-stream')
    expect(streams).toHaveLength(13)
    for (const { reply } of streams) {
      const terminal = reply.stream?.events.findLast((event) => event.data.includes('"response.completed"'))
      const { response } = JSON.parse(terminal?.data ?? '{}')
      const [answer] = reply.answers
      expect([{ ...answer, contentEvents: 1 }]).toEqual(readResponse(response).answers)
    }
  })

  const streams = corpus.filter((row) => row.tags.includes('sse'))

  test.each(streams)('$id gives the same facts in 40 random pieces, in those recorded and byte by byte', (row) => {
    const bytes = Buffer.from(row.response.body)
    const random = seeded(bytes.length)
    const cuts = Array.from({ length: 40 }, () => Math.floor(random() * bytes.length)).sort((a, b) => a - b)
    let sum = 0
    const recorded = (row.response.chunks ?? []).map((length) => (sum += length))
    const expected = timeless(readStream(cutAt(bytes, []), 'unknown'))
    for (const at of [cuts, recorded, [...bytes.keys()]]) {
      expect(timeless(readStream(cutAt(bytes, at), 'unknown'))).toBe(expected)
    }
    const { answers, usage, error } = readReply(exchangeOf(row, cutAt(bytes, cuts)))
    expect({ answers, usage, error }).toEqual({
      answers: row.reply.answers,
      usage: row.reply.usage,
      error: row.reply.error,
    })
  })
})

function timeless({ events, ...facts }: StreamFacts): string {
  return JSON.stringify({ ...facts, events: events.map(({ event, data }) => [event, data]) })
}

function cutAt(bytes: Uint8Array, cuts: readonly number[]): Piece[] {
  return [...cuts, bytes.length].map((end, at) => ({ at, bytes: bytes.subarray(at === 0 ? 0 : cuts[at - 1], end) }))
}

function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648
}
