import { counted, excerptEnd, inCode, listed, quoted } from '../wire/text.ts'
import { endsCalls, isCut, lastFinish } from '../wire/finish.ts'
import { parseJson, str } from '../wire/guards.ts'
import type { Answer, Reply } from '../wire/types.ts'
import { at, spotsOf } from './_stream.ts'
import type { Breach, Contract } from './contract.ts'
import { isCutJson, isOpenText } from './json.ts'
import { cap } from './_usage.ts'
import { logprobsContract } from './finish-logprobs.ts'
import { isChat } from './_once.ts'

const known = ['stop', 'length', 'tool_calls', 'content_filter', 'function_call']
const finishReason = 'OpenAI API reference, the chat completion object: choices[].finish_reason'

const isAnswered = (reply: Reply): boolean =>
  isChat(reply) && reply.error === undefined && reply.answers.some(({ finishReasons }) => finishReasons.some(Boolean))
/** An answer in one piece, whose choices must all say how they ended; in a stream the chunks before the last say null. */
const isWhole = ({ stream, error, exchange }: Reply): boolean =>
  stream === undefined && error === undefined && exchange.response.end === 'closed'

/** Why an answer ended: the reason is known and true. */
export const finishContracts: readonly Contract[] = [
  {
    id: 'finish.enum',
    level: 'should',
    mode: 'wire',
    needs: [],
    promise: `Finishes with one of ${listed(known)}.`,
    hint: 'Map the word to a known one in your client, and treat it as no success.',
    source: finishReason,
    blame: 'wire format',
    applies: (reply) =>
      isChat(reply) && spotsOf(reply).some(({ choice }) => typeof choice.finish_reason === 'string' || isWhole(reply)),
    check: (reply) => {
      const silent = isWhole(reply) ? '' : 'stop'
      const bad = spotsOf(reply).find(({ choice }) => !known.includes(str(choice.finish_reason) ?? silent))
      if (bad === undefined) return undefined
      const { finish_reason: reason } = bad.choice
      const says = `finished ${reason === undefined ? 'without a finish_reason' : `with ${inCode(reason, 40)}`}`
      return { says, ...at(bad, '.finish_reason') }
    },
  },
  {
    id: 'finish.length',
    level: 'must',
    mode: 'wire',
    needs: [],
    promise: 'Ends at the token limit with finish_reason "length", and keeps what came before it.',
    hint: 'Do not trust "stop" here: compare the completion tokens with your limit.',
    source: `${finishReason} ("length if the maximum number of tokens specified in the request was reached")`,
    blame: 'wire format',
    applies: (reply) => isAnswered(reply) && reply.asked?.maxTokens !== undefined && visibleTokens(reply) !== undefined,
    check: atLimit,
  },
  {
    id: 'finish.truncation-honest',
    level: 'must',
    mode: 'wire',
    needs: ['tools'],
    promise: 'Never says that a tool call is whole which the token limit cut.',
    hint: 'Raise max_tokens, and never run a call whose arguments do not parse.',
    source: finishReason,
    blame: 'gateway',
    applies: (reply) =>
      isAnswered(reply) &&
      reply.asked?.maxTokens !== undefined &&
      reply.answers.some(({ toolCalls }) => toolCalls.length > 0),
    check: cutCall,
  },
  {
    id: 'finish.tool_calls-iff-calls',
    level: 'must',
    mode: 'wire',
    needs: ['tools'],
    promise:
      'Finishes with "tool_calls" where it calls a tool, and only there; a call of a tool that was named may say "stop".',
    hint: 'Look for calls in the message itself instead of asking finish_reason.',
    source: `${finishReason} ("tool_calls if the model called a tool")`,
    blame: 'wire format',
    applies: (reply) =>
      isChat(reply) &&
      reply.error === undefined &&
      reply.answers.some(
        ({ toolCalls, finishReasons }) =>
          finishReasons.includes('tool_calls') || (toolCalls.length > 0 && finishReasons.length > 0),
      ),
    check: (reply) => {
      for (const answer of reply.answers) {
        const calls = answer.toolCalls.length
        const reason = lastFinish(answer) ?? ''
        if (calls === 0 && reason === 'tool_calls')
          return ended(reply, answer, 'finished with "tool_calls" and no call')
        if (calls > 0 && answer.finishReasons.length > 0 && !endsCalls(answer, reply.asked)) {
          return ended(reply, answer, `finished with ${quoted(reason, 40)} beside ${counted(calls, 'tool call')}`)
        }
      }
      return undefined
    },
  },
  logprobsContract,
]

