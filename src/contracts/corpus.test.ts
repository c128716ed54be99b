import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from '../testing/project.ts'
import type { Exchange } from '../wire/exchange.ts'
import { contracts } from './index.ts'
import { judge } from './judge.ts'

const file = join(repository, '../shared/corpus/interactions.jsonl')

interface Row {
  readonly id: string
  readonly provider: string
  readonly kind: string
  readonly fidelity: string
  readonly request: { readonly method: string | null; readonly url: string | null; readonly body: unknown }
  readonly response: {
    readonly status: number | null
    readonly headers?: Record<string, string>
    readonly body: unknown
  }
}

const rows = existsSync(file)
  ? readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Row)
  : []
const missing = 'the recorded traffic does not lie beside this repository'

const asText = (body: unknown) =>
  typeof body === 'string' ? body : body === null || body === undefined ? '' : JSON.stringify(body)

const exchangeOf = ({ provider, request, response }: Row): Exchange => ({
  request:
    request.url === null
      ? undefined
      : {
          method: request.method ?? 'POST',
          url: request.url,
          contentType: 'application/json',
          text: asText(request.body),
        },
  response: {
    status: response.status ?? 200,
    headers: response.headers ?? {},
    pieces: [{ at: 0, bytes: Buffer.from(asText(response.body)) }],
    end: 'closed',
  },
  provider: { name: provider, label: provider },
  evidence: { seen: 'given', number: 1 },
})

const brokenIn = (row: Row) => judge(exchangeOf(row)).filter(({ verdict }) => verdict === 'broken')

// What a recorder kept of headers, status and framing decides what may be claimed.
const TRUSTED = new Set(['raw', 'raw-chunked', 'sanitized', 'json-reserialized'])

test('no must is broken by traffic of OpenAI', ({ skip }) => {
  skip(rows.length === 0, missing)
  const broken = rows
    .filter(({ provider, fidelity }) => provider === 'openai' && TRUSTED.has(fidelity))
    .flatMap((row) =>
      brokenIn(row).flatMap(({ contract, level, breach }) =>
        level === 'must' ? `${row.id} ${contract}: ${breach?.says}` : [],
      ),
    )

  expect(broken).toEqual([])
})

test('every verdict rests on evidence, and a change of judgement shows here', ({ skip }) => {
  skip(rows.length === 0, missing)
  const counts = new Map<string, Map<string, number>>()
  for (const row of rows) {
    for (const { contract, breach } of brokenIn(row)) {
      expect(breach?.says, `${row.id} ${contract}`).toMatch(/\S/)
      expect(breach?.path ?? breach?.event ?? breach?.bytes, `${row.id} ${contract}`).toBeDefined()
      expect([breach?.path, breach?.bytes], `${row.id} ${contract}`).not.toContain('')
      const byProvider = counts.get(contract) ?? new Map<string, number>()
      counts.set(contract, byProvider.set(row.provider, (byProvider.get(row.provider) ?? 0) + 1))
    }
  }
  const lines = contracts.flatMap(({ id, level }) => {
    const byProvider = counts.get(id)
    if (byProvider === undefined) return []
    return `${id} (${level}): ${[...byProvider]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, count]) => `${name} ${count}`)
      .join(', ')}`
  })

  expect(lines).toMatchSnapshot()
})
