import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import type { Reply } from '../wire/types.ts'
import type { Breach, Contract, Seed } from './contract.ts'
import { errorContracts } from './errors.ts'
import { headersContracts } from './headers.ts'
import { responsesContracts } from './responses.ts'

const mine = [...errorContracts, ...headersContracts, ...responsesContracts]

/** What a contract of these areas says of an exchange. */
export function judged(id: string, exchange: Exchange): Breach | 'unchecked' | 'kept' {
  const contract = mine.find((each) => each.id === id)
  const reply = readReply(exchange)
  return contract?.applies(reply) ? (contract.check(reply) ?? 'kept') : 'unchecked'
}

/** Ids of the contracts of these areas that an exchange breaks; of notes only that of `own`. */
export function broken(exchange: Exchange, own?: string): string[] {
  const asked = mine.filter(({ level, id }) => level !== 'info' || id === own)
  return asked.map(({ id }) => id).filter((id) => typeof judged(id, exchange) === 'object')
}

/** The tests of these areas: a seed for each contract, kept when clean, broken alone by its defect. */
export function testFailureSeeds(contracts: readonly Contract[], seeds: readonly Seed[]): void {
  test('every contract has a seed', () => {
    expect(seeds.map(({ contract }) => contract)).toEqual(contracts.map(({ id }) => id))
  })

  describe.each(seeds)('$contract', ({ contract, clean, defect, also = [] }) => {
    test('is kept by the clean exchange, as is every other', () => {
      expect(judged(contract, clean)).toBe('kept')
      expect(broken(clean)).toEqual([])
    })

    test('is broken by the defect, and nothing else is', () => {
      expect(broken(defect, contract)).toEqual([contract, ...also])
    })
  })
}

/** What a contract says of a defect, of its seed or another, in one line. */
export function saidOf({ contract, defect }: Pick<Seed, 'contract' | 'defect'>): string {
  const breach = judged(contract, defect)
  if (typeof breach === 'string') return `${contract}: ${breach}`
  const { says, path, event, bytes, blame } = breach
  const where = [path, event === undefined ? undefined : `event ${event}`, bytes && `bytes ${bytes}`, blame]
  return [`${contract}: ${says}`, ...where.filter((each) => each !== undefined)].join(' @ ')
}

/** A recorded exchange with its provider and what its recorder kept of it. */
export interface Recorded {
  readonly id: string
  readonly provider: string
  readonly kind: string
  readonly fidelity: string
  readonly status: number | null
  readonly reply: Reply
}

const file = new URL('../../../shared/corpus/interactions.jsonl', import.meta.url)
const absent = 'NOT CHECKED: no ../shared/corpus/interactions.jsonl beside the repository'

/** True where the corpus of recorded traffic lies beside the repository. */
export const hasCorpus = existsSync(file)
// The default reporter shows no skipped titles.
if (!hasCorpus) console.warn(absent)

/** The corpus; empty where it is not there. */
export const corpus: readonly Recorded[] = hasCorpus
  ? readFileSync(file, 'utf8').trimEnd().split('\n').map(recorded)
  : []

function recorded(line: string): Recorded {
  const { id, provider, kind, fidelity, request, response } = JSON.parse(line)
  const reply = readReply({
    request:
      request.method && request.url
        ? { ...request, contentType: 'application/json', text: request.body ?? '' }
        : undefined,
    response: {
      status: response.status ?? 200,
      headers: response.headers,
      pieces: [{ at: 0, bytes: Buffer.from(response.body) }],
      end: 'closed',
    },
    provider: undefined,
    evidence: { seen: 'given', number: 1 },
  })
  return { id, provider, kind, fidelity, status: response.status, reply }
}

/** How many exchanges of each provider break each contract of `by`, over the rows that `wanted` takes. */
export function breaks(
  by: readonly Contract[],
  wanted: (row: Recorded) => boolean = () => true,
): Record<string, string> {
  const found = by.flatMap(({ id, applies, check }) => {
    const rows = corpus.filter((row) => wanted(row) && applies(row.reply) && check(row.reply) !== undefined)
    const counts = Object.entries(Object.groupBy(rows, ({ provider }) => provider))
    return counts.length === 0
      ? []
      : [[id, counts.map(([name, all = []]) => `${name} ${all.length}`).join(', ')] as const]
  })
  return Object.fromEntries(found)
}

/** True for OpenAI's own traffic whose status, headers and framing are as they came. */
export function isTrusted({ provider, fidelity }: Recorded): boolean {
  return provider === 'openai' && !['body-only', 'quoted', 'sse-reframed'].includes(fidelity)
}
