import { LlmContractsError } from '../src/errors.ts'
import { dollars, readCost } from '../src/wire/cost.ts'
import { errorInside, noAnswer } from './_answer.ts'
import { found } from './finding.ts'
import { matcher } from './matcher.ts'
import { renderEvidence } from '../src/wire/evidence.ts'
import { excerpt, inCode, kindOf } from '../src/wire/text.ts'

/** The cost that the wire reports is within a limit. */
export const toCostAtMost = matcher('toCostAtMost', {
  judges: 'answers',
  demand(usd) {
    if (typeof usd === 'number' && usd >= 0 && usd < Infinity) return
    const got = typeof usd === 'number' ? String(usd) : kindOf(usd)
    throw new LlmContractsError('bad-option', `toCostAtMost takes a number of US dollars, 0 or more, and got ${got}.`)
  },
  claim: (usd: number) => ({ args: [inCode(usd)], sentence: `cost at most ${dollars(usd)}` }),
  saw(reply) {
    const cost = readCost(reply)
    return cost && `${dollars(cost.usd)}, by ${cost.place}: ${excerpt(cost.said)}`
  },
  judge(reply, usd) {
    if (reply.status < 200 || reply.status > 299) return noAnswer(reply)
    if (reply.error !== undefined) return errorInside(reply, reply.error)
    const cost = readCost(reply)
    if (cost === undefined) {
      const who = reply.exchange.provider?.name ?? 'The provider'
      const why = `${who} reports no price of this call in a known unit, and unknown is never zero. What counts is`
      const fields =
        'usage.cost, usage.cost.usd, usage.cost_in_usd_ticks, or the header x-litellm-response-cost of a whole answer'
      throw new LlmContractsError('not-on-the-wire', `${why} ${fields}.\n\n${renderEvidence(reply)}`)
    }
    if (cost.usd <= usd) return undefined
    return found('econ.cost-per-accepted', `It cost ${dollars(cost.usd)}.`, `${cost.place}: ${excerpt(cost.said)}`)
  },
})
