import { excerpt, inCode } from '../wire/text.ts'
import { capped, counting } from './_cap.ts'
import { BOTH, isRefusal, textOf, user, WHOLE } from './_parts.ts'
import { answerTo, clearRefusal, unanswered } from './_refusal.ts'
import { Refused } from './_no-answer.ts'
import type { Asker } from './asker.ts'
import { broken, ignored, inconclusive, kept, type Outcome, type Trial } from './trial.ts'

const question = user('Which city is the capital of France?')
const sentence = [user('Write one sentence about the sea.')]

/** Beyond what 64 bits with a sign hold. */
const OVERFLOW = 2 ** 63

async function overLimit(ask: Asker): Promise<Outcome> {
  await ask.chat({ messages: [question], logprobs: true, top_logprobs: 2 })
  for (const way of ['whole', 'streamed'] as const) {
    const reply = await ask.attempt({ messages: [question], logprobs: true, top_logprobs: 21 }, { failing: true, way })
    const open = unanswered(reply)
    if (open !== undefined) return open
    const what = `top_logprobs 21, ${way}`
    const refused = clearRefusal(reply, /logprobs/i, what)
    if (refused === undefined) return ignored(`accepted ${what}`, { bytes: excerpt(reply.text) })
    if (refused.is !== 'kept') return refused
    if (reply.status < 400) return broken(`refused ${what} with HTTP ${reply.status}`, { bytes: excerpt(reply.text) })
  }
  await ask.chat({ messages: [question] })
  return kept()
}

/** What the parameters of sampling promise. */
export const samplingTrials: readonly Trial[] = [
  {
    id: 'n.honoured-or-4xx',
    level: 'should',
    mode: 'live',
    needs: ['n'],
    profiles: ['core', 'economics'],
    ways: BOTH,
    promise: 'Gives as many choices as n asks for, or refuses n.',
    hint: 'Ask as often as you need choices.',
    source: 'OpenAI API reference, n: "How many chat completion choices to generate"',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await answerTo(ask, { messages: sentence, n: 2 })
      if (isRefusal(reply) && ask.target.lacks('n')) throw new Refused(reply)
      const refused = clearRefusal(reply, /\bn\b|choices?|candidate/i, 'n 2')
      if (refused !== undefined) return refused
      const { length } = reply.answers
      return length === 2 ? kept() : ignored(`answered with ${length} where n asked for 2`, { path: '$.choices' })
    },
  },
  {
    id: 'seed.accepted',
    level: 'may',
    mode: 'live',
    needs: ['seed'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Takes a seed, and does not break on one that is too large.',
    hint: 'Send no seed to this provider.',
    source: 'OpenAI API reference, seed: an integer of 64 bits',
    blame: 'wire format',
    run: async (ask) => {
      await ask.chat({ messages: [question], seed: 42 })
      const reply = await answerTo(ask, { messages: [question], seed: OVERFLOW })
      return clearRefusal(reply, /seed/i, 'a seed of 2^63') ?? kept('takes even a seed of 2^63')
    },
  },
  {
    id: 'seed.reproducible',
    level: 'may',
    mode: 'sampled',
    needs: ['seed'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Answers the same to the same request with the same seed.',
    hint: 'Compare facts of an answer, never its text.',
    source: 'OpenAI API reference, seed: "a best effort to sample deterministically"',
    blame: 'model',
    run: async (ask) => {
      const body = { messages: [user(`Write one sentence about the sea and the word ${ask.nonce()}.`)], seed: 42 }
      const [one, other] = [textOf(await ask.chat(body)), textOf(await ask.chat(body))]
      if (one === '') return inconclusive('the answer is empty')
      if (one === other) return kept()
      return broken(`answered ${inCode(one, 40)}, and then ${inCode(other, 40)}`)
    },
  },
  {
    id: 'logprobs.over-limit',
    level: 'may',
    mode: 'live',
    needs: ['logprobs'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Refuses more than 20 top_logprobs by name, whole and streamed, and answers on.',
    hint: 'Ask for 20 at the most.',
    source: 'OpenAI API reference, top_logprobs: between 0 and 20',
    blame: 'wire format',
    run: overLimit,
  },
  {
    id: 'logit_bias.effect',
    level: 'may',
    mode: 'sampled',
    needs: ['logit_bias'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Lets logit_bias force a token.',
    hint: 'Say in the prompt which words to use.',
    source: 'OpenAI API reference, logit_bias: 100 "should result in exclusive selection of the relevant token"',
    blame: 'wire format',
    run: async (ask) => {
      // Whatever token 1000 is, an answer of nothing else does not count.
      const reply = await capped(ask, 16, { messages: [counting(10)], logit_bias: { 1000: 100 } })
      if (isRefusal(reply)) throw new Refused(reply)
      const text = textOf(reply)
      if (text === '') return inconclusive('the answer is empty')
      if (!/(?<!\d)1\D{0,4}2\D{0,4}3/.test(text)) return kept()
      return ignored('answered as if there were no logit_bias', { bytes: excerpt(text) })
    },
  },
]
