import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import { chatContracts } from './chat.ts'
import type { Check, Contract, Seed } from './contract.ts'
import { embeddingsContracts } from './embeddings.ts'
import { modelsContracts } from './models.ts'
import { reasoningContracts } from './reasoning.ts'
import { usageContracts } from './usage.ts'
import { usageWrongReaders } from './usage.seeds.ts'
import { usageCheckWith } from './usage-stream-client.ts'

interface Row {
  readonly id: string
  readonly provider: string
  readonly fidelity: string
  readonly request: { readonly method: string | null; readonly url: string | null; readonly body: string | null }
  readonly response: {
    readonly status: number | null
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
}

const mine = [...chatContracts, ...usageContracts, ...reasoningContracts, ...embeddingsContracts, ...modelsContracts]

/** Ids of the contracts of these areas that an exchange breaks; of a note only that of `own`. */
export function broken(exchange: Exchange, own?: string): string[] {
  const reply = readReply(exchange)
  const found = mine.filter(
    ({ id, level, applies, check }) =>
      (level !== 'info' || id === own) &&
      applies(reply) &&
      (id === own ? tried(id, check) : check)(reply) !== undefined,
  )
  return found.map(({ id }) => id).sort()
}

/** What a contract says of a defect, of its seed or another, in one line. */
export function saidOf({ contract: id, defect }: Pick<Seed, 'contract' | 'defect'>): string {
  const reply = readReply(defect)
  const contract = mine.find((each) => each.id === id)
  if (!contract?.applies(reply)) return `${id}: unchecked`
  const breach = tried(id, contract.check)(reply)
  if (!breach) return `${id}: kept`
  const { says, path = '', event } = breach
  return `${id}: ${says} @ ${path}${event === undefined ? '' : ` of event ${event}`}`
}

/** The check itself, or, of mode `client`, the check with a wrong reader. */
function tried(id: string, check: Check): Check {
  const [reader] = Object.values(usageWrongReaders[id] ?? {})
  const checkWith = Object.entries(usageCheckWith).find(([name]) => name === id)?.[1]
  return reader && checkWith ? checkWith(reader) : check
}

/** True for an id of these areas. */
const isMine = (id: string): boolean => mine.some((contract) => contract.id === id)

/** True where a contract can tell something of an exchange. */
function isApplied(id: string, exchange: Exchange): boolean {
  return mine.some((contract) => contract.id === id && contract.applies(readReply(exchange)))
}

const file = new URL('../../../shared/corpus/interactions.jsonl', import.meta.url)

/** The tests of every area: a seed for each contract, kept when clean, broken alone by its defect. */
export function testSeeds(contracts: readonly Contract[], seeds: readonly Seed[]): void {
  test('every contract has a seed', () => {
    expect(seeds.map(({ contract }) => contract)).toEqual(contracts.map(({ id }) => id))
  })

  describe.each(seeds)('$contract', ({ contract, clean, defect, also = [] }) => {
    test('is kept by the clean exchange, as is every other', () => {
      expect(isApplied(contract, clean)).toBe(true)
      expect(broken(clean)).toEqual([])
    })

    test('is broken by the defect, and nothing else is', () => {
      expect(broken(defect, contract)).toEqual([contract, ...also.filter(isMine)].sort())
    })
  })
}

/** True where the corpus of recorded traffic lies beside the repository. */
export const hasCorpus = existsSync(file)

/** The providers whose recorded traffic breaks a contract of `by` with this level, each with the number of exchanges. */
export function corpusBreaks(by: readonly Contract[], levels: readonly string[]): Record<string, string> {
  const rows = readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Row)
  const replies = rows.map((row) => ({ provider: row.provider, reply: readReply(exchangeOf(row)) }))
  const found: Record<string, string> = {}
  for (const { id, level, applies, check } of by) {
    if (!levels.includes(level)) continue
    const breaking = replies.filter(({ reply }) => applies(reply) && check(reply) !== undefined)
    const counts = Object.entries(Object.groupBy(breaking, ({ provider }) => provider))
    if (counts.length > 0) found[id] = counts.map(([name, all = []]) => `${name} ${all.length}`).join(', ')
  }
  return found
}

/** Quoted rows and bare bodies have no headers to trust. */
function exchangeOf({ fidelity, request: { method, url, body }, response }: Row): Exchange {
  const isBare = fidelity === 'body-only' || fidelity === 'quoted'
  return {
    request: method && url ? { method, url, contentType: 'application/json', text: body ?? '' } : undefined,
    response: {
      status: response.status ?? 200,
      headers: isBare ? {} : response.headers,
      pieces: [{ at: 0, bytes: Buffer.from(response.body) }],
      end: 'closed',
    },
    provider: undefined,
    evidence: { seen: 'given', number: 1 },
  }
}
