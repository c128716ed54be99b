import { counted, excerpt, inCode, listed } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { capped, counting, SPELLINGS } from './_cap.ts'
import { BOTH, finishOf, isRefusal, STREAMED, textOf, WHOLE } from './_parts.ts'
import { answerTo, clearRefusal } from './_refusal.ts'
import type { Asker } from './asker.ts'
import { broken, ignored, inconclusive, kept, type Outcome, type Trial } from './trial.ts'

/** Of a count from 1 to 10: what comes before the stop text, and the stop text. */
const BEFORE = '5'
const STOP = ' 6, 7'

const CAP = 16
const tokensOf = ({ usage }: Reply) => usage?.completionTokens

/** Whether a cap was obeyed by an answer that would have gone on to 200; undefined where that cannot be told. */
function obeyed(reply: Reply): boolean | undefined {
  if (/\b200\b/.test(textOf(reply))) return false
  const tokens = tokensOf(reply)
  return finishOf(reply) === 'length' || (tokens !== undefined && tokens <= CAP) ? true : undefined
}

async function spellings(ask: Asker): Promise<Outcome> {
  const tries = [...SPELLINGS.map((one) => [one] as const), SPELLINGS]
  const honoured: string[] = []
  let unclear = false
  for (const words of tries) {
    const cap = Object.fromEntries(words.map((word) => [word, CAP]))
    const reply = await answerTo(ask, { messages: [counting(200)], ...cap })
    const did = isRefusal(reply) || reply.status >= 500 ? false : obeyed(reply)
    if (did === true) honoured.push(words.join(' with '))
    unclear ||= did === undefined
  }
  if (honoured.length > 0) return kept(`honours ${listed(honoured)}`)
  if (unclear) return inconclusive('the answers ended before the cap could be seen')
  return broken('honours neither max_tokens nor max_completion_tokens')
}

/**
 * What an answer to a count that was to end before the stop text comes to; undefined where it ended there. Who counts
 * without blanks or in lines never writes the stop text, and may go on.
 */
function past(text: string): Outcome | undefined {
  const bytes = excerpt(text)
  if (text.includes(STOP)) return ignored(`went on past the stop text ${inCode(STOP)}`, { bytes })
  if (!text.includes(BEFORE)) return inconclusive('the answer did not come near the stop text')
  const rest = text.slice(text.indexOf(BEFORE) + BEFORE.length).replace(/^,/, '')
  if (/^[\s,]*$/.test(rest)) return undefined
  if (!STOP.startsWith(rest.trimEnd())) return inconclusive('the stop text never came: the count is written otherwise')
  return broken(`let ${inCode(rest.trim())} of the stop text ${inCode(STOP)} through`, { bytes })
}

async function stops(ask: Asker, stop: string | string[]): Promise<Outcome> {
  const reply = await ask.chat({ messages: [counting(10)], stop })
  const text = textOf(reply)
  const found = past(text)
  if (found !== undefined) return found
  if (finishOf(reply) === 'stop') return kept()
  const bytes = excerpt(text)
  return broken(`ended at the stop text with the finish reason ${inCode(finishOf(reply))}`, { bytes })
}

/** What stop texts and caps on the answer promise. */
export const limitTrials: readonly Trial[] = [
  {
    id: 'stop.honoured',
    level: 'should',
    mode: 'sampled',
    needs: ['stop'],
    profiles: ['core'],
    ways: BOTH,
    promise: 'Ends before a stop text, given alone or as one of four.',
    hint: 'Cut the answer at the stop text yourself.',
    source: 'OpenAI API reference, stop: "The returned text will not contain the stop sequence"',
    blame: 'wire format',
    run: async (ask) => {
      const alone = await stops(ask, STOP)
      if (alone.is !== 'kept') return alone
      return stops(ask, ['<1>', '<2>', '<3>', STOP])
    },
  },
  {
    id: 'stop.stream-no-leak',
    level: 'should',
    mode: 'sampled',
    needs: ['stop'],
    profiles: ['core', 'strict'],
    ways: STREAMED,
    promise: 'Streams no beginning of a stop text.',
    hint: 'Hold back the last characters of a stream until it has ended.',
    source: 'OpenAI API reference, stop: "The returned text will not contain the stop sequence"',
    blame: 'wire format',
    run: async (ask) => past(textOf(await ask.chat({ messages: [counting(10)], stop: STOP }))) ?? kept(),
  },
  {
    id: 'max_tokens.one-spelling-works',
    level: 'must',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core', 'economics'],
    ways: WHOLE,
    promise: 'Honours max_tokens or max_completion_tokens.',
    hint: 'Count what is streamed, and abort where it is too much.',
    source: 'OpenAI API reference, max_completion_tokens; reasoning models refuse max_tokens',
    blame: 'wire format',
    run: spellings,
  },
  {
    id: 'max_tokens.minimum',
    level: 'may',
    mode: 'live',
    needs: ['chat'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Takes a cap of one token, or refuses it by name.',
    hint: 'Ask for 16 tokens or more.',
    source: 'OpenAI API reference, max_completion_tokens; measured: OpenRouter raises it to 16 before OpenAI',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await capped(ask, 1, { messages: [counting(10)] })
      const refused = clearRefusal(reply, /token/i, 'a cap of one token')
      if (refused !== undefined) return refused
      const tokens = tokensOf(reply)
      if (tokens === undefined) return inconclusive('the answer has no usage')
      if (tokens <= 1) return kept()
      return ignored(`answered with ${tokens} tokens where one was the cap`, { bytes: excerpt(textOf(reply)) })
    },
  },
  {
    id: 'max_tokens.oversized',
    level: 'may',
    mode: 'live',
    needs: ['chat'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Takes a cap that is too high for its lower one, or refuses it by name.',
    hint: 'Cap at what the model can write.',
    source: 'contract catalogue: clamp or 400, never a 5xx',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await capped(ask, 100_000_000, { messages: [counting(10)] })
      const refused = clearRefusal(reply, /token/i, 'a cap of 100,000,000 tokens')
      return refused ?? kept(`takes it, and answers with ${counted(tokensOf(reply) ?? 0, 'token')}`)
    },
  },
]
