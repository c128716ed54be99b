import { styleText } from 'node:util'
import { dollars } from '../wire/cost.ts'
import { firstFive, printable } from '../wire/text.ts'
import { balancesOf, undeliveredShare, type Each, type ProviderBalance, type Spread } from './balance.ts'
import { burnOf } from './burn.ts'
import { failures } from './cause.ts'
import { economics } from './economics.ts'
import type { Look } from './matrix.ts'
import type { Pricer } from './prices.ts'
import type { TestRecord } from './verdict.ts'

/** How often the OpenAI SDK tries again by itself. */
const RETRIES = 2

/**
 * What accepted answers cost and how long they took, a row for each provider, for a terminal; below it why attempts were
 * for nothing, what remains of the limits, and what the numbers are worth. Empty text where nobody was asked.
 */
export function renderCosts(records: readonly TestRecord[], pricer: Pricer, look: Look): string {
  const balances = balancesOf(records, pricer).filter(({ attempts }) => attempts > 0)
  if (balances.length === 0) return ''
  const paint = (style: 'bold' | 'yellow', text: string) =>
    look.color ? styleText(style, text, { validateStream: false }) : text
  const rows = [HEADINGS, ...balances.map(rowOf)]
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const table = rows.map((row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  '),
  )
  const lines = [
    ...balances.flatMap((balance) => remarks(balance, records, pricer)),
    ...worth(records, balances, pricer),
  ].map(printable)
  const stoodIn = standIns(records)
  const label =
    stoodIn.length === 0
      ? []
      : [paint('yellow', `From stand-ins: not a measurement (${printable(stoodIn.join(', '))}).`)]
  return [paint('bold', 'What accepted answers cost'), '', ...table, '', ...lines, ...label, ''].join('\n')
}

const HEADINGS = [
  '',
  'attempts',
  'accepted',
  '$ each',
  'tokens each',
  's each',
  'attempts each',
  'first token p50/p95',
  'tok/s p50',
  'gap p95',
]

function rowOf({ provider, attempts, accepted, each, firstMs, tokensPerSecond, gapMs }: ProviderBalance): string[] {
  return [
    printable(provider),
    String(attempts),
    String(accepted),
    shown(each.usd, (usd) => dollars(Number(usd.toPrecision(3)))),
    shown(each.tokens, (tokens) => Math.round(tokens).toLocaleString('en-US')),
    shown(each.seconds, (seconds) => seconds.toFixed(2)),
    each.attempts?.toFixed(2) ?? NONE,
    firstMs === undefined ? NONE : `${ms(firstMs, 'p50')} / ${ms(firstMs, 'p95')} ms`,
    tokensPerSecond === undefined ? NONE : tokensPerSecond.p50.toFixed(0),
    gapMs === undefined ? NONE : `${ms(gapMs, 'p95')} ms`,
  ]
}

const NONE = '–'

const ms = (spread: Spread, at: 'p50' | 'p95') => Math.round(spread[at]).toLocaleString('en-US')

function shown(each: Each | undefined, render: (value: number) => string): string {
  return each === undefined ? NONE : `${each.atLeast ? '≥ ' : ''}${render(each.value)}`
}

function remarks(balance: ProviderBalance, records: readonly TestRecord[], pricer: Pricer): string[] {
  const { provider, attempts, accepted, causes } = balance
  const why = failures.flatMap((cause) => (causes[cause] === undefined ? [] : `${causes[cause]} ${cause}`))
  const share = percent(undeliveredShare(accepted / attempts, RETRIES))
  const failed = `${attempts - accepted} of ${attempts} attempts were for nothing (${why.join(', ')})`
  const undelivered = accepted === 0 ? '' : `; with ${RETRIES} retries ${share} of the answers would still be missing`
  const own = records.flatMap(({ account }) => account?.attempts.filter((one) => one.provider === provider) ?? [])
  const run = { attempts: own, balance, burns: burnOf(provider, records), pricer }
  const told = economics.map(({ measure }) => measure(run)).filter(({ notable }) => notable)
  return [
    ...(why.length === 0 ? [] : [`${provider}: ${failed}${undelivered}.`]),
    ...told.map(({ verdict, says }) => `${provider}: ${verdict === 'broken' ? 'warning, it ' : ''}${says}.`),
  ]
}

const percent = (share: number) => `${Number((share * 100).toPrecision(2))} %`

/** What the numbers rest on. */
function worth(records: readonly TestRecord[], balances: readonly ProviderBalance[], { charge }: Pricer): string[] {
  const attempts = records.flatMap(({ account }) => account?.attempts ?? [])
  const unpriced = attempts.filter(
    (attempt) =>
      attempt.cause === 'accepted' &&
      attempt.input !== undefined &&
      attempt.output !== undefined &&
      charge(attempt) === undefined,
  )
  const models = [
    ...new Set(unpriced.map(({ provider, asked, answered }) => `${provider}/${asked ?? answered ?? '?'}`)),
  ]
  const parts = balances.flatMap(({ each: { usd, tokens, seconds } }) => [usd, tokens, seconds])
  const provoked = balances.reduce((sum, balance) => sum + balance.provoked, 0)
  return [
    ...(models.length === 0
      ? []
      : [`No price is known of ${firstFive(models).join(', ')}: give it as the option prices.`]),
    ...(parts.some((part) => part?.atLeast) ? ['≥: of some attempts it is not known, as of those without usage.'] : []),
    ...(provoked === 0 ? [] : [`Not counted: ${provoked} that the tests themselves provoked.`]),
    ...(attempts.some(({ recorded }) => recorded) ? ["Times are those of the recordings; prices are today's."] : []),
  ]
}

function standIns(records: readonly TestRecord[]): string[] {
  const from = records.filter(({ origin }) => origin === 'stand-in')
  return [...new Set(from.flatMap(({ account }) => account?.attempts.map(({ provider }) => provider) ?? []))]
}
