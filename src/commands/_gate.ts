import type { Verdict } from '../contracts/contract.ts'
import type { Provider } from '../providers/provider.ts'
import { renderCosts } from '../report/costs.ts'
import type { Pricer } from '../report/prices.ts'
import { dollars } from '../wire/cost.ts'
import { listed, printable } from '../wire/text.ts'
import type { Forecast } from './_forecast.ts'
import { counted, renderTable } from './_look.ts'
import type { Tried } from './_session.ts'

/** Whether traffic may be moved, and why not. */
export interface GateVerdict {
  readonly word: 'PASS' | 'FAIL' | 'INCONCLUSIVE'
  readonly reasons: readonly string[]
}

const FAILS = new Set<Verdict>(['broken', 'gap', 'unsupported', 'ignored'])

/** The verdict of a gate: a must that does not hold fails it, declared or not; what stayed open leaves it open. */
export function verdictOf(tried: readonly Tried[]): GateVerdict {
  const reasons = (verdicts: (verdict: Verdict) => boolean) =>
    tried
      .filter(({ decision, trial }) => verdicts(decision.verdict) && trial.level === 'must')
      .map(({ trial, decision: { verdict, reason } }) => `${trial.id} is ${verdict}: ${reason}`)
  const failed = reasons((verdict) => FAILS.has(verdict))
  if (failed.length > 0) return { word: 'FAIL', reasons: failed }
  const open = reasons((verdict) => verdict !== 'kept')
  return open.length > 0 ? { word: 'INCONCLUSIVE', reasons: open } : { word: 'PASS', reasons: [] }
}

/** What a gate is about to ask for, in a line; `recorded` where a part of it has been, and is only played. */
export function renderForecast(
  provider: Provider,
  { requests, withRetries, input, output }: Forecast,
  { byTable }: Pricer,
  recorded: boolean,
): string {
  const charge = byTable({ provider: provider.name, address: provider.baseURL, asked: provider.model, input, output })
  const tokens = `about ${(input + output).toLocaleString('en-US')} tokens (${output.toLocaleString('en-US')} of them reckoned for the answers)`
  const money =
    charge === undefined ? 'at a price that is not known' : `about ${dollars(Number(charge.usd.toPrecision(2)))}`
  const most = `${counted(requests, 'request')}, ${withRetries} at most with retries`
  const known = recorded ? ' What is recorded is not asked again.' : ''
  return `${provider.name} (${provider.model}): ${most}, ${tokens}, ${money}.${known}`
}

/** All that was tried on one provider. */
export interface OfProvider {
  readonly provider: Provider
  readonly tried: readonly Tried[]
}

/** The gate as people read it: the contracts by providers, what the answers cost, and the verdict last. */
export function renderGate(all: readonly OfProvider[], { word, reasons }: GateVerdict, pricer: Pricer): string {
  const names = all.map(({ provider }) => provider.name)
  // Not everyone is asked everything.
  const trials = new Set(
    all.toSorted((a, b) => b.tried.length - a.tried.length).flatMap(({ tried }) => tried.map(({ trial }) => trial)),
  )
  const rows = [...trials].map((trial) => [
    trial.id,
    ...all.map(({ tried }) => cell(tried.find((one) => one.trial === trial))),
  ])
  const records = all.flatMap(({ tried }) => tried.map(({ record }) => record))
  const costs = renderCosts(records, pricer, { width: 120, color: false })
  const [days, standIns] = [
    records.flatMap(({ recordedOn }) => recordedOn ?? []).sort(),
    names.filter((name) => records.some(({ provider, origin }) => provider === name && origin === 'stand-in')),
  ]
  const recorded = days.length === 0 ? '' : `, recorded ${days[0]}`
  const stoodIn =
    standIns.length === 0 ? '' : `; ${listed(standIns)} answered by a stand-in, no measurement of the provider`
  return [
    renderTable(['contract', ...names], rows),
    costs,
    `Evidence: mode ${records[0]?.mode}${recorded}${stoodIn}.`,
    '',
    `${word}  ${names[0]}${word === 'PASS' ? ' keeps all that the gate asks for.' : ''}`,
    ...reasons.map((reason) => `  ${printable(reason)}`),
  ].join('\n')
}

function cell(tried: Tried | undefined): string {
  if (tried === undefined) return ''
  const { verdict, rates } = tried.decision
  const counts = rates.map(({ way, kept, of }) => `${way} ${kept} of ${of}`).join(', ')
  return counts === '' ? verdict : `${verdict}: ${counts}`
}
