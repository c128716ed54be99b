import { describe, expect, test } from 'vitest'
import { corpusBreaks, hasCorpus, saidOf, testSeeds } from './_areas.test.kit.ts'
import { modelsContracts } from './models.ts'
import { modelsSeeds } from './models.seeds.ts'
import { readReply } from '../wire/reply.ts'
import { whole, type Parts } from './seed.ts'

testSeeds(modelsContracts, modelsSeeds)

test('every breach says what was sent and where', () => {
  expect(modelsSeeds.map(saidOf)).toMatchInlineSnapshot(`
    [
      "models.list.shape: left out \`owned_by\` @ $.data[0].owned_by",
    ]
  `)
})

test('a bare array is no list, and one model is left alone', () => {
  const [contract] = modelsContracts
  const judged = (body: unknown, path = '/models') => {
    const reply = readReply(whole(body, { path, method: 'GET' }))
    return contract?.applies(reply) ? contract.check(reply) : 'unchecked'
  }
  expect(judged([{ id: 'acme-1' }])).toMatchInlineSnapshot(`
    {
      "bytes": "[{"id":"acme-1"}]",
      "path": "$",
      "says": "sent an array of 1 in place of an object",
    }
  `)
  expect(judged('<html></html>')).toMatchObject({ says: 'sent a page of HTML or XML in place of JSON' })
  expect(judged({ object: 'list', data: [] })).toBeUndefined()
  expect(judged({ id: 'acme-1', object: 'model' }, '/models/acme-1')).toBe('unchecked')
})

test('other lists: what breaks the contract, and what tells nothing', () => {
  const [data, path] = [[{ id: 'acme-1', object: 'model', created: 1, owned_by: 'acme' }], '/models']
  const list = (body: unknown, parts: Parts = {}) => whole(body, { path, method: 'GET', ...parts })
  const lists = [
    list({ data }),
    list({ object: 'list', data: null }),
    list({ object: 'list', data: [null] }),
    list({ object: 'list', data: [{ ...data[0], object: 'engine' }] }),
    list({ object: 'list', data: [{ ...data[0], id: '' }] }),
    list({ object: 'list', data: [{ ...data[0], created: 1.5 }] }),
    list({ data }, { status: 300 }),
    list({ error: { message: 'No.' } }),
    list('Not now.'),
    list({ data }, { method: 'POST' }),
    { ...list({ data }), request: undefined },
    { ...list({ object: 'list', data: [{ object: 'embedding', index: 0, embedding: [1] }] }), request: undefined },
    { ...list([]), request: undefined },
    { ...list({ id: 'acme-1', object: 'model' }), request: undefined },
  ]
  expect(lists.map((defect) => saidOf({ contract: 'models.list.shape', defect }))).toMatchInlineSnapshot(`
    [
      "models.list.shape: left out \`object\` @ $.object",
      "models.list.shape: sent null as \`data\`, not an array @ $.data",
      "models.list.shape: sent null as an item of \`data\` @ $.data[0]",
      "models.list.shape: sent "engine" as \`object\`, not "model" @ $.data[0].object",
      "models.list.shape: sent "" as \`id\`, not a non-empty string @ $.data[0].id",
      "models.list.shape: sent 1.5 as \`created\`, not an integer of seconds @ $.data[0].created",
      "models.list.shape: unchecked",
      "models.list.shape: unchecked",
      "models.list.shape: sent a body that is no JSON @ $",
      "models.list.shape: unchecked",
      "models.list.shape: left out \`object\` @ $.object",
      "models.list.shape: unchecked",
      "models.list.shape: unchecked",
      "models.list.shape: unchecked",
    ]
  `)
})

describe('in the corpus of recorded traffic', () => {
  test('these providers break a must or a should, OpenAI none', ({ skip }) => {
    skip(!hasCorpus, 'NOT CHECKED: no ../shared/corpus beside the repository')
    const found = corpusBreaks(modelsContracts, ['must', 'should'])
    expect(
      Object.values(found).filter((names) => names.split(', ').some((name) => name.startsWith('openai '))),
    ).toEqual([])
    expect(found).toMatchInlineSnapshot(`{}`)
  })
})
