import { excerpt, inCode } from '../wire/text.ts'
import { noModel } from './_honest.ts'
import { isRefusal, WHOLE } from './_parts.ts'
import { cosine, decoded, embed, embedder, numbersIn, SAME, vectorsIn } from './_vectors.ts'
import { broken, ignored, inconclusive, kept, type Evidence, type Outcome, type Trial } from './trial.ts'
import { refusedHonestly } from './_honest.ts'

const INPUT = 'The lighthouse keeper counts the ships that pass at night.'

const base = {
  level: 'should',
  mode: 'live',
  needs: ['embeddings'],
  profiles: ['rag'],
  ways: WHOLE,
  source: 'OpenAI API reference, create embeddings',
  blame: 'wire format',
} as const satisfies Partial<Trial>

/** What is promised of vectors. */
export const embeddingTrials: readonly Trial[] = [
  {
    ...base,
    id: 'emb.dimensions-param',
    needs: ['embeddings', 'embedding_dimensions'],
    promise: 'Gives vectors of the length that `dimensions` names, or refuses it.',
    hint: 'Leave `dimensions` out, and make the index as long as the vectors that come.',
    source: 'OpenAI API reference, create embeddings, dimensions; measured: some providers ignore it',
    run: async (ask) => {
      const model = embedder(ask)
      if (model === undefined) return noModel(ask, 'embedding')
      const native = numbersIn(await embed(ask, { model, input: INPUT, encoding_format: 'float' }))?.[0]?.length
      if (native === undefined) return inconclusive('it sent no vector of numbers')
      const dimensions = native > 256 ? 256 : Math.ceil(native / 2)
      const body = { model, input: INPUT, encoding_format: 'float', dimensions }
      const reply = await ask.send('POST', '/embeddings', body)
      if (isRefusal(reply)) return refusedHonestly(ask, reply, 'embedding_dimensions')
      const length = numbersIn(reply)?.[0]?.length
      if (length === dimensions) return kept(`${native} numbers, ${dimensions} on request`)
      return ignored(`was asked for ${dimensions} dimensions and sent ${length ?? 'no'} numbers`, AT)
    },
  },
  {
    ...base,
    id: 'emb.base64-equals-float',
    promise: 'Means the same by base64 as by numbers: float32, little-endian.',
    hint: 'Ask for encoding_format float, and say so to the SDK.',
    source: 'OpenAI API reference, create embeddings, encoding_format; measured: Perplexity sends int8',
    run: async (ask) => {
      const model = embedder(ask)
      if (model === undefined) return noModel(ask, 'embedding')
      const numbers = numbersIn(await embed(ask, { model, input: INPUT, encoding_format: 'float' }))?.[0]
      if (numbers === undefined) return broken('was asked for numbers and sent none', AT)
      const [text] = vectorsIn(await embed(ask, { model, input: INPUT, encoding_format: 'base64' }))
      if (typeof text !== 'string')
        return ignored('was asked for base64 and sent something else', { ...AT, ...shown(text) })
      const read = decoded(text)
      if (read.length !== numbers.length) {
        return broken(`sent ${numbers.length} numbers, and base64 of ${read.length}`, AT)
      }
      const apart = Math.max(...numbers.map((number, at) => Math.abs(number - (read[at] ?? Infinity))))
      if (apart <= 1e-6) return kept()
      if (cosine(numbers, read) >= SAME)
        return inconclusive(`two answers of its own differ by ${apart.toExponential(1)}`)
      return broken(`sent base64 that reads as other numbers, up to ${apart.toExponential(1)} apart`, AT)
    },
  },
  {
    ...base,
    id: 'emb.sdk-default',
    level: 'must',
    promise: 'Gives the official SDK, which asks for base64 unasked, the vectors that numbers give.',
    hint: 'Pass encoding_format: "float" to the SDK for this provider.',
    source: 'openai/openai-node: embeddings are asked for as base64 and decoded unless the caller names a format',
    run: async (ask) => {
      const model = embedder(ask)
      if (model === undefined) return noModel(ask, 'embedding')
      const numbers = numbersIn(await embed(ask, { model, input: INPUT, encoding_format: 'float' }))?.[0]
      if (numbers === undefined) return inconclusive('it sent no vector of numbers to compare with')
      const client = ask.target.client()
      let vector: readonly number[]
      try {
        vector = (await client.embeddings.create({ model, input: INPUT })).data[0]?.embedding ?? []
      } catch (error) {
        if (error instanceof TypeError)
          return broken(`sent what the SDK cannot read: ${error.message}`, { path: '$.data' })
        const { status, message } = error as { readonly status?: number; readonly message?: string }
        if (status === undefined || status === 429 || status >= 500) return inconclusive(`the SDK said: ${message}`)
        return broken(`refused what the SDK asks for with HTTP ${status}: ${excerpt(message ?? '')}`)
      }
      if (vector.length !== numbers.length) {
        return broken(`gave the SDK ${vector.length} numbers, and ${numbers.length} to who asks for numbers`, AT)
      }
      return alike(numbers, vector, 'the SDK reads other numbers than those that come as numbers')
    },
  },
  {
    ...base,
    id: 'emb.determinism',
    promise: 'Gives the same vector for the same text, alone and among others.',
    hint: 'Keep the vectors that you have; do not compare them with newly made ones.',
    blame: 'model',
    run: async (ask) => {
      const model = embedder(ask)
      if (model === undefined) return noModel(ask, 'embedding')
      const of = async (input: readonly string[]) =>
        numbersIn(await embed(ask, { model, input: [...input], encoding_format: 'float' }))
      const [once, again, among] = [await of([INPUT]), await of([INPUT]), await of(['A cat.', INPUT, 'The harbour.'])]
      const [first, second, third] = [once?.[0], again?.[0], among?.[1]]
      if (first === undefined || second === undefined || third === undefined) {
        return inconclusive('it did not send a vector of numbers for each input')
      }
      const twice = alike(first, second, 'asked twice, it sent two vectors')
      return twice.is === 'kept' ? alike(first, third, 'it sent another vector for the text among others') : twice
    },
  },
]

const AT: Evidence = { path: '$.data[0].embedding' }

const shown = (value: unknown) => ({ bytes: inCode(value) })

function alike(one: readonly number[], other: readonly number[], why: string): Outcome {
  const angle = cosine(one, other)
  return angle >= SAME ? kept() : broken(`gave vectors that are not alike: ${why}, cosine ${angle.toFixed(4)}`, AT)
}
