import { contractsOf, judgeContracts, keptSaid } from './_contracts.ts'
import type { Level } from '../src/contracts/contract.ts'
import { contracts } from '../src/contracts/index.ts'
import { LlmContractsError } from '../src/errors.ts'
import { matcher } from './matcher.ts'
import { mustBeOptions } from './_options.ts'
import { inCode } from '../src/wire/text.ts'

/** Which promises of the catalogue a test wants kept. */
export interface ContractSelection {
  /** The least that counts: `must` (what OpenAI itself keeps; the default), `should` with `must`, or `may` with both. */
  readonly level?: Exclude<Level, 'info'>
  /** Only those whose ids begin with these words, such as `stream` or `tools.stream`. */
  readonly area?: string
}

const options = { level: true, area: true } as const satisfies Record<keyof ContractSelection, true>
const levels: readonly Level[] = ['must', 'should', 'may']

/** The reply keeps every promise of the catalogue, from a level on, that it can be judged by. */
export const toKeepContracts = matcher('toKeepContracts', {
  judges: 'failures',
  demand(wanted?: ContractSelection) {
    mustBeOptions('toKeepContracts', wanted, options)
    const { level = 'must', area } = wanted ?? {}
    if (!levels.includes(level)) {
      throw new LlmContractsError(
        'bad-option',
        `toKeepContracts takes the level must, should or may, and got ${inCode(level)}.`,
      )
    }
    if (area !== undefined) contractsOf('toKeepContracts', area)
    if (selected(wanted).length > 0) return
    const none = `toKeepContracts finds no contract of level ${level}${level === 'must' ? '' : ' or above'} in ${inCode(area)}.`
    throw new LlmContractsError('bad-option', `${none} Lower the level, or write toKeepContract(${inCode(area)}).`)
  },
  claim(wanted: ContractSelection = {}) {
    const { level = 'must', area } = wanted
    const of = area === undefined ? '' : ` of ${area}`
    const above = { must: '', should: ' and must', may: ', should and must' }[level]
    const args = Object.keys(wanted).length === 0 ? [] : [inCode(wanted, 100)]
    return { args, sentence: `keep every ${level}${above} contract${of}` }
  },
  saw: (reply, wanted) => keptSaid(reply, selected(wanted)),
  judge(reply, wanted) {
    return judgeContracts(reply, selected(wanted), this.isNot ?? false)
  },
})

function selected({ level = 'must', area }: ContractSelection = {}) {
  const all = area === undefined ? contracts : contractsOf('toKeepContracts', area)
  return all.filter((contract) => levels.indexOf(level) >= levels.indexOf(contract.level) && contract.level !== 'info')
}
