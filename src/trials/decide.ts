import type { Verdict } from '../contracts/contract.ts'
import type { Capability, Gap, Lack, ProviderSpec } from '../providers/spec.ts'
import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import { excerpt, inCode } from '../wire/text.ts'
import type { Tally, Try } from './run.ts'
import { renderRate, type Rate } from './rate.ts'
import type { Evidence, Trial, Way } from './trial.ts'

/** The verdict of a trial on one provider, with a line that says why for everything but a bare `kept`. */
export interface Decision {
  readonly verdict: Verdict
  readonly reason?: string
  /** What was found, with its evidence; absent where nothing was. */
  readonly evidence?: Evidence
  readonly rates: readonly Rate[]
  /** Whether the answers say something of the promise, so that a recording of them is worth keeping. */
  readonly tells: boolean
}

/** Of the ways of asking, the worst verdict is the trial's. */
const WORST: readonly Verdict[] = ['broken', 'inconclusive', 'ignored', 'unsupported', 'gap', 'unchecked', 'kept']

type Said = Pick<Decision, 'verdict' | 'reason' | 'evidence'>

/**
 * What the tries of a trial mean for a provider, given what its entry declares: `unsupported` only where the feature is
 * declared missing and the endpoint really refuses all of it, `ignored` only where it is declared missing and accepted
 * without effect and without an error, `gap` where the promise is declared broken. What is declared and found kept in
 * every way is `broken`, with the declaration to delete.
 */
export function decide(trial: Trial, entry: ProviderSpec, tallies: readonly Tally[]): Decision {
  const gap = entry.gaps.find(({ contract }) => contract === trial.id)
  const said = tallies.map((tally) => inWay(trial, tally, gap, lackOf(trial, tally.way, entry)))
  const worst = said.toSorted((a, b) => WORST.indexOf(a.verdict) - WORST.indexOf(b.verdict))[0] ?? {
    verdict: 'unchecked' as const,
    reason: 'there is no way to ask for it',
  }
  const rates = tallies.flatMap(({ rate }) => rate ?? [])
  const tells = !tallies.some(leftOpen)
  const healed = worst.verdict === 'kept' ? declared(trial, tallies, entry, gap) : undefined
  if (healed !== undefined) {
    return { verdict: 'broken', reason: healed, rates, tells }
  }
  const notes =
    worst.verdict === 'kept' ? tallies.flatMap(({ found }) => (found.is === 'kept' ? (found.note ?? []) : [])) : []
  return { ...worst, ...(notes.length > 0 ? { reason: [...new Set(notes)].join('; ') } : {}), rates, tells }
}

function inWay(trial: Trial, tally: Tally, gap: Gap | undefined, lack: Lack | undefined): Said {
  const { found, rate } = tally
  const way = trial.ways.length > 1 ? `${tally.way}: ` : ''
  const evidence = 'says' in found ? { evidence: pick(found) } : {}
  const say = (verdict: Verdict, reason: string): Said => ({ verdict, reason: `${way}${reason}`, ...evidence })
  if (found.is === 'kept') {
    const status = lack === undefined ? undefined : refusedWith(tally)
    if (lack === undefined || status === undefined) return { verdict: 'kept' }
    return say('unsupported', `HTTP ${status}; declared: ${sourced(lack)}`)
  }
  if (found.is === 'inconclusive') return say('inconclusive', `${found.because}${unasked(tally)}`)
  if (found.is === 'unreachable') return say('inconclusive', `the provider could not be asked: ${found.because}`)
  if (lack !== undefined && found.is === 'refused') {
    return say('unsupported', `HTTP ${found.reply.status}; declared: ${sourced(lack)}`)
  }
  if (lack !== undefined && (found.is === 'ignored' || wasAccepted(tally))) {
    return say('ignored', `accepted without effect; declared: ${sourced(lack)}`)
  }
  if (gap !== undefined) return say('gap', sourced(gap))
  if (found.is === 'refused') {
    const { status, error, text } = found.reply
    return say('broken', `It refused the request with HTTP ${status}: ${excerpt(error?.message ?? text, 160)}`)
  }
  return say(
    'broken',
    `It ${found.says}${place(found)}${rate === undefined ? '' : `; ${renderRate(rate)}`}${unasked(tally)}`,
  )
}

