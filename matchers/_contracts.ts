import { LlmContractsError } from '../src/errors.ts'
import type { Contract, ContractVerdict, Level } from '../src/contracts/contract.ts'
import { hintOf } from '../src/contracts/hint.ts'
import { judge } from '../src/contracts/judge.ts'
import { adviceOnName, contractsNamed } from '../src/contracts/names.ts'
import { either } from '../src/providers/nearest.ts'
import type { Reply } from '../src/wire/types.ts'
import type { Finding } from './finding.ts'
import { excerpt, firstFive, it, kindOf, quoted } from '../src/wire/text.ts'

/**
 * The contracts of one id, or of one area: the first words of their ids.
 *
 * @throws LlmContractsError `bad-option` that names the nearest id or area.
 */
export function contractsOf(matcher: string, name: unknown): readonly Contract[] {
  if (typeof name !== 'string') {
    throw new LlmContractsError(
      'bad-option',
      `${matcher} takes the id or the area of a contract, and got ${kindOf(name)}.`,
    )
  }
  const chosen = contractsNamed(name)
  if (chosen.length > 0) return chosen
  const unknown = `${matcher} knows no contract or area ${quoted(name, 60)}.`
  throw new LlmContractsError('bad-option', `${unknown} ${adviceOnName(name)}`)
}

/**
 * What the reply says of these contracts; undefined where it keeps all of those that it can be judged by, or broke none but
 * those that were `told` before.
 *
 * @param area The name by which a test chose them, where it chose by name.
 */
export function judgeContracts(
  reply: Reply,
  chosen: readonly Contract[],
  negated: boolean,
  told: ReadonlySet<string> = new Set(),
  area?: string,
): Finding | undefined {
  const verdicts = judge(reply.exchange, chosen)
  if (verdicts.every(({ verdict }) => verdict === 'unchecked')) return nothingTold(chosen, negated, area)
  const fresh = verdicts.filter(isBroken).filter(({ contract }) => !told.has(contract))
  const broken = fresh.toSorted((a, b) => ranks.indexOf(a.level) - ranks.indexOf(b.level))
  const [first, ...others] = broken
  if (first === undefined) return undefined
  const promised = chosen.find(({ id }) => id === first.contract)
  const hint = hintOf(first.contract)
  const next = hint === undefined ? {} : { next: hint }
  if (others.length > 0) {
    const lines = broken.map((one) => `${one.contract} (${one.level}): ${one.breach.says}${where(one, reply)}`)
    const judged = verdicts.filter(({ verdict }) => verdict !== 'unchecked').length
    const line = `It broke ${broken.length} of the ${judged} promises that this exchange can be judged by:`
    return {
      contract: first.contract,
      also: others.map(({ contract }) => contract),
      lines: [line, ...firstFive(lines).map((text) => `  ${text}`)],
      ...next,
    }
  }
  const { breach, level, contract } = first
  const lines = [
    it(breach.says),
    `${contract} (${level}): ${promised?.promise ?? ''}`,
    `at fault: ${breach.blame}${where(first, reply)}`,
  ]
  const bytes = breach.bytes === undefined || breach.bytes === '' ? [] : [`bytes: ${excerpt(breach.bytes)}`]
  return { contract, lines: [...lines, ...bytes], ...next }
}

/** Which of these contracts the reply keeps. */
export function keptSaid(reply: Reply, chosen: readonly Contract[]): string {
  const kept = judge(reply.exchange, chosen).filter(({ verdict }) => verdict === 'kept')
  return `kept ${firstFive(kept.map(({ contract }) => contract)).join(', ')}`
}

const ranks: readonly Level[] = ['must', 'should', 'may', 'info']

type Broken = ContractVerdict & Required<Pick<ContractVerdict, 'breach'>>

function isBroken(verdict: ContractVerdict): verdict is Broken {
  return verdict.verdict === 'broken'
}

function nothingTold(chosen: readonly Contract[], negated: boolean, area: string | undefined): Finding {
  const line = 'It sent nothing that tells whether it keeps'
  const [only, ...others] = chosen
  const those = area === undefined ? `these ${chosen.length} promises` : `the ${chosen.length} promises of ${area}`
  const what = others.length === 0 ? (only?.id ?? '') : `any of ${those}`
  if (negated) {
    throw new LlmContractsError(
      'not-on-the-wire',
      `${line} ${what}, so nothing was checked, and it fails with .not too.`,
    )
  }
  const needs = [...new Set(chosen.flatMap((contract) => contract.needs))]
  const need = needs.length === 0 ? '' : `; what counts here are exchanges with ${either(needs)}`
  return {
    contract: chosen[0]?.id ?? '',
    lines: [`${line} ${what}: unchecked is not kept.`],
    next: `make a call that puts ${chosen.length === 1 ? 'it' : 'one of them'} to the test${need}.`,
  }
}

function where({ breach: { event, path } }: Broken, { stream }: Reply): string {
  const place = [
    ...(path === undefined ? [] : [path]),
    ...(event === undefined ? [] : [`event ${event + 1} of ${stream?.events.length ?? 0}`]),
  ]
  return place.length === 0 ? '' : `, at ${place.join(' of ')}`
}
