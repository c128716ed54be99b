import { LlmContractsError } from '../src/errors.ts'
import type { Answer, Reply } from '../src/wire/types.ts'
import { cutStream, noAnswer } from './_answer.ts'
import { finishSaid, lengthSaid, raiseLimit } from './_finish.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import { matcher } from './matcher.ts'
import { inCode, it, kindOf } from '../src/wire/text.ts'

/** The last finish reason of every choice is this one. */
export const toFinishWith = matcher('toFinishWith', {
  judges: 'answers',
  demand(reason) {
    if (typeof reason === 'string' && reason !== '') return
    const got = reason === '' ? 'an empty string' : kindOf(reason)
    throw new LlmContractsError('bad-option', `toFinishWith takes a finish reason, such as "stop", and got ${got}.`)
  },
  claim: (reason: string) => ({ args: [inCode(reason)], sentence: `finish with ${inCode(reason)}` }),
  saw: (reply) => reply.answers[0] && finishSaid(reply, reply.answers[0]),
  judge(reply, reason) {
    const instead = noAnswer(reply)
    if (instead !== undefined) return instead
    const other = reply.answers.find(({ finishReasons }) => finishReasons.at(-1) !== reason)
    return other === undefined ? undefined : otherwise(reply, other, reason)
  },
})

const promises: ReadonlyMap<string, string> = new Map([
  ['length', 'finish.length'],
  ['tool_calls', 'finish.tool_calls-iff-calls'],
  ['content_filter', 'filter.shape'],
])

function otherwise(reply: Reply, answer: Answer, reason: string): Finding {
  const which = reply.answers.length === 1 ? '' : ` choice ${answer.index}`
  const last = answer.finishReasons.at(-1)
  if (last === undefined) {
    const cut = cutStream(reply)
    if (cut !== undefined) return found('stream.sse.complete', it(`did not finish${which}: ${cut}`))
    const contract = reply.stream === undefined ? 'finish.enum' : 'stream.finish.present'
    return found(contract, it(`finished${which} with ${finishSaid(reply, answer)}`))
  }
  const contract = promises.get(reason) ?? promises.get(last) ?? 'finish.enum'
  if (last !== 'length') return found(contract, it(`finished${which} with ${finishSaid(reply, answer, reason)}`))
  const line = it(`was cut off${which === '' ? '' : ` in${which}`}${lengthSaid(reply)}`)
  return { contract, lines: [line], next: `${raiseLimit(reply)}, or ask for a shorter answer.` }
}
