import { LlmContractsError } from '../src/errors.ts'
import type { Answer, Reply } from '../src/wire/types.ts'
import { noAnswer, placeOf } from './_answer.ts'
import { finishNote, lengthSaid, raiseLimit } from './_finish.ts'
import type { Finding } from './finding.ts'
import { matcher } from './matcher.ts'
import { noText } from './_no-text.ts'
import { excerpt, excerptEnd, inCode, includes, kindOf } from '../src/wire/text.ts'

/** Every choice answers with text, which holds the part or matches the pattern where one is given. */
export const toReturnText = matcher('toReturnText', {
  judges: 'answers',
  demand(expected) {
    if (expected === undefined || expected instanceof RegExp || (typeof expected === 'string' && expected !== ''))
      return
    const got = expected === '' ? 'an empty string, which every text holds' : kindOf(expected)
    throw new LlmContractsError('bad-option', `toReturnText takes a string or a RegExp, and got ${got}.`)
  },
  claim(expected?: string | RegExp) {
    if (expected === undefined) return { args: [], sentence: 'return text' }
    const how = typeof expected === 'string' ? 'contains' : 'matches'
    return { args: [inCode(expected)], sentence: `return text that ${how} ${inCode(expected)}` }
  },
  judge(reply, expected) {
    const instead = noAnswer(reply)
    if (instead !== undefined) return instead
    for (const answer of reply.answers) {
      const finding = noText(reply, answer) ?? otherText(reply, answer, expected)
      if (finding !== undefined) return finding
    }
    return undefined
  },
})

function otherText(reply: Reply, answer: Answer, expected: string | RegExp | undefined): Finding | undefined {
  const { text = '', finishReasons } = answer
  if (expected === undefined || includes(text, expected)) return undefined
  const contract = 'chat.instruction.nonce'
  const place = placeOf(reply, answer)
  if (finishReasons.includes('length')) {
    const lines = [`It was cut off${lengthSaid(reply)} before it said that.`, `${place}: ${excerptEnd(text)}`]
    return { contract, lines, next: `${raiseLimit(reply)}, or ask for a shorter answer.` }
  }
  if (finishReasons.includes('content_filter')) {
    const line = `It was stopped by its content filter before it said that (${finishNote(reply, answer)}).`
    return { contract: 'filter.shape', lines: [line, `${place}: ${excerptEnd(text)}`] }
  }
  const lines = [`It returned another text (${finishNote(reply, answer)}).`, `${place}: ${excerpt(text, 200)}`]
  return { contract, lines }
}
