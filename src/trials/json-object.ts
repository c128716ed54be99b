import { excerpt } from '../wire/text.ts'
import { isRecord } from '../wire/guards.ts'
import { Refused } from './_no-answer.ts'
import { documentIn, wholeDocument } from './_document.ts'
import { BOTH, finishOf, isRefusal, textOf, user, WHOLE, wordsOf } from './_parts.ts'
import { refusal } from './_provoke.ts'
import { broken, inconclusive, kept, type Trial } from './trial.ts'

const shared = {
  level: 'must',
  mode: 'sampled',
  needs: ['json_object'],
  profiles: ['core', 'rag'],
  ways: BOTH,
  blame: 'model',
} as const

const response_format = { type: 'json_object' }
const person = user('Write a JSON object with the keys name and age for a person named "Ada", who is 36.')

/** What JSON mode without a schema promises. */
export const jsonObjectTrials: readonly Trial[] = [
  {
    ...shared,
    id: 'json_object.parses',
    promise: 'Answers with a JSON object in JSON mode.',
    hint: 'Parse with a repair step, or ask for a schema in place of JSON mode.',
    source:
      'OpenAI API reference, response_format json_object: "ensures the message the model generates is valid JSON"',
    run: async (ask) => {
      const reply = await ask.chat({ messages: [person], response_format })
      const read = wholeDocument(reply)
      if ('is' in read) return read
      if ('fault' in read) return broken(read.says, { bytes: read.bytes })
      return isRecord(read.value) ? kept() : broken('sent JSON that is no object', { bytes: excerpt(textOf(reply)) })
    },
  },
  {
    ...shared,
    id: 'json_object.no-fence',
    promise: 'Puts neither a Markdown fence nor prose around its JSON.',
    hint: 'Take the text between the fences before you parse.',
    source: 'https://github.com/firebase/genkit/issues/4613; measured: 3 to 5 % at one provider',
    run: async (ask) => {
      const read = documentIn(textOf(await ask.chat({ messages: [person], response_format })))
      if ('value' in read) return kept()
      if (read.fault === 'fenced' || read.fault === 'prose') return broken(read.says, { bytes: read.bytes })
      return inconclusive(`there is no document to be fenced: it ${read.says}`)
    },
  },
  {
    ...shared,
    id: 'json_object.keyword-rule',
    level: 'info',
    mode: 'live',
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Works in JSON mode without the word JSON in the prompt, or refuses it.',
    hint: 'Say the word JSON in every prompt that uses JSON mode.',
    source: 'OpenAI guide, JSON mode; https://github.com/browserbase/stagehand/issues/1204',
    run: async (ask) => {
      const silent = user('Name a person of 36 years, with the keys name and age.')
      const without = await ask.attempt({ messages: [silent], response_format })
      if (isRefusal(without)) {
        const control = await ask.attempt({ messages: [person], response_format })
        if (isRefusal(control)) throw new Refused(control)
        return kept(`refuses a prompt without the word JSON: ${refusal(without)}`)
      }
      const read = documentIn(textOf(without))
      return kept('value' in read ? 'works without the word JSON' : `without the word JSON it ${read.says}`)
    },
  },
  {
    ...shared,
    id: 'json_object.no-whitespace-runaway',
    level: 'should',
    profiles: ['core', 'economics'],
    promise: 'Ends after its JSON and pads it with no white space up to the limit.',
    hint: 'Say in the prompt that the answer is JSON, and set a limit.',
    source: 'OpenAI guide, JSON mode: "the model may generate an unending stream of whitespace"',
    run: async (ask) => {
      const body = { messages: [person], response_format }
      const first = await ask.attempt({ ...body, max_tokens: LIMIT })
      // Newer models of OpenAI know the limit by another name only.
      const renamed = isRefusal(first) && /max_tokens/.test(wordsOf(first))
      const reply = renamed ? await ask.attempt({ ...body, max_completion_tokens: LIMIT }) : first
      if (isRefusal(reply)) throw new Refused(reply)
      const text = textOf(reply)
      const tail = text.length - text.trimEnd().length
      if (finishOf(reply) === 'length') {
        return tail > LONG_TAIL
          ? broken(`wrote ${tail} blanks up to the limit`)
          : inconclusive(`${LIMIT} tokens were not enough for the answer`)
      }
      return tail > LONG_TAIL ? broken(`wrote ${tail} blanks after its JSON`) : kept()
    },
  },
]

/** Enough to think a little, too. */
const LIMIT = 2000
const LONG_TAIL = 20
