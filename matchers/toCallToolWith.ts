import { LlmContractsError } from '../src/errors.ts'
import { endsCalls, isCut, lastFinish } from '../src/wire/finish.ts'
import type { Answer, Reply } from '../src/wire/types.ts'
import { noAnswer } from './_answer.ts'
import { finishSaid } from './_finish.ts'
import { judgeCall } from './_call.ts'
import type { CallFault, Wanted } from './_call.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import { matcher } from './matcher.ts'
import { notCalled } from './_not-called.ts'
import { looksLikeSchema, schemaName } from './schema.ts'
import { inCode, kindOf, printable } from '../src/wire/text.ts'

/** The reply calls the function, with arguments that fit what the request declared and what the test wants. */
export const toCallToolWith = matcher('toCallToolWith', {
  judges: 'answers',
  demand(name) {
    if (typeof name === 'string' && name !== '') return
    const got = name === '' ? 'an empty string' : kindOf(name)
    throw new LlmContractsError('bad-option', `toCallToolWith takes the name of a function first, and got ${got}.`)
  },
  claim(name: string, wanted?: Wanted) {
    const sentence = `call ${printable(name)}`
    if (wanted === undefined) return { args: [inCode(name)], sentence }
    if (!looksLikeSchema(wanted) && typeof wanted !== 'function') {
      return { args: [inCode(name), inCode(wanted, 100)], sentence: `${sentence} with ${inCode(wanted)}` }
    }
    const shown = typeof wanted === 'function' ? inCode(wanted) : schemaName(wanted)
    const thing = shown === 'schema' || shown === 'function' ? `the ${shown}` : shown
    return { args: [inCode(name), shown], sentence: `${sentence} with arguments that fit ${thing}` }
  },
  async judge(reply, name, wanted) {
    const instead = noAnswer(reply)
    if (instead !== undefined) return instead
    const calls = reply.answers.flatMap((answer) => answer.toolCalls.map((call) => ({ answer, call })))
    const named = calls.filter(({ call }) => call.name === name)
    if (named.length === 0) return notCalled(reply, name)
    const faults: CallFault[] = []
    for (const { answer, call } of named) {
      const fault = await judgeCall(reply, answer, call, wanted, this)
      if (fault === undefined) return wrongFinish(reply, answer, name)
      faults.push(fault)
    }
    return closest(name, faults)
  },
})

function wrongFinish(reply: Reply, answer: Answer, name: string): Finding | undefined {
  const { asked, stream } = reply
  if (endsCalls(answer, asked) && !isCut(lastFinish(answer))) return undefined
  const required = asked?.body.tool_choice === 'required' ? 'tool_choice.required.finish' : undefined
  const contract = required ?? (stream === undefined ? 'finish.tool_calls-iff-calls' : 'tools.stream.finish-tool-calls')
  return found(contract, `It called ${printable(name)} as wanted, but with ${finishSaid(reply, answer, 'tool_calls')}.`)
}

function closest(name: string, faults: readonly CallFault[]): Finding {
  const [best, ...others] = faults.toSorted((a, b) => b.stage - a.stage) as [CallFault, ...CallFault[]]
  const times = others.length === 0 ? '' : ` ${faults.length} times, at best`
  const line = `It called ${printable(name)}${times} with arguments ${best.clause}`
  return found(
    best.contract,
    line,
    ...best.details,
    ...others.slice(0, 4).map(({ details }) => `also called with ${details.at(-1)}`),
  )
}
