import type { Level } from '../contracts/contract.ts'
import { counted } from '../wire/text.ts'
import { dollars } from '../wire/cost.ts'
import type { Attempt } from './account.ts'
import type { Balance } from './balance.ts'
import { renderBurn, type Burn } from './burn.ts'
import type { Pricer } from './prices.ts'

/** What a run knows of one provider. */
interface Run {
  readonly attempts: readonly Attempt[]
  readonly balance: Balance
  readonly burns: readonly Burn[]
  readonly pricer: Pricer
}

/** What was measured. `says` is a clause without a subject; absent where nothing could be. */
interface Measured {
  /** `broken` only where a promise has a level that can break; `unchecked` where the wire or the tables are silent. */
  readonly verdict: 'kept' | 'broken' | 'unchecked'
  readonly says?: string
  /** Present where a report should say it, though nobody asked. */
  readonly notable?: true
}

/** A measurement of the catalogue that takes a whole run, and what it rests on. */
export interface Economic {
  /** The catalogue's id. */
  readonly id: string
  readonly level: Level
  readonly mode: 'economic'
  /** What it takes: a price of what was asked. */
  readonly needs: readonly 'prices'[]
  readonly promise: string
  readonly source: string
  readonly measure: (run: Run) => Measured
}

/** How far a reported cost may lie from the tables. */
const TOLERANCE = 0.02

const unchecked: Measured = { verdict: 'unchecked' }
const kept = (says: string): Measured => ({ verdict: 'kept', says })

/** The economic contracts of the catalogue. */
export const economics: readonly Economic[] = [
  {
    id: 'econ.cost-per-accepted',
    level: 'info',
    mode: 'economic',
    needs: ['prices'],
    promise: 'Costs, over all attempts, a known amount for each answer that is accepted.',
    source: 'Definition: the cost of all attempts, failed ones included, over accepted answers.',
    measure: ({ balance: { each, accepted, attempts } }) => {
      if (each.usd === undefined) return unchecked
      const least = each.usd.atLeast ? 'at least ' : ''
      const of = `${counted(accepted, 'accepted answer')} in ${counted(attempts, 'attempt')}`
      return kept(`cost ${least}${dollars(each.usd.value)} for each of ${of}`)
    },
  },
  {
    id: 'econ.retry-amplification',
    level: 'info',
    mode: 'economic',
    needs: [],
    promise: 'Takes a known number of attempts for each answer that is accepted.',
    source: 'Definition: attempts over accepted answers, by the cause of each failure.',
    measure: ({ balance: { each, attempts, causes } }) => {
      if (each.attempts === undefined) return unchecked
      const why = Object.entries(causes).flatMap(([cause, count]) => (cause === 'accepted' ? [] : `${count} ${cause}`))
      const failed = why.length === 0 ? '' : ` (${why.join(', ')})`
      return kept(`took ${each.attempts.toFixed(2)} attempts for each accepted answer, ${attempts} in all${failed}`)
    },
  },
  {
    id: 'econ.quota-burn',
    level: 'info',
    mode: 'economic',
    needs: [],
    promise: 'Says in its headers what remains of its limits before and after a run.',
    source: 'Measured: headers of OpenAI, Azure, Groq, Mistral, Cerebras, Fireworks, Together and xAI.',
    measure: ({ burns }) =>
      burns.length === 0 ? unchecked : { ...kept(burns.map(renderBurn).join('; ')), notable: true },
  },
  {
    id: 'econ.price-consistency',
    level: 'may',
    mode: 'economic',
    needs: ['prices'],
    promise: 'Reports a cost that is its price times its usage, to 2 %.',
    source: 'Definition; OpenRouter docs, usage accounting: `usage.cost` is what is charged.',
    measure: ({ attempts, pricer }) => {
      const both = attempts.flatMap((attempt) => priced(attempt, pricer) ?? [])
      const off = both.filter(({ reported, computed }) => isOff(reported, computed))
      const [worst] = off.toSorted((a, b) => distance(b) - distance(a))
      if (both.length === 0) return unchecked
      if (worst === undefined) return kept(`reported the cost of the price table in ${counted(both.length, 'answer')}`)
      const amounts = `${dollars(worst.reported)} reported, ${dollars(worst.computed)} by the table`
      return {
        verdict: 'broken',
        notable: true,
        says: `reported a cost more than 2 % off the price table in ${off.length} of ${counted(both.length, 'answer')} (${amounts})`,
      }
    },
  },
  {
    id: 'abort.billing',
    level: 'info',
    mode: 'economic',
    needs: [],
    promise: 'Counts no more tokens for an answer that the client gave up than it delivered.',
    source: 'Definition: a token is at least one byte. Measured: full billing (vercel/ai#8325), and none at all.',
    measure: ({ attempts }) => {
      const given = attempts.filter(({ cause, output }) => cause === 'aborted' && output !== undefined)
      if (given.length === 0) return unchecked
      const over = given.filter(({ output = 0, delivered = 0 }) => output > delivered)
      const what = counted(given.length, 'abandoned answer')
      if (over.length === 0) return kept(`counted no more tokens than it delivered in ${what}`)
      const says = `counted more tokens than it had delivered bytes of text in ${over.length} of ${what}`
      return { ...kept(says), notable: true }
    },
  },
]

interface Both {
  readonly reported: number
  readonly computed: number
}

/** Both prices of an accepted answer; undefined where one is not known. */
function priced(attempt: Attempt, { byTable }: Pricer): Both | undefined {
  const computed = byTable(attempt)?.usd
  if (attempt.cause !== 'accepted' || attempt.usd === undefined || computed === undefined) return undefined
  return { reported: attempt.usd, computed }
}

const distance = ({ reported, computed }: Both) => Math.abs(reported - computed)
const isOff = (reported: number, computed: number) => Math.abs(reported - computed) > TOLERANCE * computed + 1e-12
