import { describe, expect, test } from 'vitest'
import { corpusBreaks, hasCorpus, saidOf, testSeeds } from './_areas.test.kit.ts'
import { reasoningContracts } from './reasoning.ts'
import { reasoningSeeds } from './reasoning.seeds.ts'
import { readReply } from '../wire/reply.ts'
import { chunk, completion, stream, whole } from './seed.ts'

testSeeds(reasoningContracts, reasoningSeeds)

test('every breach says what was sent and where', () => {
  expect(reasoningSeeds.map(saidOf)).toMatchInlineSnapshot(`
    [
      "reasoning.field: showed its reasoning in \`reasoning_text\` @ $.choices[0].message.reasoning_text",
      "reasoning.before-content: showed reasoning after its answer had begun in event 1 @ $.choices of event 2",
      "reasoning.tokens-reported: counted no reasoning tokens beside its reasoning @ $.usage",
    ]
  `)
})

test('reasoning in thinking parts, or in fields that change, is named with its place', () => {
  const field = reasoningContracts.find(({ id }) => id === 'reasoning.field')
  const parts = [
    { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
    { type: 'text', text: 'Hi' },
  ]
  const deltas = [chunk({ reasoning: 'Hm.' }), chunk({ reasoning_content: 'So.' }), chunk({ content: 'Hi' }, 'stop')]
  const both = [chunk({ reasoning: 'Hm.', reasoning_content: 'Hm.' }), chunk({ reasoning: 'So.' })]
  expect([
    field?.check(readReply(whole(completion({ content: parts })))),
    field?.check(readReply(stream(deltas))),
    field?.check(readReply(stream(both))),
  ]).toMatchInlineSnapshot(`
    [
      {
        "path": "$.choices[0].message.content",
        "says": "showed its reasoning in \`content\`",
      },
      {
        "event": 1,
        "path": "$.choices[0].delta.reasoning_content",
        "says": "showed its reasoning first in \`reasoning\`, then in \`reasoning_content\`",
      },
      undefined,
    ]
  `)
})

describe('in the corpus of recorded traffic', () => {
  test('these providers break a must or a should, OpenAI none', ({ skip }) => {
    skip(!hasCorpus, 'NOT CHECKED: no ../shared/corpus beside the repository')
    const found = corpusBreaks(reasoningContracts, ['must', 'should'])
    expect(
      Object.values(found).filter((names) => names.split(', ').some((name) => name.startsWith('openai '))),
    ).toEqual([])
    expect(found).toMatchInlineSnapshot(`
      {
        "reasoning.field": "mistral 2",
      }
    `)
  })
})