/** Whether nothing is known because the provider could not be asked, or not often enough. */
const leftOpen = ({ found, unreachable }: Tally): boolean =>
  found.is === 'unreachable' || (found.is === 'inconclusive' && unreachable > 0)

/** How many tries came to nothing, and why the last of them did. */
const unasked = ({ unreachable, trouble }: Tally): string =>
  unreachable === 0 ? '' : `; ${unreachable} could not be asked${trouble === undefined ? '' : `: ${trouble}`}`

/** The 4xx that a try met and nothing else: a promise to refuse something is kept, and shows no feature, where all is refused. */
function refusedWith({ tries }: Tally): number | undefined {
  const statuses = lastWords(tries.at(-1)).map(({ response }) => response.status)
  return statuses.every((status) => status >= 400 && status < 500) ? statuses.at(-1) : undefined
}

/** Whether all that the breaches asked for was answered, and without an error: a broken server has accepted nothing. */
function wasAccepted({ tries }: Tally): boolean {
  const replies = tries.filter(({ is }) => is === 'broken').flatMap((one) => lastWords(one).map(readReply))
  return replies.length > 0 && replies.every(({ status, error }) => status >= 200 && status < 300 && !error)
}

/** The exchanges of a try without those that were asked again: what the provider said last to each request. */
const lastWords = ({ exchanges }: Pick<Try, 'exchanges'> = { exchanges: [] }): readonly Exchange[] =>
  exchanges.filter(({ request }, at) => {
    const next = exchanges[at + 1]?.request
    return next?.method !== request?.method || next?.url !== request?.url || next?.text !== request?.text
  })

/** The sentence that asks for a declaration to be deleted; undefined where none speaks against a kept promise. */
function declared(
  trial: Trial,
  tallies: readonly Tally[],
  entry: ProviderSpec,
  gap: Gap | undefined,
): string | undefined {
  if (gap !== undefined) return `It is kept after all: delete this gap of ${entry.name}: ${trial.id}, ${sourced(gap)}`
  // A note shows what happens, not that a feature is there.
  if (trial.level === 'info') return undefined
  const lack = tallies.map(({ way }) => lackOf(trial, way, entry)).find((one) => one !== undefined)
  if (lack === undefined) return undefined
  return `It is offered after all: delete this lack of ${entry.name}: ${lack.capability}, ${sourced(lack)}`
}

function lackOf(trial: Trial, way: Way, { lacks }: ProviderSpec): Lack | undefined {
  return lacks.find(({ capability }) => needsIn(trial, way).includes(capability))
}

/** What a provider must offer for a trial to mean anything in one way of asking. */
export function needsIn({ needs }: Trial, way: Way): readonly Capability[] {
  return way === 'streamed' && !needs.includes('streaming') ? [...needs, 'streaming'] : needs
}

const sourced = ({ reason, source, date }: Gap | Lack) => `${reason} (${source}, ${date})`

const pick = ({ path, event, bytes, blame }: Evidence): Evidence => ({
  ...(path === undefined ? {} : { path }),
  ...(event === undefined ? {} : { event }),
  ...(bytes === undefined ? {} : { bytes }),
  ...(blame === undefined ? {} : { blame }),
})

function place({ path, event, bytes }: Evidence): string {
  const parts = [
    event === undefined ? '' : `event ${event + 1}`,
    path ?? '',
    bytes === undefined ? '' : inCode(bytes, 120),
  ]
  const said = parts.filter((part) => part !== '').join(' ')
  return said === '' ? '' : ` [${said}]`
}
