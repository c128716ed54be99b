import { classifyError } from '../src/contracts/classify.ts'
import type { Answer, Reply } from '../src/wire/types.ts'
import { cutBeforeAnswer, cutStream, noAnswer, placeOf } from './_answer.ts'
import { finishNote, finishSaid } from './_finish.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import { matcher } from './matcher.ts'
import { calledNames } from './_no-text.ts'
import { excerpt, excerptEnd, quoted } from '../src/wire/text.ts'

/** Every choice is a refusal or was stopped by a content filter, or a content filter rejected the request with a 4xx. */
export const toRefuse = matcher('toRefuse', {
  judges: 'answers',
  claim: () => ({ args: [], sentence: 'refuse' }),
  saw(reply) {
    const { answers, error, status } = reply
    if (error?.message !== undefined) return `HTTP ${status}, ${quoted(error.message, 120)}`
    const refusal = answers.map((answer) => answer.refusal).find((text) => text !== undefined)
    return refusal === undefined ? answers[0] && finishSaid(reply, answers[0]) : `refusal ${quoted(refusal)}`
  },
  judge(reply) {
    const { status, answers } = reply
    const filtered = classifyError(reply)?.kind === 'content filter'
    if (filtered && status >= 400 && status <= 499) return undefined
    const instead = noAnswer(reply)
    if (instead !== undefined) return filtered ? { ...instead, contract: 'filter.shape' } : instead
    const answer = answers.find((one) => one.refusal === undefined && one.finishReasons.at(-1) !== 'content_filter')
    return answer === undefined ? undefined : answered(reply, answer)
  },
})

function answered(reply: Reply, answer: Answer): Finding {
  const { text = '', reasoning, toolCalls, index } = answer
  const short = cutBeforeAnswer(reply, answer)
  if (short !== undefined) return short
  const which = reply.answers.length === 1 ? '' : ` in choice ${index}`
  const finish = finishNote(reply, answer)
  if (toolCalls.length > 0) {
    return found('refusal.shape', `It called ${calledNames(answer)}${which} instead of refusing (${finish}).`)
  }
  const cut = cutStream(reply)
  if (text.trim() !== '') {
    // A model that refuses in plain words cannot be told from one that answers: only the field is a promise.
    const line = `It answered with text${which} instead of refusing (${finish}).`
    return found('refusal.shape', line, `${placeOf(reply, answer)}: ${excerpt(text, 200)}`)
  }
  if (cut !== undefined) return found('stream.sse.complete', `It returned no refusal${which}: ${cut}.`)
  const thought = reasoning === undefined ? [] : [`reasoning: ${excerptEnd(reasoning)}`]
  return found('refusal.shape', `It returned neither a refusal nor text${which} (${finish}).`, ...thought)
}
