import { excerpt } from '../wire/text.ts'
import { refusedHonestly, unlessLacking } from './_honest.ts'
import { BOTH, isRefusal, textOf, user, WHOLE, wordsOf } from './_parts.ts'
import { counting, hasReasoned, NO_SIGN, reasoningTokens, shownReasoning, switchedOn, THINK } from './_reasoning.ts'
import { broken, ignored, inconclusive, kept, type Trial } from './trial.ts'

/** Marks by which models begin and end their reasoning: `<think>`, `◁think▷`, `[THINK]`, and the tokens of chat templates. */
const MARKS = /<\/?(?:seed:)?(?:think|thinking|thought|reasoning)>|◁\/?think▷|\[\/?THINK\]|<\|[a-z_]+\|>/i

/** What is promised of a model that reasons before it answers. */
export const reasoningTrials: readonly Trial[] = [
  {
    id: 'reasoning.not-in-content',
    level: 'must',
    mode: 'sampled',
    needs: ['reasoning'],
    profiles: ['core'],
    ways: BOTH,
    promise: 'Keeps its reasoning, and the marks around it, out of the answer.',
    hint: 'Switch on the parser of reasoning at the server, or cut everything up to the last closing mark.',
    source: 'measured: <think> in the content of MiniMax, the router of Hugging Face and R1 on Azure',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await ask.attempt({ messages: [user(THINK)], ...switchedOn(ask), ...counting(ask.way) })
      unlessLacking(ask, reply, 'reasoning')
      if (isRefusal(reply)) return inconclusive(`it does not reason in this way: ${excerpt(wordsOf(reply), 100)}`)
      const [mark] = MARKS.exec(textOf(reply)) ?? []
      if (mark !== undefined) {
        return broken(`wrote ${mark} into its answer`, {
          path: '$.choices[0].message.content',
          bytes: excerpt(textOf(reply)),
        })
      }
      return hasReasoned(reply) ? kept() : inconclusive(NO_SIGN)
    },
  },
  {
    id: 'reasoning.disable-honest',
    level: 'should',
    mode: 'live',
    needs: ['reasoning'],
    profiles: ['core', 'economics'],
    ways: BOTH,
    promise: 'Does not reason where reasoning is switched off, or says that it cannot be.',
    hint: 'Look for another model where reasoning must not be paid for: a switch may only hide it.',
    source: 'measured: Groq hides reasoning and bills it (pydantic/pydantic-ai); GLM-5.3 refuses to switch it off',
    blame: 'wire format',
    run: async (ask) => {
      const off = ask.target.entry.reasoning?.off
      if (off === undefined) return inconclusive('the entry names no switch: write `reasoning.off`')
      const reply = await ask.attempt({ messages: [user(THINK)], ...off, ...counting(ask.way) })
      if (isRefusal(reply)) return refusedHonestly(ask, reply, 'reasoning')
      const shown = shownReasoning(reply)
      if (shown !== '') return ignored('reasoned although reasoning was switched off', { bytes: excerpt(shown) })
      const tokens = reasoningTokens(reply) ?? 0
      if (tokens > 0) {
        return ignored(`hid its reasoning and counted ${tokens} tokens for it`)
      }
      // Streamed, because some models reason only in a stream.
      const on = await ask.chat(
        { messages: [user(THINK)], ...switchedOn(ask), ...counting('streamed') },
        { way: 'streamed' },
      )
      return hasReasoned(on) ? kept() : inconclusive(`switched on, ${NO_SIGN}`)
    },
  },
  {
    id: 'reasoning.nonstream-allowed',
    level: 'should',
    mode: 'live',
    needs: ['reasoning'],
    profiles: ['core'],
    ways: WHOLE,
    promise: 'Reasons without a stream.',
    hint: 'Ask this model for a stream where it has to reason, and put the answer together.',
    source: 'measured: DashScope demands enable_thinking false without a stream (langchain4j/langchain4j#3974)',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await ask.chat({ messages: [user(THINK)], ...switchedOn(ask) })
      return hasReasoned(reply) ? kept() : inconclusive(NO_SIGN)
    },
  },
]
