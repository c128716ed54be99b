import type { ContractVerdict, Level } from '../contracts/contract.ts'
import { hintOf } from '../contracts/hint.ts'
import { excerpt, printable } from '../wire/text.ts'
import { counted } from './_look.ts'
import type { Traffic } from './_traffic.ts'

/** A verdict, and whose exchange it is about. */
export interface Judged {
  /** File and exchange, in words. */
  readonly where: string
  readonly provider: string
  readonly standIn: boolean
  readonly verdict: ContractVerdict
}

/** What was found, the worst level first, each contract once for each provider. */
export function renderJudged(judged: readonly Judged[], levels: readonly Level[]): string[] {
  const broken = judged.filter(({ verdict }) => verdict.verdict === 'broken')
  return levels.flatMap((level) => {
    const ofLevel = broken.filter(({ verdict }) => verdict.level === level)
    return [...Map.groupBy(ofLevel, ({ verdict, provider }) => `${verdict.contract} ${provider}`).values()]
      .sort((a, b) => b.length - a.length)
      .flatMap((group) => renderBroken(group as [Judged, ...Judged[]]))
  })
}

function renderBroken([first, ...others]: readonly [Judged, ...Judged[]]): string[] {
  const { verdict, provider, where, standIn } = first
  const { says = '', blame = '', event, path, bytes } = verdict.breach ?? {}
  const place = [
    where,
    ...(event === undefined ? [] : [`event ${event + 1}`]),
    ...(path === undefined ? [] : [path]),
    ...(verdict.requestId === undefined ? [] : [`request id ${excerpt(verdict.requestId, 60)}`]),
    ...(others.length === 0 ? [] : [`and ${counted(others.length, 'more exchange')}`]),
  ]
  const hint = hintOf(verdict.contract)
  return [
    `${verdict.level}  ${verdict.contract}  ${provider}${standIn ? ' (stand-in)' : ''}: It ${printable(says)} [${blame}]`,
    `      ${place.join(', ')}`,
    ...(bytes === undefined || bytes === '' ? [] : [`      bytes: ${excerpt(bytes, 120)}`]),
    ...(hint === undefined ? [] : [`      Next: ${hint}`]),
  ]
}

/** The last line: how much was judged, what was found, and what was left out. */
export function renderTotal(judged: readonly Judged[], traffic: Traffic, all: boolean): string {
  const broken = judged.filter(({ verdict }) => verdict.verdict === 'broken')
  const count = (level: Level) => broken.filter(({ verdict }) => verdict.level === level).length
  const kept = judged.filter(({ verdict }) => verdict.verdict === 'kept').length
  const [should, may] = [count('should'), count('may')]
  const more = all || should + may === 0 ? '' : ' (--all shows them)'
  const left = leftOut(traffic)
  return (
    `${counted(traffic.exchanges.length, 'exchange')}: ${counted(kept, 'promise')} kept, ` +
    `broken: ${count('must')} must, ${should} should, ${may} may${more}.${left === '' ? '' : ` Left out: ${left}.`}`
  )
}

/** What was left out, in words; empty where nothing was. */
export function leftOut({ others, aborted }: Traffic): string {
  return [
    ...(others === 0 ? [] : [`${counted(others, 'HAR entry', 'HAR entries')} that called no LLM API`]),
    ...(aborted === 0 ? [] : [`${counted(aborted, 'HAR entry', 'HAR entries')} without a response`]),
  ].join(', ')
}
