import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'
import { Refused } from './_no-answer.ts'
import type { Asker } from './asker.ts'
import { answerOf, assistant, callsOf, isRefusal, toolCall, toolResult, user, wordsOf } from './_parts.ts'
import { provoke, type Body } from './_provoke.ts'
import { getWeather } from './_tools.ts'

type Message = { readonly [key: string]: Json }
/** A body with its conversation. */
export type Talk = Body & { readonly messages: Message[] }

/** The earlier turn of the assistant as an app sends it back: its text and its calls. */
export function turnOf(reply: Reply): Message {
  const calls = callsOf(reply).map(({ id = '', name, arguments: args }) => toolCall(id, name, args))
  return assistant(answerOf(reply).text ?? null, calls.length === 0 ? {} : { tool_calls: calls })
}

/**
 * Asks with a history. A provider that demands the reasoning of earlier turns gets some: what it demands has a trial of
 * its own, `roundtrip.reasoning-policy`.
 *
 * @throws {Refused} where it refuses the request for another reason.
 */
export async function resume(ask: Asker, talk: Talk): Promise<Reply> {
  try {
    return await ask.chat(sent(talk))
  } catch (error) {
    if (!(error instanceof Refused) || !demandsReasoning(error.reply)) throw error
    return ask.chat(sent(withReasoning(talk)))
  }
}

/** The same, where a refusal and a broken server are answers too. */
export async function provokeWith(ask: Asker, talk: Talk): Promise<Reply> {
  const reply = await provoke(ask, sent(talk))
  return isRefusal(reply) && demandsReasoning(reply) ? provoke(ask, sent(withReasoning(talk))) : reply
}

const sent = ({ messages, ...rest }: Talk): Body => ({ ...rest, messages: [...messages] })
const demandsReasoning = (reply: Reply) => /reasoning/i.test(wordsOf(reply))
const withReasoning = (talk: Talk): Talk => ({
  ...talk,
  messages: talk.messages.map((message) =>
    message['tool_calls'] === undefined ? message : { reasoning_content: 'The tool must be asked.', ...message },
  ),
})

/** A conversation in which the weather was asked for, called for and told; `told` is the tool's answer. */
export function weatherTalk(told: Json, { id = 'call_1', args = '{"city":"Oslo"}' } = {}): Talk {
  return {
    tools: [getWeather],
    messages: [
      user('What is the weather in Oslo? Repeat the words of the tool.'),
      assistant(null, { tool_calls: [toolCall(id, 'get_weather', args)] }),
      toolResult(id, told),
    ],
  }
}
