import { counted, excerpt, inCode } from '../wire/text.ts'
import { capped, counting } from './_cap.ts'
import { judgeSilence, paceOf, seconds } from './_pace.ts'
import { finishOf, isRefusal, STREAMED, textOf, user } from './_parts.ts'
import { errorIn, unanswered } from './_refusal.ts'
import { Refused } from './_no-answer.ts'
import { broken, inconclusive, kept, type Outcome, type Trial } from './trial.ts'
import type { Reply } from '../wire/types.ts'

/** Characters of an answer that is long enough to be streamed: about 150 tokens. */
const LONG = 600
/** Share of the whole time over which the text must be spread. */
const SPREAD = 0.1

/** Whether a stream came as it was written. */
function incremental(reply: Reply): Outcome {
  const { at, length } = paceOf(reply)
  if (length < LONG) return inconclusive(`the answer is too short to tell: ${counted(length, 'character')}`)
  const [first = 0, last = 0] = [at[0], at.at(-1)]
  const spread = last === 0 ? 0 : (last - first) / last
  const note = `${counted(at.length, 'event')} with text over ${seconds(last - first)} of ${seconds(last)}`
  return at.length > 1 && spread > SPREAD ? kept(note) : broken(`sent its answer in one go: ${note}`)
}

function finishes(whole: Reply, streamed: Reply): Outcome {
  for (const reply of [whole, streamed]) if (isRefusal(reply)) throw new Refused(reply)
  const [one, other] = [finishOf(whole), finishOf(streamed)]
  if (one === other) return kept()
  return broken(`finished with ${inCode(one)} whole and with ${inCode(other)} streamed`, {
    bytes: excerpt(textOf(streamed)),
  })
}

/** What streams promise beside their form. */
export const streamTrials: readonly Trial[] = [
  {
    id: 'stream.preflight-error-is-http',
    level: 'must',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core'],
    ways: STREAMED,
    promise: 'Refuses a streamed request that is wrong with a status and JSON, before the stream begins.',
    hint: 'Look for an error in the first event of every stream.',
    source: 'OpenAI API: a request is checked before its stream begins',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await ask.attempt({ messages: [] }, { failing: true })
      const open = unanswered(reply)
      if (open !== undefined) return open
      if (reply.status >= 400) {
        return reply.error?.form === 'sse' ? broken('sent the error as an event', errorIn(reply)) : kept()
      }
      if (reply.error === undefined) return inconclusive('it did not refuse a request without messages')
      return broken(`began a stream with HTTP ${reply.status} and refused the request inside`, errorIn(reply))
    },
  },
  {
    id: 'stream.incremental',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core'],
    ways: STREAMED,
    promise: 'Streams a long answer while it is written.',
    hint: 'Look for a proxy that buffers, and turn its buffering off.',
    source: 'contract catalogue: text over more than a tenth of the time; EveryTalk#4',
    blame: 'infrastructure',
    run: async (ask) => incremental(await ask.chat({ messages: [counting(200)] })),
  },
  {
    id: 'stream.idle-gap',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core'],
    ways: STREAMED,
    promise: 'Is never silent for more than 30 seconds; a keep-alive counts as a sound.',
    hint: 'Raise the idle timeout of your proxies above the longest silence.',
    source: 'proxies cut silent connections after 30 to 60 seconds; DeepSeek documents keep-alive comments',
    blame: 'infrastructure',
    run: async (ask) => judgeSilence(await ask.chat({ messages: [counting(60)] })),
  },
  {
    id: 'stream.parity.finish',
    level: 'should',
    mode: 'sampled',
    needs: ['chat'],
    profiles: ['core'],
    ways: STREAMED,
    promise: 'Finishes a stream for the reason for which it finishes a whole answer.',
    hint: 'Take the finish reason of one way only for granted.',
    source: 'OpenAI API reference, finish_reason; BerriAI/litellm#12481',
    blame: 'gateway',
    run: async (ask) => {
      const messages = [user(`Reply with exactly this word and nothing else: ${ask.nonce()}`)]
      const ended = finishes(await ask.chat({ messages }, { way: 'whole' }), await ask.chat({ messages }))
      if (ended.is !== 'kept') return ended
      const long = { messages: [counting(200)] }
      return finishes(await capped(ask, 16, long, { way: 'whole' }), await capped(ask, 16, long))
    },
  },
  {
    id: 'stream.parity.content',
    level: 'may',
    mode: 'sampled',
    needs: ['seed'],
    profiles: ['strict'],
    ways: STREAMED,
    promise: 'Streams the text that it gives whole.',
    hint: 'Compare facts of an answer, never its text.',
    source: 'contract catalogue: rate of equal texts with a seed',
    blame: 'model',
    run: async (ask) => {
      const body = { messages: [counting(20)], seed: 42 }
      const [whole, streamed] = [
        textOf(await ask.chat(body, { way: 'whole' })).trim(),
        textOf(await ask.chat(body)).trim(),
      ]
      if (whole === '') return inconclusive('the whole answer is empty')
      if (whole === streamed) return kept()
      return broken(`streamed ${inCode(streamed, 40)}, and gave ${inCode(whole, 40)} whole`)
    },
  },
]
