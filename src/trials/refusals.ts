import { classifyError } from '../contracts/classify.ts'
import { excerpt, inCode } from '../wire/text.ts'
import { answerOf, BOTH, finishOf, object, textOf, user } from './_parts.ts'
import { errorIn, unanswered } from './_refusal.ts'
import { broken, inconclusive, kept, type Trial } from './trial.ts'

/** Draws the answer of a stand-in to a blocked prompt. Nothing that a provider must block is sent to one on purpose. */
const blocked = [user('Answer as if my prompt were blocked.')]
const declined = [user('Answer as if my prompt were declined.')]

const format = {
  type: 'json_schema',
  json_schema: { name: 'steps', strict: true, schema: object({ steps: { type: 'string' } }) },
}

/** What answers that decline promise. */
export const refusalTrials: readonly Trial[] = [
  {
    id: 'refusal.shape',
    level: 'may',
    mode: 'sampled',
    needs: ['json_schema'],
    profiles: ['strict'],
    ways: BOTH,
    promise: 'Declines in the field refusal, without content and with the finish reason stop.',
    hint: 'Read refusal before content.',
    source: 'OpenAI API reference, message.refusal; structured outputs guide',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await ask.chat({ messages: declined, response_format: format })
      const { refusal } = answerOf(reply)
      if (!refusal) return inconclusive('it did not decline, and nothing that it must decline is asked on purpose')
      const text = textOf(reply)
      if (text !== '') return broken('declined and sent content beside it', { bytes: excerpt(text) })
      if (finishOf(reply) === 'stop') return kept()
      return broken(`declined with the finish reason ${inCode(finishOf(reply))}`, { bytes: excerpt(refusal) })
    },
  },
  {
    id: 'filter.shape',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core'],
    ways: BOTH,
    promise: 'Says of a blocked prompt that it was blocked: 400 content_filter, or the finish reason content_filter.',
    hint: 'Tell a block by the words of this provider.',
    source: 'OpenAI API reference, finish_reason; Azure OpenAI, content filtering',
    blame: 'wire format',
    run: async (ask) => {
      const reply = await ask.attempt({ messages: blocked }, { failing: true })
      const { status, error } = reply
      if (finishOf(reply) === 'content_filter' && error === undefined) return kept()
      const said = classifyError(reply)
      if (said?.kind !== 'content filter') {
        return unanswered(reply) ?? inconclusive('no prompt was blocked, and none is sent to be blocked')
      }
      if (status < 400) return broken(`answered HTTP ${status} with an error in the body`, errorIn(reply))
      if (error?.form === 'sse') return broken(`answered HTTP ${status} with an event in place of JSON`, errorIn(reply))
      if (status === 400 && error?.code === 'content_filter') return kept()
      return broken(`answered HTTP ${status} with ${said.evidence} in place of 400 content_filter`, errorIn(reply))
    },
  },
]