/** Tokens of the answer itself: some providers' limit does not hold for reasoning. */
function visibleTokens({ usage }: Reply): number | undefined {
  return usage?.completionTokens === undefined ? undefined : usage.completionTokens - (usage.reasoningTokens ?? 0)
}

function atLimit(reply: Reply): Breach | undefined {
  const limit = cap(reply) ?? Infinity
  const tokens = visibleTokens(reply) ?? 0
  const reasons = reply.answers.flatMap((answer) => lastFinish(answer) ?? [])
  const [answer] = reply.answers
  if (answer === undefined) return undefined
  const of = `${counted(tokens, 'token')} of ${limit} allowed`
  if (tokens > limit && !reasons.some(isCut) && wasCut(reply, tokens - limit)) {
    return ended(reply, answer, `finished with ${listed(reasons.map((reason) => quoted(reason, 40)))} after ${of}`)
  }
  // A few tokens may all be markers or half a character; reasoning that is hidden must at least be counted.
  const { text = '', refusal, reasoning, toolCalls } = answer
  const spoke = spotsOf(reply).some(({ said }) => said.audio)
  const said = spoke || text !== '' || refusal !== undefined || reasoning !== undefined || toolCalls.length > 0
  const counted16 = tokens >= 16 && reply.usage?.reasoningTokens !== undefined && reply.answers.length === 1
  return counted16 && !said && reasons[0] === 'length' ? ended(reply, answer, `kept nothing of ${of}`) : undefined
}

/**
 * Whether an answer with more tokens than its limit was cut there. Some providers raise a low limit to 16, and then even a
 * short answer is past it; from there on the token beyond is the end itself (measured), or the text breaks off.
 */
function wasCut({ answers, asked }: Reply, beyond: number): boolean {
  const isTold = (asked?.maxTokens ?? 0) >= 16
  return answers.some(({ text, toolCalls }) => {
    if (toolCalls.some((call) => isCutJson(call.arguments)) || isCutJson(text ?? '')) return true
    return isTold && (beyond === 1 || (Boolean(text) && toolCalls.length === 0 && isOpenText(text ?? '')))
  })
}

function cutCall(reply: Reply): Breach | undefined {
  const limit = reply.asked?.maxTokens ?? Infinity
  if ((reply.usage?.completionTokens ?? limit) < limit) return undefined
  for (const answer of reply.answers) {
    const reason = lastFinish(answer)
    const cut = answer.toolCalls.find((call) => parseJson(call.arguments) === undefined && isCutJson(call.arguments))
    if (cut === undefined || !/^(tool_calls?|stop)$/.test(reason ?? '')) continue
    const [said, name] = [quoted(reason ?? ''), quoted(cut.name, 40)]
    const says = `finished with ${said}, though its limit of ${counted(limit, 'token')} cut the call of ${name}`
    return { ...ended(reply, answer, says), bytes: excerptEnd(cut.arguments) }
  }
  return undefined
}

function ended(reply: Reply, { index }: Answer, says: string): Breach {
  const last = spotsOf(reply).findLast((spot) => spot.index === index && str(spot.choice.finish_reason) !== undefined)
  return last ? { says, ...at(last, '.finish_reason') } : { says, path: '$.choices' }
}
