import { describe, expect, test } from 'vitest'
import { corpusBreaks, hasCorpus, saidOf, testSeeds } from './_areas.test.kit.ts'
import { modelsContracts } from './models.ts'
import { modelsSeeds } from './models.seeds.ts'
import { readReply } from '../wire/reply.ts'
import { whole } from './seed.ts'

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
      "path": "$",
      "says": "sent an array of 1 in place of an object",
    }
  `)
  expect(judged({ object: 'list', data: [] })).toBeUndefined()
  expect(judged({ id: 'acme-1', object: 'model' }, '/models/acme-1')).toBe('unchecked')
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
