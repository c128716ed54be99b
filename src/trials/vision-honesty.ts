import { excerpt } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { answerTo, noModel } from './_honest.ts'
import { png } from './_media.ts'
import { BOTH, isRefusal, textOf, user, wordsOf } from './_parts.ts'
import { colourOf, names, seer, showing, WHICH } from './_vision.ts'
import { broken, ignored, inconclusive, kept, type Evidence, type Trial } from './trial.ts'

const base = { mode: 'live', ways: BOTH } as const satisfies Partial<Trial>

/** What is promised of images besides seeing them. */
export const visionHonestyTrials: readonly Trial[] = [
  {
    ...base,
    id: 'vision.detail',
    level: 'may',
    needs: ['vision'],
    profiles: ['strict'],
    promise: 'Takes `detail` beside an image, and either takes or refuses an image_url that is plain text.',
    hint: 'Write image_url as an object, and leave `detail` out for this provider.',
    source: 'OpenAI API reference, image_url.detail: auto, low or high',
    blame: 'wire format',
    run: async (ask) => {
      const model = seer(ask)
      if (model === undefined) return noModel(ask, 'vision')
      const colour = colourOf(ask)
      const url = png(colour)
      const detailed = await ask.chat({ model, messages: [showing(WHICH, { url, detail: 'low' })] })
      if (!names(detailed, colour)) {
        return broken(`did not see an image that came with detail "low"`, { bytes: excerpt(textOf(detailed)) })
      }
      const stream = ask.way === 'streamed' ? { stream: true } : {}
      const messages = [showing(WHICH, url)]
      const plain = await answerTo(ask, 'POST', '/chat/completions', { model, ...stream, messages })
      if (isRefusal(plain)) return kept(`refuses image_url as text with HTTP ${plain.status}`)
      if (plain.status >= 500) return broken(`answered HTTP ${plain.status} to an image_url that is plain text`)
      if (names(plain, colour)) return kept('takes image_url as text too')
      return ignored('took an image_url that is plain text and did not see it', { bytes: excerpt(textOf(plain)) })
    },
  },
  {
    ...base,
    id: 'vision.unsupported-is-4xx',
    level: 'must',
    needs: ['chat'],
    profiles: ['core', 'strict'],
    promise: 'Refuses an image with 4xx where the model cannot see.',
    hint: 'Do not send images to this model: it answers as if there were none, or breaks.',
    source: 'measured: DeepSeek answers 400, llama.cpp 500, gateways drop the image (0xPlaygrounds/rig#2354)',
    blame: 'wire format',
    run: async (ask) => {
      const { model, models } = ask.target
      if (models.vision === model) return inconclusive('the chat model is the one that sees')
      const colour = colourOf(ask)
      const stream = ask.way === 'streamed' ? { stream: true } : {}
      const messages = [showing(WHICH, { url: png(colour) })]
      const reply = await answerTo(ask, 'POST', '/chat/completions', { model, ...stream, messages })
      if (isRefusal(reply)) return kept()
      if (reply.status >= 500) {
        return broken(`answered HTTP ${reply.status} to an image: ${excerpt(wordsOf(reply), 100)}`)
      }
      if (names(reply, colour)) return inconclusive('the chat model sees')
      return broken('dropped the image and answered without it', { bytes: excerpt(textOf(reply)) })
    },
  },
  {
    ...base,
    id: 'vision.tokens-counted',
    level: 'may',
    needs: ['vision'],
    profiles: ['economics'],
    promise: 'Counts more prompt tokens where an image is sent.',
    hint: 'Estimate the tokens of images yourself where a bill depends on them.',
    source: 'OpenAI API reference, usage.prompt_tokens',
    blame: 'gateway',
    run: async (ask) => {
      const model = seer(ask)
      if (model === undefined) return noModel(ask, 'vision')
      const more = ask.way === 'streamed' ? { stream_options: { include_usage: true } } : {}
      const bare = await ask.chat({ model, messages: [user(WHICH)], ...more })
      const shown = await ask.chat({ model, messages: [showing(WHICH, { url: png(colourOf(ask)) })], ...more })
      const [less, most] = [bare.usage?.promptTokens, shown.usage?.promptTokens]
      if (less === undefined || most === undefined) return inconclusive('it sent no count of prompt tokens')
      if (most > less) return kept(`${most - less} tokens for an image of 32 x 32 pixels`)
      return broken(`counted ${most} prompt tokens with an image and ${less} without`, at(shown))
    },
  },
]

const at = ({ usage }: Reply): Evidence => (usage === undefined ? {} : { path: `${usage.path}.prompt_tokens` })
