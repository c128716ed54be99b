import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'
import { isRefusal, user, wordsOf } from './_parts.ts'
import { answerTo } from './_refusal.ts'
import type { Asker, Asking } from './asker.ts'

/** A question whose answer is long and known: about 200 tokens at the least. */
export const counting = (to: number) => user(`Count from 1 to ${to}, separated by commas. Write nothing else.`)

/** Both spellings of the cap on an answer. */
export const SPELLINGS = ['max_tokens', 'max_completion_tokens'] as const

/** Asks with a cap on the answer, in the newer spelling where the provider refuses the older one by name. */
export async function capped(
  ask: Asker,
  cap: number,
  body: { readonly [key: string]: Json | undefined },
  asking: Asking = {},
): Promise<Reply> {
  const reply = await answerTo(ask, { ...body, max_tokens: cap }, asking)
  if (!isRefusal(reply) || !/max_completion_tokens/.test(wordsOf(reply))) return reply
  return answerTo(ask, { ...body, max_completion_tokens: cap }, asking)
}
