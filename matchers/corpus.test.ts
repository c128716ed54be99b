import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Exchange, Piece } from '../src/wire/exchange.ts'
import { readReply } from '../src/wire/reply.ts'
import { watch } from '../src/wire/seen.ts'
import { matchers } from './index.ts'
import { judgementsIn } from './matcher.ts'
import { mutated, seeded } from './testing/mutations.ts'

expect.extend(matchers)

interface Row {
  readonly id: string
  readonly provider: string
  readonly kind: string
  readonly fidelity: string
  readonly request: { readonly method: string | null; readonly url: string | null; readonly body: string | null }
  readonly response: {
    readonly status: number | null
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
}

const shared = new URL('../../shared/', import.meta.url)
const file = new URL('corpus/interactions.jsonl', shared)
const list = new URL('contract-catalogue.json', shared)
const here = existsSync(file) && existsSync(list)
const lines = here ? readFileSync(file, 'utf8').trimEnd().split('\n') : []
const corpus = lines.map((line) => JSON.parse(line) as Row)
const catalogue: { id: string }[] = here ? JSON.parse(readFileSync(list, 'utf8')) : []
const contracts = new Set(catalogue.map(({ id }) => id))

const absent =
  'NOT CHECKED: no ../shared/corpus/interactions.jsonl and ../shared/contract-catalogue.json, so no test ran'
// The default reporter shows no skipped titles.
if (!here) console.warn(absent)

test('the corpus and the catalogue lie beside the repository', ({ skip }) => {
  skip(!here, absent)
  expect(corpus.length).toBeGreaterThan(0)
  expect(contracts.size).toBeGreaterThan(0)
})

describe.runIf(here)('on the corpus of recorded traffic', () => {
  test('every matcher passes or fails by its form: whole, in pieces, with and without its request', async () => {
    for (const row of corpus) {
      const bytes = Buffer.from(row.response.body)
      const whole = [{ at: 0, bytes }]
      const verdicts = await judge(exchangeOf(row, whole))
      await judge({ ...exchangeOf(row, whole), request: undefined })
      expect(await judge(exchangeOf(row, inPieces(bytes))), `${row.id} in pieces`).toEqual(verdicts)
    }
  })

  const parts = Array.from({ length: 10 }, (_, seed) => seed)
  test.each(parts)('every matcher passes or fails by its form on broken answers, seed %i', async (seed) => {
    for (const row of corpus) {
      const random = seeded(seed * 1009 + row.response.body.length)
      const bytes = mutated(row.response.body, random)
      const exchange = exchangeOf(row, inPieces(bytes, random))
      const { response } = exchange
      const end = random() < 0.2 ? 'aborted' : response.end
      const status = random() < 0.1 ? 200 : response.status
      expect(await judge({ ...exchange, response: { ...response, end, status } })).toBeDefined()
    }
  })

  const passing = async (rows: readonly Row[], matcher: keyof Verdicts) => {
    const verdicts = await Promise.all(rows.map((row) => judge(exchangeOf(row, wholeOf(row)))))
    return rows.flatMap(({ id }, at) =>
      verdicts[at]?.[matcher] === 'kept' ? [] : [`${id}: ${verdicts[at]?.[matcher]}`],
    )
  }
  const openai = corpus.filter(({ provider }) => provider === 'openai')

  test('every stream of OpenAI that was kept byte for byte, and has two events with content, streams chunks', async () => {
    const rows = openai.filter(({ kind, fidelity }) => /^(?:tools-)?stream$/.test(kind) && fidelity.startsWith('raw'))
    const incremental = rows.filter((row) =>
      readReply(exchangeOf(row, wholeOf(row))).answers.some(({ contentEvents }) => contentEvents >= 2),
    )
    expect(incremental.length).toBeGreaterThan(1)
    expect(await passing(incremental, 'toStreamChunks')).toEqual([])
  })

  test('every error of OpenAI with an error object has the shape', async () => {
    const rows = openai.filter(({ kind, response }) => kind === 'error' && hasErrorObject(response.body))
    expect(rows.length).toBeGreaterThan(1)
    expect(await passing(rows, 'toFailWithOpenAIErrorShape')).toEqual([
      // Their HTTP status was not kept, and stands here as 200.
      'openai-error-cf1b1655a5: error.not-200',
      'openai-error-6aa75f7aca: error.not-200',
      'openai-error-1e918b6d81: error.not-200',
    ])
  })

  test('every answer of OpenAI with tools calls the function that it calls first', async () => {
    const rows = openai.filter(({ kind }) => kind.startsWith('tools'))
    expect(rows.length).toBeGreaterThan(1)
    expect(await passing(rows, 'toCallToolWith')).toEqual([])
  })
})

interface Verdicts {
  readonly toReturnValidJson: string
  readonly toCallToolWith: string
  readonly toStreamChunks: string
  readonly toFailWithOpenAIErrorShape: string
}

// One object, so that it is compiled once.
const schema = { type: 'object', required: ['city'] }

/** What each matcher finds; anything but a pass or a failure of the right form throws. */
async function judge(exchange: Exchange): Promise<Verdicts> {
  const name = readReply(exchange).answers.flatMap(({ toolCalls }) => toolCalls)[0]?.name
  const of = (work: () => Promise<void>) => contractOf(exchange, work)
  await of(() => expect(exchange).toReturnValidJson())
  await of(() => expect(exchange).toCallToolWith(name || 'get_weather', { city: 'Paris' }))
  await of(() => expect(exchange).toStreamChunks({ text: 'Paris', finishReason: 'stop', usage: true }))
  await of(() => expect(exchange).toFailWithOpenAIErrorShape({ status: 429, code: null, param: 'n', retryAfter: true }))
  return {
    toReturnValidJson: await of(() => expect(exchange).toReturnValidJson(schema)),
    toCallToolWith: await of(() => expect(exchange).toCallToolWith(name || 'get_weather')),
    toStreamChunks: await of(() => expect(exchange).toStreamChunks()),
    toFailWithOpenAIErrorShape: await of(() => expect(exchange).toFailWithOpenAIErrorShape()),
  }
}

async function contractOf(exchange: Exchange, work: () => Promise<void>): Promise<string> {
  const { value: thrown, seen } = await watch(() =>
    work().then(
      () => undefined,
      (error: unknown) => error,
    ),
  )
  const [judgement] = judgementsIn(seen)
  const { file, number } = exchange.evidence
  const { message, stack } = (thrown ?? {}) as Partial<Error>
  if (judgement === undefined || judgement.message !== message) throw new Error(`${file}: ${stack}`, { cause: thrown })
  const { finding } = judgement
  if (finding === undefined || message === undefined) return 'kept'
  const wellSaid = finding.lines.every((line) => line.trim() !== '') && /^It \S/.test(finding.lines[0] ?? '')
  const evidence = message.split('\n').at(-1)
  if (!wellSaid || evidence?.startsWith(`${file}, exchange ${number}, HTTP ${exchange.response.status}`) !== true) {
    throw new Error(`${file} has a message of the wrong form: ${message}`)
  }
  const unknown = [finding.contract, ...(finding.also ?? [])].filter((id) => !contracts.has(id))
  if (unknown.length > 0) throw new Error(`${file} breaks what is not in the catalogue: ${unknown.join(', ')}`)
  return finding.contract
}

function exchangeOf({ id, request, response }: Row, pieces: readonly Piece[]): Exchange {
  const { method, url, body } = request
  return {
    request: method && url ? { method, url, contentType: 'application/json', text: body ?? '' } : undefined,
    response: { status: response.status ?? 200, headers: response.headers, pieces, end: 'closed' },
    provider: undefined,
    evidence: { seen: 'replay', file: `corpus/${id}.json`, number: 1 },
  }
}

const wholeOf = ({ response }: Row): Piece[] => [{ at: 0, bytes: Buffer.from(response.body) }]

function inPieces(bytes: Uint8Array, random = seeded(bytes.length)): Piece[] {
  const cuts = Array.from({ length: 12 }, () => Math.floor(random() * bytes.length)).toSorted((a, b) => a - b)
  return [...cuts, bytes.length].map((end, at) => ({ at, bytes: bytes.subarray(at === 0 ? 0 : cuts[at - 1], end) }))
}

function hasErrorObject(body: string): boolean {
  try {
    const { error } = JSON.parse(body) as { error?: unknown }
    return typeof error === 'object' && error !== null
  } catch {
    return false
  }
}
