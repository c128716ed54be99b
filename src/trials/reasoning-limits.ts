import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'
import { excerpt, listed } from '../wire/text.ts'
import type { Asker } from './asker.ts'
import { unlessLacking } from './_honest.ts'
import { BOTH, finishOf, isRefusal, textOf, user, wordsOf } from './_parts.ts'
import { counting, hasReasoned, switchedOn } from './_reasoning.ts'
import { broken, ignored, inconclusive, kept, type Trial } from './trial.ts'

/** Tokens: too few for the reasoning that is asked for, enough to be accepted everywhere. */
const FEW = 24
/** An effort that nobody offers. */
const NO_EFFORT = 'as-you-like'

/** What is promised of the limits of reasoning. */
export const reasoningLimitTrials: readonly Trial[] = [
  {
    id: 'reasoning.effort-values',
    level: 'may',
    mode: 'live',
    needs: ['reasoning', 'reasoning_effort'],
    profiles: ['strict'],
    ways: BOTH,
    promise: 'Takes each effort that is documented, and refuses a word that is none.',
    hint: 'Map your efforts to the words of this provider before you send them.',
    source: 'measured: Groq takes only none and default for Qwen, GLM-5.3 only low, high and max',
    blame: 'configuration',
    run: async (ask) => {
      const { efforts = [], field = 'reasoning_effort' } = ask.target.entry.reasoning ?? {}
      if (efforts.length === 0) return inconclusive('the entry names no effort: write `reasoning.efforts`')
      const asking = (effort: string) => ask.attempt({ messages: [user('Say yes.')], ...written(field, effort) })
      for (const effort of efforts) {
        const reply = await asking(effort)
        unlessLacking(ask, reply, 'reasoning', 'reasoning_effort')
        if (isRefusal(reply)) return broken(`refused the effort "${effort}": ${excerpt(wordsOf(reply))}`)
      }
      const reply = await asking(NO_EFFORT)
      if (isRefusal(reply)) return kept(`takes ${listed(efforts)}`)
      return ignored(`took the effort "${NO_EFFORT}", which is none`)
    },
  },
  {
    id: 'reasoning.budget-starvation',
    level: 'should',
    mode: 'sampled',
    needs: ['reasoning'],
    profiles: ['core', 'economics'],
    ways: BOTH,
    promise: 'Finishes with length where its reasoning used up all tokens before the answer began.',
    hint: 'Raise the limit, and treat an empty answer of a model that reasons as cut off.',
    source: 'OpenAI API reference, finish_reason: "length if the maximum number of tokens was reached"',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await limited(ask)
      unlessLacking(ask, reply, 'reasoning')
      if (isRefusal(reply))
        return inconclusive(`it refused to reason under a short limit: ${excerpt(wordsOf(reply), 100)}`)
      if (textOf(reply).trim() !== '') return inconclusive('the answer had begun before the tokens were used up')
      if (!hasReasoned(reply)) return inconclusive('nothing shows that the tokens went into reasoning')
      const finish = finishOf(reply)
      if (finish === 'length') return kept()
      return broken(
        `used up its ${FEW} tokens on reasoning and finished with ${finish ?? 'no reason'}, saying nothing`,
        {
          path: '$.choices[0].finish_reason',
        },
      )
    },
  },
]

/** An effort where a dotted path puts it: `reasoning.effort` is `{ reasoning: { effort } }`. */
function written(field: string, effort: string): { readonly [key: string]: Json } {
  const [first = '', ...rest] = field.split('.')
  return { [first]: rest.reduceRight<Json>((inner, key) => ({ [key]: inner }), effort) }
}

/** A long thought under a short limit, in the newer spelling where the older is refused. */
async function limited(ask: Asker): Promise<Reply> {
  const messages = [user('Think at length, step by step, before you answer: is the square root of 2 rational?')]
  const body = { messages, ...switchedOn(ask), ...counting(ask.way) }
  const reply = await ask.attempt({ ...body, max_tokens: FEW })
  const isOld = isRefusal(reply) && wordsOf(reply).includes('max_completion_tokens')
  return isOld ? await ask.attempt({ ...body, max_completion_tokens: FEW }) : reply
}
