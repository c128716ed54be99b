import { describe, expect, test } from 'vitest'
import { corpusBreaks, hasCorpus, saidOf, testSeeds } from './_areas.test.kit.ts'
import { embeddingsContracts } from './embeddings.ts'
import { embeddingsSeeds, vectors } from './embeddings.seeds.ts'
import { judge } from './judge.ts'
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

test('other answers: what breaks each contract, what keeps it, and what tells nothing', () => {
  const [one, two] = [0, 1].map((index) => ({ object: 'embedding', index, embedding: [0.5, 0.25] }))
  const others = {
    'emb.envelope': [
      vectors({ data: null }),
      vectors({ model: '' }),
      vectors({ data: [null] }),
      vectors({ data: [one, { ...two, object: 'vector' }] }),
      whole([], { path: '/embeddings' }),
      vectors({}, {}, 300),
      vectors({ error: { message: 'No.' } }),
    ],
    'emb.index-order': [
      vectors({ data: [one, null] }),
      vectors({}, { input: 'Hello' }),
      vectors({}, { input: [1, 2] }),
      vectors({}, { input: ['Hello'] }),
      vectors({}, { input: [[1], [2], [3]] }),
      vectors({}, { input: [{ type: 'text', text: 'Hello' }] }),
      vectors({}, { input: [] }),
      vectors({ data: [] }),
    ],
    'emb.dimensions-constant': [
      vectors({ data: [one, { ...two, embedding: [0.5] }] }),
      vectors({ data: [{ ...one, embedding: [] }, two] }),
      vectors({ data: [{ ...one, embedding: null }, two] }),
      vectors({}, { dimensions: 0 }),
      vectors({}, { dimensions: '3' }),
      vectors({ data: [null] }),
      vectors({}, { dimensions: 3, output_dtype: 'int8' }),
      vectors({}, { dimensions: 3, encoding_format: 'binary' }),
    ],
    'emb.usage': [
      vectors({ usage: null }),
      vectors({ usage: { prompt_tokens: 0, total_tokens: 0 } }),
      vectors({ usage: { prompt_tokens: 4, total_tokens: 5 } }),
    ],
  }
  const said = Object.entries(others).map(([contract, all]) => all.map((defect) => saidOf({ contract, defect })))
  expect(said.flat()).toMatchInlineSnapshot(`
    [
      "emb.envelope: sent null as \`data\`, not an array @ $.data",
      "emb.envelope: sent "" as \`model\`, not a non-empty string @ $.model",
      "emb.envelope: sent null as $.data[0] @ $.data[0]",
      "emb.envelope: sent "vector" as \`object\`, not "embedding" @ $.data[1].object",
      "emb.envelope: sent an array of 0 in place of an object @ $",
      "emb.envelope: unchecked",
      "emb.envelope: unchecked",
      "emb.index-order: left out \`index\` @ $.data[1].index",
      "emb.index-order: sent 2 embeddings for 1 input @ $.data",
      "emb.index-order: sent 2 embeddings for 1 input @ $.data",
      "emb.index-order: sent 2 embeddings for 1 input @ $.data",
      "emb.index-order: sent 2 embeddings for 3 inputs @ $.data",
      "emb.index-order: kept",
      "emb.index-order: kept",
      "emb.index-order: sent 0 embeddings for 2 inputs @ $.data",
      "emb.dimensions-constant: sent a vector of 1 numbers, not 2 as of the first @ $.data[1].embedding",
      "emb.dimensions-constant: sent a vector without a number @ $.data[0].embedding",
      "emb.dimensions-constant: kept",
      "emb.dimensions-constant: kept",
      "emb.dimensions-constant: kept",
      "emb.dimensions-constant: unchecked",
      "emb.dimensions-constant: unchecked",
      "emb.dimensions-constant: unchecked",
      "emb.usage: sent null as \`usage\`, not an object @ $.usage",
      "emb.usage: sent 0 as \`prompt_tokens\`, not an integer from 1 @ $.usage.prompt_tokens",
      "emb.usage: sent 5 as \`total_tokens\`, not the 4 of the prompt @ $.usage.total_tokens",
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

test('emb.envelope is broken by what is no vector, also where the vectors are quantised', () => {
  const said = (embedding: unknown, ask: object) => {
    const data = [{ object: 'embedding', index: 0, embedding }]
    const verdicts = judge(whole({ object: 'list', data, model: 'acme-1' }, { path: '/embeddings', ask: { ...ask } }))
    return verdicts.find(({ contract }) => contract === 'emb.envelope')?.breach?.says
  }
  for (const ask of [{ input: ['Hello'] }, { input: ['Hello'], encoding_format: 'ubinary' }]) {
    expect([undefined, null, ['a', null], 'n o'].map((embedding) => said(embedding, ask))).toEqual([
      'sent nothing as $.data[0].embedding, where an array or base64 should stand',
      'sent null as $.data[0].embedding, where an array or base64 should stand',
      'sent "a" as $.data[0].embedding[0], where a finite number should stand',
      'sent a string that is not base64, as $.data[0].embedding',
    ])
  }
})

test.each([
  ['<html></html>', 'sent a page of HTML or XML in place of JSON'],
  ['[]', 'sent an array of 0 in place of an object'],
  ['data: {}\n\n', 'sent an event stream in place of an object'],
])('emb.envelope is broken by %j', (body, says) => {
  const verdicts = judge(whole(body, { path: '/embeddings', ask: { input: 'Hi' } }))
  expect(verdicts.find(({ contract }) => contract === 'emb.envelope')?.breach?.says).toBe(says)
})

test('an answer without vectors is missing those of its inputs', () => {
  const judged = (ask: object) =>
    judge(whole({ object: 'list', data: [], model: 'acme-1' }, { path: '/embeddings', ask: { ...ask } })).flatMap(
      ({ contract, verdict, breach }) => (/^emb.(env|ind)/.test(contract) ? [breach?.says ?? verdict] : []),
    )
  expect(judged({ input: ['Hello', 'there'] })).toEqual([
    'sent no embedding in `data`',
    'sent 0 embeddings for 2 inputs',
  ])
  expect(judged({ input: [] })).toEqual(['kept', 'kept'])
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
