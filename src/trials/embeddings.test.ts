import { lacking, onEach, type Row } from './_table.test.kit.ts'
import { fails, useTrials, type Asked } from './_try.test.kit.ts'

useTrials()

type Vector = readonly number[]

/** The vector of a text: another one for each length. */
const vectorOf = (text: string, dimensions = 8): number[] =>
  Array.from({ length: dimensions }, (_, at) => Math.fround(Math.sin(text.length * (at + 1))))
const inputsIn = ({ body }: Asked): string[] => [body.input].flat()
const packed = (vector: Vector) => Buffer.from(new Float32Array(vector).buffer).toString('base64')

/** Vectors as the request wants them. */
function sends(asked: Asked, vectors: readonly Vector[]) {
  const data = vectors.map((vector, index) => {
    return { object: 'embedding', index, embedding: isBase64(asked) ? packed(vector) : vector }
  })
  return { body: { object: 'list', data, model: 'acme-e', usage: { prompt_tokens: 9, total_tokens: 9 } } }
}

const isBase64 = ({ body }: Asked) => body.encoding_format === 'base64'
const right = (asked: Asked) =>
  sends(
    asked,
    inputsIn(asked).map((text) => vectorOf(text, asked.body.dimensions)),
  )
const numbersOnly = (asked: Asked) => right({ ...asked, body: { ...asked.body, encoding_format: 'float' } })
const none = { models: { chat: 'acme-1' } }

const ordinary: readonly Row[] = [
  { by: 'an honest provider', verdict: 'kept', answer: right },
  {
    by: 'an entry without a model for it',
    verdict: 'inconclusive',
    answer: right,
    entry: none,
    reason: 'set ACME_EMBEDDING_MODEL',
  },
  { by: 'a refusal', verdict: 'broken', answer: () => fails(404, 'Not found'), reason: 'HTTP 404' },
  {
    by: 'a refusal that the entry declares',
    verdict: 'unsupported',
    answer: (asked) => (asked.body.model === 'acme-1' ? fails(404, 'Not found') : right(asked)),
    entry: { ...none, ...lacking('embeddings') },
  },
]

onEach('emb.dimensions-param', [
  ...ordinary,
  {
    by: 'half of a short vector',
    verdict: 'kept',
    answer: right,
    reason: '8 numbers, 4 on request',
  },
  {
    by: '256 of a long one',
    verdict: 'kept',
    answer: (asked) => sends(asked, [vectorOf('a', asked.body.dimensions ?? 1024)]),
    reason: '1024 numbers, 256 on request',
  },
  {
    by: 'a refusal of the parameter',
    verdict: 'kept',
    answer: (asked) => (asked.body.dimensions === undefined ? right(asked) : fails(400, 'no matryoshka')),
    reason: 'refused with HTTP 400: no matryoshka',
  },
  {
    by: 'a parameter that is taken in vain',
    verdict: 'broken',
    answer: (asked) => sends(asked, [vectorOf('a')]),
    reason: 'was asked for 4 dimensions and sent 8 numbers',
  },
  {
    by: 'a parameter that is taken in vain, as the entry declares',
    verdict: 'ignored',
    answer: (asked) => sends(asked, [vectorOf('a')]),
    entry: lacking('embedding_dimensions'),
  },
  {
    by: 'no vector at all',
    verdict: 'inconclusive',
    answer: () => ({ body: { data: [] } }),
    reason: 'it sent no vector of numbers',
  },
])

onEach('emb.base64-equals-float', [
  ...ordinary,
  {
    by: 'numbers in place of base64',
    verdict: 'broken',
    answer: numbersOnly,
    reason: 'was asked for base64 and sent something else',
  },
  {
    by: 'base64 in place of numbers',
    verdict: 'broken',
    answer: (asked) => right({ ...asked, body: { ...asked.body, encoding_format: 'base64' } }),
    reason: 'was asked for numbers and sent none',
  },
  {
    by: 'base64 of bytes',
    verdict: 'broken',
    answer: (asked) =>
      isBase64(asked) ? { body: { data: [{ embedding: Buffer.alloc(8).toString('base64') }] } } : right(asked),
    reason: 'sent 8 numbers, and base64 of 2',
  },
  {
    by: 'base64 of the other byte order',
    verdict: 'broken',
    answer: (asked) => {
      if (!isBase64(asked)) return right(asked)
      const swapped = Buffer.from(packed(vectorOf(inputsIn(asked)[0] ?? '')), 'base64').swap32()
      return { body: { data: [{ embedding: swapped.toString('base64') }] } }
    },
    reason: 'sent base64 that reads as other numbers',
  },
  {
    by: 'two answers that differ a little',
    verdict: 'inconclusive',
    answer: (asked) => sends(asked, [vectorOf('a').map((part) => (isBase64(asked) ? part * 1.0001 : part))]),
    reason: 'two answers of its own differ by',
  },
])

onEach('emb.sdk-default', [
  ...ordinary,
  { by: 'numbers for everyone, which the SDK takes as they are', verdict: 'kept', answer: numbersOnly },
  {
    by: 'base64 of bytes',
    verdict: 'broken',
    answer: (asked) =>
      isBase64(asked) ? { body: { data: [{ embedding: Buffer.alloc(8).toString('base64') }] } } : right(asked),
    reason: 'gave the SDK 2 numbers, and 8 to who asks for numbers',
  },
  {
    by: 'what the SDK cannot read',
    verdict: 'broken',
    answer: (asked) => (isBase64(asked) ? { body: { data: {} } } : right(asked)),
    reason: 'sent what the SDK cannot read',
  },
  {
    by: 'base64 that means something else',
    verdict: 'broken',
    answer: (asked) => sends(asked, [vectorOf('a').map((part, at) => (isBase64(asked) && at > 3 ? -part : part))]),
    reason: 'the SDK reads other numbers',
  },
  {
    by: 'a refusal of base64',
    verdict: 'broken',
    answer: (asked) => (isBase64(asked) ? fails(400, 'encoding_format must be float') : right(asked)),
    reason: 'refused what the SDK asks for with HTTP 400',
  },
  {
    by: 'a rate limit that meets the SDK',
    verdict: 'inconclusive',
    answer: (asked) =>
      isBase64(asked)
        ? { ...fails(429, 'slow down', 'rate_limit_exceeded'), headers: { 'x-should-retry': 'false' } }
        : right(asked),
    reason: 'the SDK said: 429',
  },
  {
    by: 'no vector at all',
    verdict: 'inconclusive',
    answer: () => ({ body: { data: [] } }),
    reason: 'no vector of numbers to compare with',
  },
])

onEach('emb.determinism', [
  ...ordinary,
  {
    by: 'another vector each time',
    verdict: 'broken',
    answer: (asked) =>
      sends(
        asked,
        inputsIn(asked).map((text) => vectorOf(text + '.'.repeat(asked.nth))),
      ),
    reason: 'asked twice, it sent two vectors',
  },
  {
    by: 'vectors that depend on what stands beside them',
    verdict: 'broken',
    answer: (asked) =>
      sends(
        asked,
        inputsIn(asked).map(() => vectorOf('.'.repeat(inputsIn(asked).length))),
      ),
    reason: 'it sent another vector for the text among others',
  },
  {
    by: 'a vector too few',
    verdict: 'inconclusive',
    answer: (asked) => sends(asked, [vectorOf('a')]),
    reason: 'did not send a vector of numbers for each input',
  },
])
