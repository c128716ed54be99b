import { excerpt, inCode } from '../wire/text.ts'
import { counting } from './_cap.ts'
import { assistant, finishOf, textOf, user, WHOLE } from './_parts.ts'
import { broken, inconclusive, kept, type Trial } from './trial.ts'

/** Tokens of an answer that is long enough to tell. */
const LONG = 2500
const TERMINAL = ['stop', 'length']

const hay = 'All work and no play makes Jack a dull boy. '.repeat(400)
/** Tokens that the hay has at the least. */
const HAY = 6000

/** What long answers and long prompts promise. Both cost: they are in the profile `rag` and no other. */
export const longTrials: readonly Trial[] = [
  {
    id: 'long.output-4k',
    level: 'may',
    mode: 'sampled',
    needs: ['chat'],
    profiles: ['rag'],
    ways: WHOLE,
    promise: 'Finishes an answer of some 4,000 tokens with stop or length.',
    hint: 'Stream long answers.',
    source: 'contract catalogue: gateways that cut idle connections',
    blame: 'infrastructure',
    run: async (ask) => {
      const reply = await ask.chat({ messages: [counting(2000)] })
      const tokens = reply.usage?.completionTokens
      const finish = finishOf(reply)
      if (finish === undefined || !TERMINAL.includes(finish)) {
        return broken(`ended a long answer with the finish reason ${inCode(finish)}`, { bytes: excerpt(textOf(reply)) })
      }
      if (tokens !== undefined && tokens >= LONG) return kept(`${tokens} tokens`)
      return inconclusive(`the answer is too short to tell: ${tokens ?? 'no number of'} tokens`)
    },
  },
  {
    id: 'long.context-needle',
    level: 'may',
    mode: 'sampled',
    needs: ['chat'],
    profiles: ['rag'],
    ways: WHOLE,
    promise: 'Finds one word in a prompt of some 9,000 tokens, and counts all of it.',
    hint: 'Shorten what is retrieved.',
    source: 'contract catalogue: silent truncation; Kimi vendor verifier',
    blame: 'model',
    run: async (ask) => {
      const word = ask.nonce()
      const reply = await ask.chat({
        messages: [
          user(`${hay}Note this code word: ${word} ${hay}`),
          assistant('Noted.'),
          user('Repeat all code words.'),
        ],
      })
      const prompt = reply.usage?.promptTokens
      if (prompt === undefined) return inconclusive('the answer has no usage')
      if (prompt < HAY) {
        return broken(`counted ${prompt} tokens for a prompt of 9,000: it was cut`, { blame: 'gateway' })
      }
      if (textOf(reply).includes(word)) return kept(`${prompt} tokens`)
      return broken(`did not find the word ${word}`, { bytes: excerpt(textOf(reply)) })
    },
  },
]
