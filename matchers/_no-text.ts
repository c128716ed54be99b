import type { Answer, Reply } from '../src/wire/types.ts'
import { cutBeforeAnswer, cutStream, placeOf } from './_answer.ts'
import { finishNote } from './_finish.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import { counted, excerpt, excerptEnd, kindOf, listed, quoted } from '../src/wire/text.ts'

/** Why an answer is no text, or only the beginning of one that a broken connection took away. */
export function noText(reply: Reply, answer: Answer): Finding | undefined {
  const { text = '', refusal, contentJson } = answer
  if (refusal !== undefined) return found('refusal.shape', `It refused: ${quoted(refusal)}`)
  if (contentJson !== undefined) {
    const line = `It returned content that is ${kindOf(contentJson)} in place of a string.`
    return found('chat.message.content-string', line, `${placeOf(reply, answer)}: ${excerpt(text)}`)
  }
  return text.trim() === '' ? (cutBeforeAnswer(reply, answer) ?? empty(reply, answer)) : cutText(reply, answer, text)
}

/** The functions that an answer called, as a list of names. */
export function calledNames({ toolCalls }: Answer): string {
  return listed(toolCalls.map(({ name }) => quoted(name, 64)))
}

/** The promise that a call breaks where text was wanted. */
export function unwantedCall({ asked }: Reply): string {
  return asked?.body.tool_choice === 'none' ? 'tool_choice.none' : 'tools.irrelevance'
}

function empty(reply: Reply, answer: Answer): Finding {
  const { text, reasoning, toolCalls, finishReasons } = answer
  const finish = finishNote(reply, answer)
  if (toolCalls.length > 0) {
    return found(unwantedCall(reply), `It called ${calledNames(answer)} instead of returning text (${finish}).`)
  }
  const cut = cutStream(reply)
  if (cut !== undefined) return found('stream.sse.complete', `It returned no text: ${cut}.`)
  if (finishReasons.includes('content_filter')) {
    return found('filter.shape', `It returned no text: its content filter stopped it (${finish}).`)
  }
  const what = text === undefined ? 'no text' : text === '' ? 'an empty text' : 'nothing but white space'
  const contract = 'chat.message.nonempty-on-stop'
  if (reasoning === undefined) return found(contract, `It returned ${what} (${finish}).`)
  return found(contract, `It returned its reasoning and ${what} (${finish}).`, `reasoning: ${excerptEnd(reasoning)}`)
}

function cutText(reply: Reply, answer: Answer, text: string): Finding | undefined {
  const { end } = reply.exchange.response
  const evidence = `${placeOf(reply, answer)}: ${excerptEnd(text)}`
  const cut = cutStream(reply)
  // A client that has read enough may give up the rest: that is no fault of the provider.
  if (cut !== undefined && end !== 'cancelled' && (end === 'aborted' || answer.finishReasons.length === 0)) {
    return found('stream.sse.complete', `It returned text that is not whole: ${cut}.`, evidence)
  }
  if (reply.stream !== undefined || end !== 'aborted') return undefined
  const where = `after ${counted(reply.text.length, 'character')}`
  return found('chat.envelope.json', `It returned text, but the connection was cut ${where} of its body.`, evidence)
}
