import { isRecord } from '../wire/guards.ts'
import type { Reply } from '../wire/types.ts'
import type { Asker } from './asker.ts'
import { answerOf, isRefusal, wordsOf } from './_parts.ts'
import type { Body } from './_provoke.ts'

/** Whether an answer shows that the model thought: a reasoning text, or reasoning tokens. */
export const showsThought = (reply: Reply): boolean =>
  (answerOf(reply).reasoning ?? '') !== '' || (reply.usage?.reasoningTokens ?? 0) > 0

/** Asks the model to think, in OpenAI's words, and without them where the provider does not take them. */
export async function askThinking(ask: Asker, body: Body): Promise<Reply> {
  const reply = await ask.attempt({ reasoning_effort: 'low', ...body })
  if (!isRefusal(reply) || !/reasoning_effort/i.test(wordsOf(reply))) return reply
  return ask.attempt(body)
}

/** The field in which the wire carried the reasoning of the first answer; undefined where it carried none. */
export function reasoningField({ json, stream }: Reply): 'reasoning_content' | 'reasoning' | undefined {
  const bodies = stream === undefined ? [json] : stream.events.map((event) => event.json)
  for (const body of bodies) {
    const choice = isRecord(body) && Array.isArray(body.choices) ? body.choices[0] : undefined
    const said = isRecord(choice) ? [choice.message, choice.delta].find(isRecord) : undefined
    for (const field of ['reasoning_content', 'reasoning'] as const) {
      if (typeof said?.[field] === 'string' && said[field] !== '') return field
    }
  }
  return undefined
}
