import type { Json } from '../wire/exchange.ts'
import { isRecord } from '../wire/guards.ts'
import { excerpt } from '../wire/text.ts'
import { granted, modelFor, noModel, refusedHonestly } from './_honest.ts'
import { pdf, wav } from './_media.ts'
import { BOTH, isRefusal, textOf, user, WHOLE } from './_parts.ts'
import { Refused } from './_no-answer.ts'
import { broken, ignored, kept, type Trial } from './trial.ts'

const NUMBERS = ['zero', 'one', 'two', 'three', 'four', 'five'] as const

/** What is promised of sounds and documents. */
export const mediaTrials: readonly Trial[] = [
  {
    id: 'audio.input',
    level: 'may',
    mode: 'sampled',
    needs: ['audio'],
    profiles: ['core'],
    ways: BOTH,
    promise: 'Hears a recording that comes as input_audio.',
    hint: 'Send the recording in the form that is noted, or have it transcribed first.',
    source: 'OpenAI API reference, input_audio: base64; measured: Qwen-Omni takes a data URI (pydantic/pydantic-ai)',
    blame: 'model',
    run: async (ask) => {
      const model = modelFor(ask, 'audio', 'audio')
      if (model === undefined) return noModel(ask, 'audio')
      const beeps = 2 + (ask.sample % 4)
      const base64 = wav(beeps).toString('base64')
      const question = { type: 'text', text: 'How many beeps do you hear? Answer with one digit.' }
      const heard = (data: string) => {
        const sound: Json = { type: 'input_audio', input_audio: { data, format: 'wav' } }
        return ask.attempt({ model, messages: [user([question, sound])] })
      }
      const plain = await heard(base64)
      const reply = isRefusal(plain) ? await heard(`data:audio/wav;base64,${base64}`) : plain
      if (isRefusal(reply)) throw new Refused(plain)
      const said =
        textOf(reply)
          .toLowerCase()
          .match(/\d+|[a-z]+/g) ?? []
      const counts = said.flatMap((word) =>
        /\d/.test(word) ? Number(word) : NUMBERS.findIndex((name) => name === word),
      )
      const numbers = counts.filter((count) => count >= 0)
      if (numbers.length > 0 && numbers.every((number) => number === beeps)) {
        return kept(reply === plain ? 'takes base64' : 'takes a data URI, no bare base64')
      }
      return broken(`was sent ${beeps} beeps and did not count them`, { bytes: excerpt(textOf(reply)) })
    },
  },
  {
    id: 'audio.transcription',
    level: 'may',
    mode: 'live',
    needs: ['transcription'],
    profiles: ['core'],
    ways: WHOLE,
    promise: 'Transcribes a recording as JSON with `text`, and as bare text.',
    hint: 'Ask for json alone, and read `text`.',
    source: 'OpenAI API reference, create transcription, response_format',
    blame: 'wire format',
    run: async (ask) => {
      const model = modelFor(ask, 'transcription', 'transcription')
      if (model === undefined) return noModel(ask, 'transcription')
      const transcribed = (format: string) => {
        const form = new FormData()
        form.set('file', new File([new Uint8Array(wav(2))], 'beeps.wav', { type: 'audio/wav' }))
        form.set('model', model)
        form.set('response_format', format)
        return granted(ask, 'POST', '/audio/transcriptions', form)
      }
      const asJson = await transcribed('json')
      if (!isRecord(asJson.json) || typeof asJson.json.text !== 'string') {
        return broken('was asked for JSON and sent none with a `text`', { path: '$.text', bytes: excerpt(asJson.text) })
      }
      const asText = await transcribed('text')
      if (!isRecord(asText.json)) return kept()
      return broken('was asked for bare text and sent JSON', { bytes: excerpt(asText.text) })
    },
  },
  {
    id: 'file.pdf-input',
    level: 'may',
    mode: 'sampled',
    needs: ['pdf'],
    profiles: ['rag'],
    ways: BOTH,
    promise: 'Reads a PDF that comes as a part of type file, or refuses it.',
    hint: 'Extract the text yourself, and send it as text.',
    source: 'OpenAI API reference, file content part; measured: DashScope and Azure refuse it (pydantic/pydantic-ai)',
    blame: 'gateway',
    run: async (ask) => {
      const word = ask.nonce()
      const file_data = `data:application/pdf;base64,${pdf(`The code word is ${word}`).toString('base64')}`
      const question = 'Which code word does the document name? Answer with the word alone.'
      const parts = [
        { type: 'file', file: { filename: 'note.pdf', file_data } },
        { type: 'text', text: question },
      ]
      const { models, model } = ask.target
      const reply = await ask.attempt({ model: models.vision ?? model, messages: [user(parts)] })
      if (isRefusal(reply)) return refusedHonestly(ask, reply, 'pdf')
      if (textOf(reply).includes(word)) return kept()
      return ignored(`took a PDF and did not read ${word} in it`, { bytes: excerpt(textOf(reply)) })
    },
  },
]
