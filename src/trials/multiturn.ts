import { excerpt } from '../wire/text.ts'
import { assistant, BOTH, system, textOf, user, WHOLE } from './_parts.ts'
import { broken, kept, type Trial } from './trial.ts'

const codeWord = (word: string) => user(`Note this code word: ${word}`)
const noted = assistant('Noted.')

/** Emoji joined by zero-width joiners, Chinese, Hebrew, Devanagari, a combining mark, a flag. */
const SIGNS = '👩‍👩‍👧‍👦 漢字 שלום नमस्ते e\u0301 🇳🇴'

/** What longer conversations promise, and the signs in them. */
export const multiturnTrials: readonly Trial[] = [
  {
    id: 'multiturn.memory',
    level: 'must',
    mode: 'sampled',
    needs: ['chat'],
    profiles: ['core', 'agent'],
    ways: BOTH,
    promise: 'Knows in the third turn what was said in the first.',
    hint: 'Look for a gateway that sends on the last message only.',
    source: 'OpenAI API reference, messages: "the conversation so far"',
    blame: 'gateway',
    run: async (ask) => {
      const word = ask.nonce()
      const messages = [codeWord(word), noted, user('Hello.'), assistant('Hello!'), user('Repeat all code words.')]
      const reply = await ask.chat({ messages })
      if (textOf(reply).includes(word)) return kept()
      return broken(`was told the word ${word} in the first turn and did not know it in the third`, {
        bytes: excerpt(textOf(reply)),
      })
    },
  },
  {
    id: 'multiturn.order-preserved',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['agent'],
    ways: WHOLE,
    promise: 'Reads the turns in the order in which they were sent.',
    hint: 'Look at how the gateway translates messages.',
    source: 'OpenAI API reference, messages: "the conversation so far"',
    blame: 'gateway',
    run: async (ask) => {
      const words = ['first', 'second', 'third'].map((name) => ask.nonce(name))
      const messages = [
        system('Answer briefly.'),
        ...words.flatMap((word) => [codeWord(word), noted]),
        user('Repeat all code words in the order in which I gave them, separated by commas.'),
      ]
      const text = textOf(await ask.chat({ messages }))
      const places = words.map((word) => text.indexOf(word))
      if (places.includes(-1)) return broken('did not know all that was said before', { bytes: excerpt(text) })
      if (places.every((place, at) => at === 0 || place > (places[at - 1] ?? 0))) return kept()
      return broken(`was told ${words.join(', ')}, and named them in another order`, { bytes: excerpt(text) })
    },
  },
  {
    id: 'unicode.roundtrip',
    level: 'should',
    mode: 'sampled',
    needs: ['chat'],
    profiles: ['core'],
    ways: BOTH,
    promise: 'Gives back emoji, other scripts and combining marks as they were sent.',
    hint: 'Look for a client or a proxy that decodes chunks one by one.',
    source: 'RFC 8259, section 8.1: JSON is UTF-8; ggml-org/llama.cpp#28926 and others',
    blame: 'wire format',
    run: async (ask) => {
      const text = textOf(await ask.chat({ messages: [user(`Reply with exactly this and nothing else: ${SIGNS}`)] }))
      if (text.includes('\uFFFD')) return broken('sent U+FFFD where a sign was cut in two', { bytes: excerpt(text) })
      if (text.includes(SIGNS)) return kept()
      return broken('gave other signs back than were sent', { bytes: excerpt(text), blame: 'model' })
    },
  },
]
