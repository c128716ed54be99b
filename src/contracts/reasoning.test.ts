import { describe, expect, test } from 'vitest'
import { corpusBreaks, hasCorpus, saidOf, testSeeds } from './_areas.test.kit.ts'
import { reasoningContracts } from './reasoning.ts'
import { reasoningSeeds } from './reasoning.seeds.ts'
import type { Exchange } from '../wire/exchange.ts'
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

test('other answers: what breaks each contract, what keeps it, and what tells nothing', () => {
  const usage = { prompt_tokens: 8, completion_tokens: 9, total_tokens: 17 }
  const none = { ...usage, completion_tokens_details: { reasoning_tokens: 0 } }
  const said = (message: Record<string, unknown>, more: Record<string, unknown> = { usage }) =>
    whole(completion(message, more))
  const text = chunk({ role: 'assistant', content: 'Hello' })
  const then = (...chunks: readonly unknown[]) => stream([text, ...chunks, chunk({}, 'stop'), 'data: [DONE]'])
  const calls = [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }]
  const others: Record<string, readonly Exchange[]> = {
    'reasoning.field': [
      said({ content: [{ type: 'thinking', thinking: 'Hm.' }] }),
      said({ content: [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'Hm.' }] }] }),
      said({ content: [null, 'Hm.', { type: 'text', text: 'Hi' }] }),
      said({ thinking: [null, { type: 'summary', summary: 'Hm.' }] }),
      said({ thinking: [{ type: 'encrypted', data: 'x' }] }),
      said({ reasoning_text: '' }),
      said({ reasoning_details: [{ type: 'text', text: 'Hm.' }] }),
      ...['thinking_content', 'thought', 'thoughts'].map((field) => said({ [field]: 'Hm.' })),
    ],
    'reasoning.before-content': [
      then(chunk({ reasoning: 'Hm.' })),
      then(chunk({ content: '!' }), chunk({ reasoning: 'Hm.' })),
      stream([chunk({ reasoning: 'Hm.' }), text, chunk({ reasoning: ' ' }), 'data: [DONE]']),
      then(chunk({ reasoning: ' ' })),
      stream([chunk({ tool_calls: calls }), chunk({ reasoning: 'Hm.' }), 'data: [DONE]']),
      stream([chunk({ content: ' ' }), chunk({ reasoning: 'Hm.' }), text, 'data: [DONE]']),
      stream(['data: 1', chunk({ reasoning: 'Hm.' }), text, chunk({ content: '!' }), 'data: [DONE]']),
      said({ reasoning: 'Hm.' }),
      then(chunk({ content: '!' })),
    ],
    'reasoning.tokens-reported': [
      said({ reasoning: 'Hm.' }, { usage: none }),
      said({ reasoning: ' ' }),
      said({ reasoning: 'Hm.' }, { usage: undefined }),
      said({ reasoning: 'Hm.' }, { usage, error: { message: 'No.' } }),
    ],
  }
  const lines = Object.entries(others).map(([contract, all]) => all.map((defect) => saidOf({ contract, defect })))
  expect(lines.flat()).toMatchInlineSnapshot(`
    [
      "reasoning.field: showed its reasoning in \`content\` @ $.choices[0].message.content",
      "reasoning.field: showed its reasoning in \`content\` @ $.choices[0].message.content",
      "reasoning.field: unchecked",
      "reasoning.field: showed its reasoning in \`thinking\` @ $.choices[0].message.thinking",
      "reasoning.field: unchecked",
      "reasoning.field: unchecked",
      "reasoning.field: kept",
      "reasoning.field: showed its reasoning in \`thinking_content\` @ $.choices[0].message.thinking_content",
      "reasoning.field: showed its reasoning in \`thought\` @ $.choices[0].message.thought",
      "reasoning.field: showed its reasoning in \`thoughts\` @ $.choices[0].message.thoughts",
      "reasoning.before-content: showed reasoning after its answer had begun in event 0 @ $.choices of event 1",
      "reasoning.before-content: showed reasoning after its answer had begun in event 0 @ $.choices of event 2",
      "reasoning.before-content: kept",
      "reasoning.before-content: unchecked",
      "reasoning.before-content: showed reasoning after its answer had begun in event 0 @ $.choices of event 1",
      "reasoning.before-content: kept",
      "reasoning.before-content: kept",
      "reasoning.before-content: unchecked",
      "reasoning.before-content: unchecked",
      "reasoning.tokens-reported: counted 0 reasoning tokens beside its reasoning @ $.usage",
      "reasoning.tokens-reported: unchecked",
      "reasoning.tokens-reported: unchecked",
      "reasoning.tokens-reported: unchecked",
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
