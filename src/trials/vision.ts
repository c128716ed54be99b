import { excerpt } from '../wire/text.ts'
import { noModel, refusedHonestly } from './_honest.ts'
import { COLOURS, png } from './_media.ts'
import { assistant, BOTH, isRefusal, textOf } from './_parts.ts'
import { coloursIn, colourOf, names, seer, showing, WHICH } from './_vision.ts'
import { broken, ignored, kept, type Trial } from './trial.ts'

const base = { mode: 'sampled', profiles: ['core'], ways: BOTH, blame: 'model' } as const satisfies Partial<Trial>

/** What is promised of a model that sees. */
export const visionTrials: readonly Trial[] = [
  {
    ...base,
    id: 'vision.data-uri',
    level: 'must',
    needs: ['vision'],
    promise: 'Sees an image that comes as a base64 data URI.',
    hint: 'Look whether a client or a gateway flattens the parts of the message and drops the image.',
    source: 'OpenAI API reference, image_url: "either a URL of the image or the base64 encoded image data"',
    run: async (ask) => {
      const model = seer(ask)
      if (model === undefined) return noModel(ask, 'vision')
      const colour = colourOf(ask)
      const reply = await ask.chat({ model, messages: [showing(WHICH, { url: png(colour) })] })
      if (names(reply, colour)) return kept()
      return broken(`was shown a ${colour} image and did not say so`, { bytes: excerpt(textOf(reply)) })
    },
  },
  {
    ...base,
    id: 'vision.url',
    level: 'should',
    needs: ['vision', 'vision_url'],
    promise: 'Sees an image that comes as a URL, or refuses it.',
    hint: 'Fetch the image yourself and send it as a data URI: not every server can reach the network.',
    source: "OpenAI API reference, image_url; measured: servers of one's own cannot fetch, llama.cpp answers 500",
    run: async (ask) => {
      const model = seer(ask)
      if (model === undefined) return noModel(ask, 'vision')
      const colour = colourOf(ask)
      const hex = COLOURS[colour].map((part) => part.toString(16).padStart(2, '0')).join('')
      const url = `https://placehold.co/64x64/${hex}/${hex}.png`
      const reply = await ask.attempt({ model, messages: [showing(WHICH, { url })] })
      if (isRefusal(reply)) return refusedHonestly(ask, reply, 'vision_url')
      if (names(reply, colour)) return kept()
      return ignored(`took the URL of a ${colour} image and did not see it`, { bytes: excerpt(textOf(reply)) })
    },
  },
  {
    ...base,
    id: 'vision.multi-image',
    level: 'may',
    needs: ['vision'],
    promise: 'Keeps two images of two turns apart.',
    hint: 'Send all images again with the last question.',
    source: 'OpenAI API reference, messages: each message of the user may hold images',
    run: async (ask) => {
      const model = seer(ask)
      if (model === undefined) return noModel(ask, 'vision')
      const [one, two] = [colourOf(ask), colourOf(ask, 1)]
      const first = showing(WHICH, { url: png(one) })
      const reply = await ask.chat({ model, messages: [first] })
      if (!names(reply, one))
        return broken(`did not see the first image, which is ${one}`, { bytes: excerpt(textOf(reply)) })
      const both =
        'Which colour has each of the two images? Answer with two words: first the first image, then this one.'
      const second = await ask.chat({
        model,
        messages: [first, assistant(textOf(reply)), showing(both, { url: png(two) })],
      })
      if (coloursIn(second).join(' ') === `${one} ${two}`) return kept()
      return broken(`was shown ${one}, then ${two}, and said otherwise`, { bytes: excerpt(textOf(second)) })
    },
  },
]
