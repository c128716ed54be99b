import { contractsOf, judgeContracts, keptSaid } from './_contracts.ts'
import { LlmContractsError } from '../src/errors.ts'
import type { Finding } from './finding.ts'
import { matcher } from './matcher.ts'
import { inCode, listed, printable } from '../src/wire/text.ts'

/** The reply keeps the promises of these ids or areas of the catalogue, and tells something of each. */
export const toKeepContract = matcher('toKeepContract', {
  // Some promises are about errors.
  judges: 'failures',
  demand(names) {
    const all = namesIn(names)
    if (all.length === 0)
      throw new LlmContractsError('bad-option', 'toKeepContract needs an id or an area, and got none.')
    for (const name of all) {
      if (contractsOf('toKeepContract', name).some(({ level }) => level !== 'info')) continue
      const why = 'an info contract is only noted, never judged'
      throw new LlmContractsError('bad-option', `toKeepContract cannot judge by ${printable(name)}: ${why}.`)
    }
  },
  claim(names: string | readonly string[]) {
    return { args: [inCode(names, 100)], sentence: `keep ${listed(namesIn(names).map((name) => printable(name)))}` }
  },
  saw: (reply, names) =>
    keptSaid(
      reply,
      namesIn(names).flatMap((name) => contractsOf('toKeepContract', name)),
    ),
  judge(reply, names) {
    const told = new Set<string>()
    const findings = namesIn(names).flatMap((name): Finding[] => {
      const finding = judgeContracts(reply, contractsOf('toKeepContract', name), this.isNot ?? false, told, name)
      if (finding === undefined) return []
      for (const id of [finding.contract, ...(finding.also ?? [])]) told.add(id)
      return [finding]
    })
    const [first, ...others] = findings
    if (first === undefined || others.length === 0) return first
    return {
      contract: first.contract,
      also: [...(first.also ?? []), ...others.flatMap(({ contract, also = [] }) => [contract, ...also])],
      lines: findings.flatMap(({ lines }) => lines),
      ...(first.next === undefined ? {} : { next: first.next }),
    }
  },
})

function namesIn(names: string | readonly string[]): readonly string[] {
  return Array.isArray(names) ? names : [names as string]
}
