import type { Answer, Reply } from '../src/wire/types.ts'
import { noAnswer, placeOf } from './_answer.ts'
import { finishNote, finishSaid } from './_finish.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import { matcher } from './matcher.ts'
import { calledNames, noText, unwantedCall } from './_no-text.ts'
import { excerpt } from '../src/wire/text.ts'

/** Every choice answers with text, and calls no function. */
export const toCallNoTool = matcher('toCallNoTool', {
  judges: 'answers',
  claim: () => ({ args: [], sentence: 'answer with text and call no function' }),
  judge(reply) {
    const instead = noAnswer(reply)
    if (instead !== undefined) return instead
    for (const answer of reply.answers) {
      const finding = called(reply, answer) ?? noText(reply, answer) ?? finishedAsCall(reply, answer)
      if (finding !== undefined) return finding
    }
    return undefined
  },
})

function called(reply: Reply, answer: Answer): Finding | undefined {
  const { toolCalls, text = '' } = answer
  const [first] = toolCalls
  if (first === undefined) return undefined
  const beside = text.trim() === '' ? '' : ' beside its text'
  const line = `It called ${calledNames(answer)}${beside} (${finishNote(reply, answer)}).`
  return found(unwantedCall(reply), line, `arguments: ${excerpt(first.arguments)}`)
}

function finishedAsCall(reply: Reply, answer: Answer): Finding | undefined {
  const finish = answer.finishReasons.at(-1)
  if (finish !== 'tool_calls' && finish !== 'function_call') return undefined
  const line = `It answered with text and no call, but with ${finishSaid(reply, answer, 'stop')}.`
  return found('finish.tool_calls-iff-calls', line, `${placeOf(reply, answer)}: ${excerpt(answer.text ?? '')}`)
}
