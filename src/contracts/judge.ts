import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import { requestIdOf } from '../wire/request-id.ts'
import { excerpt } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import type { Contract, ContractVerdict } from './contract.ts'
import { contracts } from './index.ts'

/**
 * Judges one exchange by every contract of the catalogue that can be judged without a run. Pure; never throws.
 *
 * @example
 * ```ts
 * judge(exchange).filter(({ verdict }) => verdict === 'broken')
 * ```
 */
export function judge(exchange: Exchange, by: readonly Contract[] = contracts): ContractVerdict[] {
  const reply = readReply(exchange)
  const id = requestIdOf(reply)
  return by.map((contract) => ({ ...judgeBy(contract, reply), ...(id === undefined ? {} : { requestId: id }) }))
}

/** Judges a reply by one contract; what one of level `info` finds is a note beside the verdict `unchecked`. */
export function judgeBy({ id, level, applies, check, blame }: Contract, reply: Reply): ContractVerdict {
  if (!applies(reply)) return { contract: id, level, verdict: 'unchecked' }
  const breach = check(reply)
  if (breach === undefined) return { contract: id, level, verdict: 'kept' }
  const { bytes, ...said } = breach
  const isShown = said.path !== undefined || said.event !== undefined
  const shown = bytes || (isShown ? undefined : headOf(reply))
  const verdict = level === 'info' ? 'unchecked' : 'broken'
  return { contract: id, level, verdict, breach: { blame, ...said, ...(shown && { bytes: shown }) } }
}

/** The evidence of a breach that concerns an answer as a whole: its status line, its type, and how its body begins. */
function headOf({ status, headers, text }: Reply): string {
  const type = excerpt(headers['content-type'] || 'none')
  return `HTTP ${status}, content-type ${type}, ${text === '' ? 'no body' : excerpt(text)}`
}
