import { LlmContractsError } from '../errors.ts'
import { either, nearest } from '../providers/nearest.ts'

const UNITS = ['requests', 'tokens', 'usd']
const RATES = ['concurrency', 'perMinute']

/**
 * Checks the option `budget`.
 *
 * @throws {LlmContractsError} `bad-option`, naming the limit that is wrong.
 */
export function checkBudget(budget: unknown): void {
  if (budget === undefined) return
  if (!isObject(budget))
    throw bad('The option `budget` is no object: write { requests: 2_000, tokens: 1_000_000, usd: 0.5 }.')
  mustKnow('The option `budget`', budget, UNITS)
  for (const [unit, limit] of Object.entries(budget)) {
    if (limit === undefined || (typeof limit === 'number' && limit >= 0)) continue
    throw bad(`The option \`budget\` has ${unit}: ${shown(limit)}, which is no amount: write a number, 0 or more.`)
  }
}

/**
 * Checks the option `pace`. `known` are the names of the providers that it may bear.
 *
 * @throws {LlmContractsError} `bad-option`, naming the entry that is wrong.
 */
export function checkPaces(paces: unknown, known: readonly string[]): void {
  if (paces === undefined) return
  if (!isObject(paces)) throw bad('The option `pace` is no table: write { groq: { concurrency: 2, perMinute: 25 } }.')
  for (const [name, pace] of Object.entries(paces)) {
    if (!known.includes(name)) throw bad(stranger(name, known))
    if (!isObject(pace)) throw bad(`The pace of ${name} is no object: write { concurrency: 2, perMinute: 25 }.`)
    mustKnow(`The pace of ${name}`, pace, RATES)
    for (const [rate, limit] of Object.entries(pace)) {
      if (limit === undefined || limit === Infinity || (Number.isInteger(limit) && (limit as number) >= 1)) continue
      throw bad(`The pace of ${name} has ${rate}: ${shown(limit)}: write a whole number, 1 or more.`)
    }
  }
}

function mustKnow(what: string, given: object, known: readonly string[]): void {
  const odd = Object.keys(given).find((key) => !known.includes(key))
  if (odd === undefined) return
  const meant = nearest(odd, known)
  throw bad(
    `${what} has a field ${odd}${meant === undefined ? '' : ` (did you mean ${meant}?)`}: there are ${either(known)}.`,
  )
}

function stranger(name: string, known: readonly string[]): string {
  const meant = nearest(name, known)
  const hint = meant === undefined ? '' : ` (did you mean "${meant}"?)`
  return (
    `The option \`pace\` names "${name}", which is no known provider${hint}: there are ${known.join(', ')}, ` +
    'and the option `providers` takes entries of your own.'
  )
}

const shown = (value: unknown) => (typeof value === 'string' ? `"${value}"` : String(value))

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const bad = (message: string) => new LlmContractsError('bad-option', message)
