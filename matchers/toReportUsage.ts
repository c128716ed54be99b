import { LlmContractsError } from '../src/errors.ts'
import { noAnswer } from './_answer.ts'
import { matcher } from './matcher.ts'
import { mustBeOptions } from './_options.ts'
import { badCount, badSum, noUsage, usageSaid } from './_usage.ts'
import { inCode, kindOf } from '../src/wire/text.ts'

/** What a test wants of the token counts, beyond that they are there and whole numbers. */
export interface UsageExpectations {
  /** Whether the total must be the sum of the others; `true` where nothing is said. */
  readonly consistent?: boolean
}

const options = { consistent: true } as const satisfies Record<keyof UsageExpectations, true>

/** The reply counts its tokens, in whole numbers that add up. */
export const toReportUsage = matcher('toReportUsage', {
  judges: 'answers',
  demand(wanted?: UsageExpectations) {
    mustBeOptions('toReportUsage', wanted, options)
    const consistent: unknown = wanted?.consistent
    if (consistent === undefined || typeof consistent === 'boolean') return
    const message = `toReportUsage takes true or false for consistent, and got ${kindOf(consistent)}.`
    throw new LlmContractsError('bad-option', message)
  },
  claim(wanted: UsageExpectations = {}) {
    const args = Object.keys(wanted).length === 0 ? [] : [inCode(wanted)]
    return { args, sentence: `report token usage${wanted.consistent === false ? '' : ' that adds up'}` }
  },
  saw: (reply) => reply.usage && usageSaid(reply, reply.usage),
  judge(reply, { consistent = true } = {}) {
    const { usage, status, error, api } = reply
    if (status < 200 || status > 299 || error !== undefined) return noAnswer(reply)
    if (usage === undefined) return (api === 'embeddings' ? undefined : noAnswer(reply)) ?? noUsage(reply)
    return badCount(reply, usage) ?? (consistent ? badSum(reply, usage) : undefined)
  },
})
