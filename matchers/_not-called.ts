import type { Answer, Reply } from '../src/wire/types.ts'
import { cutStream } from './_answer.ts'
import { finishNote } from './_finish.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import { excerpt, listed, printable, quoted } from '../src/wire/text.ts'

// Calls that models of several families write into their text where the server does not parse them.
const callAsText = /<tool_call|<function=|\[TOOL_CALLS\]|<\|(?:tool|python_tag)|"(?:arguments|parameters)"\s*:\s*\{/

/** What a reply did that does not call the wanted function: other calls, text, a refusal, a cut. */
export function notCalled(reply: Reply, name: string): Finding {
  const others = reply.answers.flatMap(({ toolCalls }) => toolCalls.map((call) => quoted(call.name, 64)))
  const forced = reply.asked?.namedTool === name ? 'tool_choice.named' : undefined
  const finding =
    others.length > 0
      ? found(forced ?? 'tools.select.one-of-many', `It called ${listed(others)} instead.`)
      : withoutCall(reply, reply.answers[0] as Answer, forced ?? 'tools.call.forced')
  if (reply.asked === undefined || reply.asked.tools.has(name)) return finding
  return { ...finding, next: `declare ${printable(name)} in the request, whose tools do not have it.` }
}

function withoutCall(reply: Reply, answer: Answer, contract: string): Finding {
  const { text = '', refusal, finishReasons } = answer
  const end = text === '' ? [] : [`content: ${excerpt(text)}`]
  const finish = finishReasons.at(-1)
  const cut = cutStream(reply)
  if (refusal !== undefined) return found('refusal.shape', `It refused: ${quoted(refusal)}`)
  if (callAsText.test(text)) {
    return found('tools.message.no-text-call-leak', 'It wrote a call into its text instead of making it.', ...end)
  }
  if (finish === 'tool_calls') {
    const line = 'It finished with finish_reason "tool_calls", but its answer holds no call.'
    return found('finish.tool_calls-iff-calls', line, ...end)
  }
  if (finish === 'length')
    return found(contract, `It was cut off (${finishNote(reply, answer)}) before any call.`, ...end)
  if (cut !== undefined) return found('stream.sse.complete', `It called nothing: ${cut}.`, ...end)
  if (text !== '')
    return found(contract, `It answered with text instead of a call (${finishNote(reply, answer)}).`, ...end)
  return found(contract, `It returned neither a call nor text (${finishNote(reply, answer)}).`)
}
