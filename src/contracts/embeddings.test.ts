import { describe, expect, test } from 'vitest'
import { corpusBreaks, hasCorpus, saidOf, testSeeds } from './_areas.test.kit.ts'
import { embeddingsContracts } from './embeddings.ts'
import { embeddingsSeeds } from './embeddings.seeds.ts'
import { readReply } from '../wire/reply.ts'
import { whole } from './seed.ts'

testSeeds(embeddingsContracts, embeddingsSeeds)

test('every breach says what was sent and where', () => {
  expect(embeddingsSeeds.map(saidOf)).toMatchInlineSnapshot(`
    [
      "emb.envelope: left out \`object\` @ $.object",
      "emb.index-order: sent 1 as \`index\`, not 0 @ $.data[0].index",
      "emb.dimensions-constant: sent a vector of 3 numbers, not 2 as the request names @ $.data[1].embedding",
      "emb.usage: left out \`prompt_tokens\` @ $.usage.prompt_tokens",
    ]
  `)
})

test('vectors are counted in base64, quantised ones and single inputs left alone', () => {
  const embedding = Buffer.from(new Float32Array([0.5, 0.25, 0.125]).buffer).toString('base64')
  const body = { object: 'list', data: [{ object: 'embedding', index: 0, embedding }], model: 'acme-1' }
  const judged = (ask: object) => {
    const reply = readReply(whole(body, { path: '/embeddings', ask: { ...ask } }))
    return embeddingsContracts
      .filter(({ id, applies }) => id !== 'emb.usage' && applies(reply))
      .map(({ id, check }) => [id, check(reply)?.says])
  }
  expect(judged({ input: 'Hi', encoding_format: 'base64', dimensions: 3 })).toEqual([
    ['emb.envelope', undefined],
    ['emb.index-order', undefined],
    ['emb.dimensions-constant', undefined],
  ])
  expect(judged({ input: [1, 2, 3], dimensions: 2 }).at(-1)?.[1]).toMatchInlineSnapshot(
    `"sent a vector of 3 numbers, not 2 as the request names"`,
  )
  expect(judged({ input: [[1], [2]], encoding_format: 'ubinary' })).toMatchInlineSnapshot(`
    [
      [
        "emb.envelope",
        undefined,
      ],
      [
        "emb.index-order",
        "sent 1 embedding for 2 inputs",
      ],
    ]
  `)
})

describe('in the corpus of recorded traffic', () => {
  test('these providers break a must or a should, OpenAI none', ({ skip }) => {
    skip(!hasCorpus, 'NOT CHECKED: no ../shared/corpus beside the repository')
    const found = corpusBreaks(embeddingsContracts, ['must', 'should'])
    expect(
      Object.values(found).filter((names) => names.split(', ').some((name) => name.startsWith('openai '))),
    ).toEqual([])
    expect(found).toMatchInlineSnapshot(`
      {
        "emb.envelope": "copilot 1",
      }
    `)
  })
})
