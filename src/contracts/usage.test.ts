import { describe, expect, test } from 'vitest'
import { corpusBreaks, hasCorpus, saidOf, testSeeds } from './_areas.test.kit.ts'
import { usageContracts } from './usage.ts'
import { usageSeeds, usageWrongReaders } from './usage.seeds.ts'
import { usageCheckWith } from './usage-stream-client.ts'
import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import { chunk, completion, hello, stream, whole, type Parts } from './seed.ts'

testSeeds(usageContracts, usageSeeds)

test('every breach says what was sent and where', () => {
  expect(usageSeeds.map(saidOf)).toMatchInlineSnapshot(`
    [
      "usage.present: left out \`usage\` @ $.usage",
      "usage.integers: sent 8.5 as \`prompt_tokens\`, not an integer from 0 @ $.usage.prompt_tokens",
      "usage.sum: reported total_tokens 11, where prompt_tokens 8 + completion_tokens 2 = 10 @ $.usage.total_tokens",
      "usage.positive: counted 0 completion tokens for an answer that is not empty @ $.usage.completion_tokens",
      "usage.reasoning-le-completion: counted 3 reasoning tokens and only 2 completion tokens @ $.usage",
      "usage.cached-le-prompt: counted 9 cached tokens and only 8 prompt tokens @ $.usage",
      "usage.details-location: counted cached tokens outside \`prompt_tokens_details\` @ $.usage.prompt_tokens_details",
      "usage.completion-le-cap: counted 3 completion tokens where the request allowed 2 @ $.usage.completion_tokens",
      "usage.stream.present: sent no usage in 3 chunks @ $.usage of event 2",
      "usage.stream.exactly-one: sent usage in 2 chunks, first in event 1 @ $.usage of event 3",
      "usage.stream.never-summed: reported 8/2/10 tokens at last, which were read as 8/2/20 when it came twice @ $.usage of event 3",
      "usage.stream.final-position: sent usage before the finish reason of event 3 @ $.usage of event 2",
      "usage.stream.choices-empty: sent usage in a chunk that has a choice @ $.choices of event 2",
      "usage.stream.null-elsewhere: left out \`usage\` @ $.usage of event 1",
      "usage.stream.absent-when-off: sent usage without having been asked @ $.usage of event 4",
      "usage.stream.not-in-choices: sent usage inside a choice and nowhere else @ $.choices[0].usage of event 2",
    ]
  `)
})

const count = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 }
const ask = { stream_options: { include_usage: true } }
const breach = (id: string, exchange: Exchange) => {
  const contract = usageContracts.find((each) => each.id === id)
  const reply = readReply(exchange)
  return contract?.applies(reply) ? contract.check(reply) : 'unchecked'
}
const sent = (
  more: Record<string, unknown>,
  chunks: readonly unknown[] = [...hello.slice(0, 4), chunk({}, null, more)],
) => stream([...chunks, 'data: [DONE]'], { ask })

test('reasoning outside the completion is named as such', () => {
  const usage = { ...count, total_tokens: 15, completion_tokens_details: { reasoning_tokens: 5 } }
  expect(breach('usage.sum', whole(completion({}, { usage })))).toMatchInlineSnapshot(`
    {
      "path": "$.usage.total_tokens",
      "says": "reported total_tokens 15, where prompt_tokens 8 + completion_tokens 2 = 10: the difference is its 5 reasoning_tokens",
    }
  `)
})

test('a cap holds for each of n choices', () => {
  const usage = { prompt_tokens: 8, completion_tokens: 32, total_tokens: 40 }
  const of = (n: number) => whole(completion({}, { usage }), { ask: { max_tokens: 16, n } })
  expect(breach('usage.completion-le-cap', of(2))).toBeUndefined()
  expect(breach('usage.completion-le-cap', of(1))).toMatchObject({ path: '$.usage.completion_tokens' })
})

test('usage behind [DONE] is misplaced, and no client reads it', () => {
  const late = stream([...hello, chunk({}, null, { choices: [], usage: count })], { ask })
  expect(breach('usage.stream.final-position', late)).toMatchInlineSnapshot(`
    {
      "event": 5,
      "path": "$.usage",
      "says": "sent usage after \`[DONE]\`",
    }
  `)
  expect(breach('usage.stream.never-summed', late)).toBe('unchecked')
})

test('usage in x_groq alone is neither unasked nor in a chunk with a choice', () => {
  const groq = stream([...hello.slice(0, 4), chunk({}, null, { x_groq: { usage: count } }), 'data: [DONE]'])
  expect(breach('usage.stream.absent-when-off', groq)).toBeUndefined()
  expect(breach('usage.stream.choices-empty', groq)).toBe('unchecked')
})

test('nothing is said of a stream that broke off, or whose running count was asked for', () => {
  expect(breach('usage.stream.present', stream(hello.slice(0, 2), { ask, end: 'aborted' }))).toBe('unchecked')
  const running = { stream_options: { include_usage: true, continuous_usage_stats: true } }
  const every = [0, 1].map(() => chunk({ content: 'Hi' }, null, { usage: count }))
  expect(breach('usage.stream.exactly-one', stream(every, { ask: running }))).toBe('unchecked')
  expect(breach('usage.stream.exactly-one', sent({}, every))).toMatchObject({ event: 1 })
})

test('other counts: what breaks each contract, what keeps it, and what tells nothing', () => {
  const told = (more: Record<string, unknown>, message: Record<string, unknown> = {}, parts: Parts = {}) =>
    whole(completion(message, { usage: { ...count, ...more } }), parts)
  const mute = { content: null }
  const [zero, inside] = [
    { completion_tokens: 0, total_tokens: 8 },
    (usage: unknown) => ({ index: 0, delta: {}, usage }),
  ]
  const reasoned = { reasoning_tokens: 1 }
  const last = chunk({}, null, { choices: [], usage: count })
  const ends = (index: number) => chunk({}, null, { choices: [{ index, delta: {}, finish_reason: 'stop' }] })
  const others: Record<string, readonly Exchange[]> = {
    'usage.present': [whole(completion({}, { usage: null })), whole(completion({}, { usage: [] }))],
    'usage.integers': [
      told({ total_tokens: '10' }),
      told({ completion_tokens: -1 }),
      whole(completion({}, { usage: null })),
    ],
    'usage.sum': [
      told({ total_tokens: 15, completion_tokens_details: { reasoning_tokens: 4 } }),
      told({ total_tokens: undefined }),
    ],
    'usage.positive': [
      told({ prompt_tokens: 0, total_tokens: 2 }),
      told(zero, mute),
      told(zero, { ...mute, refusal: 'No.' }),
      told(zero, { ...mute, reasoning: 'Hm.' }),
      told(zero, { ...mute, tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{}' } }] }),
    ],
    'usage.details-location': [
      told(reasoned),
      told({ ...reasoned, completion_tokens_details: {} }),
      told({ ...reasoned, completion_tokens_details: null }),
      told({ cached_tokens: 1, prompt_tokens_details: {} }),
      told({}),
    ],
    'usage.completion-le-cap': [
      told({ completion_tokens: undefined }, {}, { ask: { max_tokens: 1 } }),
      told({}, {}, { ask: { max_tokens: -1 } }),
    ],
    'usage.stream.exactly-one': [sent({ x_groq: { usage: count } }), sent({}, [...hello.slice(0, 4), last, last])],
    'usage.stream.final-position': [
      sent({}, [chunk({ content: 'Hi' }), last]),
      sent({}, [chunk({ content: 'Hi' }), ends(0), last, ends(0)]),
      sent({}, [chunk({ content: 'Hi' }), ends(0), last, ends(1)]),
      sent({}, [chunk({ content: 'Hi' }), chunk({}, null, { choices: [null] }), ends(0), last]),
    ],
    'usage.stream.never-summed': ['prompt_tokens', 'completion_tokens', 'total_tokens'].map((key) =>
      sent({ choices: [], usage: { [key]: 1 } }),
    ),
    'usage.stream.choices-empty': [
      sent({}, [chunk({}, null, { choices: [] }), chunk({ content: 'Hi' }, 'stop', { usage: count })]),
    ],
    'usage.stream.null-elsewhere': [sent({}, [last])],
    'usage.stream.absent-when-off': [
      { ...stream([...hello.slice(0, 4), last, 'data: [DONE]']), request: undefined },
      stream([...hello.slice(0, 4), last, 'data: [DONE]'], { ask: { usage: { include: true } } }),
      stream([...hello.slice(0, 4), last, 'data: [DONE]'], { ask: { usage: { include: false } } }),
      stream([...hello.slice(0, 4), last, 'data: [DONE]'], {
        ask: { stream_options: { continuous_usage_stats: true } },
      }),
    ],
    'usage.stream.not-in-choices': [
      sent({ choices: [null, inside(count)], usage: count }),
      sent({ x_groq: { usage: count } }),
      sent({ choices: [null, inside({ prompt_tokens: null })] }),
    ],
    'usage.stream.present': [
      stream([...hello.slice(0, 3), 'data: [DONE]'], { ask }),
      stream(hello.slice(0, 4), { ask }),
      stream([chunk({ content: 'Hi' }, 'stop')], { ask }),
      stream(hello.slice(0, 3), { ask }),
      stream(hello.slice(0, 4), { ask, end: 'aborted' }),
    ],
  }
  const lines = Object.entries(others).map(([contract, all]) => all.map((defect) => saidOf({ contract, defect })))
  expect(lines.flat()).toMatchInlineSnapshot(`
    [
      "usage.present: sent null as \`usage\`, not an object @ $.usage",
      "usage.present: sent an array of 0 as \`usage\`, not an object @ $.usage",
      "usage.integers: sent "10" as \`total_tokens\`, not an integer from 0 @ $.usage.total_tokens",
      "usage.integers: sent -1 as \`completion_tokens\`, not an integer from 0 @ $.usage.completion_tokens",
      "usage.integers: unchecked",
      "usage.sum: reported total_tokens 15, where prompt_tokens 8 + completion_tokens 2 = 10 @ $.usage.total_tokens",
      "usage.sum: unchecked",
      "usage.positive: counted 0 prompt tokens @ $.usage.prompt_tokens",
      "usage.positive: kept",
      "usage.positive: counted 0 completion tokens for an answer that is not empty @ $.usage.completion_tokens",
      "usage.positive: counted 0 completion tokens for an answer that is not empty @ $.usage.completion_tokens",
      "usage.positive: counted 0 completion tokens for an answer that is not empty @ $.usage.completion_tokens",
      "usage.details-location: counted reasoning tokens outside \`completion_tokens_details\` @ $.usage.completion_tokens_details",
      "usage.details-location: counted reasoning tokens outside \`completion_tokens_details\` @ $.usage.completion_tokens_details",
      "usage.details-location: counted reasoning tokens outside \`completion_tokens_details\` @ $.usage.completion_tokens_details",
      "usage.details-location: counted cached tokens outside \`prompt_tokens_details\` @ $.usage.prompt_tokens_details",
      "usage.details-location: unchecked",
      "usage.completion-le-cap: unchecked",
      "usage.completion-le-cap: unchecked",
      "usage.stream.exactly-one: kept",
      "usage.stream.exactly-one: sent usage in 2 chunks, first in event 4 @ $.usage of event 5",
      "usage.stream.final-position: unchecked",
      "usage.stream.final-position: kept",
      "usage.stream.final-position: sent usage before the finish reason of event 3 @ $.usage of event 2",
      "usage.stream.final-position: kept",
      "usage.stream.never-summed: reported 1/?/? tokens at last, which were read as 1/?/0 @ $.usage of event 4",
      "usage.stream.never-summed: reported ?/1/? tokens at last, which were read as ?/1/0 @ $.usage of event 4",
      "usage.stream.never-summed: reported ?/?/1 tokens at last, which were read as ?/?/2 when it came twice @ $.usage of event 4",
      "usage.stream.choices-empty: sent usage in a chunk that has a choice @ $.choices of event 1",
      "usage.stream.null-elsewhere: unchecked",
      "usage.stream.absent-when-off: unchecked",
      "usage.stream.absent-when-off: unchecked",
      "usage.stream.absent-when-off: sent usage without having been asked @ $.usage of event 4",
      "usage.stream.absent-when-off: unchecked",
      "usage.stream.not-in-choices: kept",
      "usage.stream.not-in-choices: kept",
      "usage.stream.not-in-choices: unchecked",
      "usage.stream.present: sent no usage in 3 chunks @ $.usage of event 2",
      "usage.stream.present: sent no usage in 4 chunks @ $.usage of event 3",
      "usage.stream.present: sent no usage in 1 chunk @ $.usage of event 0",
      "usage.stream.present: unchecked",
      "usage.stream.present: unchecked",
    ]
  `)
})

test('every wrong reader is found out, and the own one is not', () => {
  const [stopped, twice] = [[1], [1, 2]].map((counts) =>
    sent(
      {},
      counts.map((n) => chunk({ content: 'Hi' }, 'stop', { usage: { ...count, total_tokens: n } })),
    ),
  )
  for (const exchange of [stopped, twice]) {
    const reply = readReply(exchange as Exchange)
    expect(breach('usage.stream.never-summed', reply.exchange)).toBeUndefined()
    for (const reader of Object.values(usageWrongReaders['usage.stream.never-summed'] ?? {})) {
      expect(usageCheckWith['usage.stream.never-summed'](reader)(reply)?.path).toBe('$.usage')
    }
  }
})

test('a last count is tried twice in a stream that is the same otherwise', () => {
  const last = 'event: message\ndata: {"choices":[],\ndata: "usage":{"total_tokens":10}}'
  const [once, twice] = [[last], [last, last]].map((counts) =>
    stream([...hello.slice(0, 4), ...counts, 'data: [DONE]']),
  )
  const textOf = ({ response }: Exchange) => Buffer.concat(response.pieces.map(({ bytes }) => bytes)).toString()
  const tried: string[] = []
  const check = usageCheckWith['usage.stream.never-summed']((exchange) => {
    tried.push(textOf(exchange))
    return readReply(exchange)
  })
  expect(check(readReply(once as Exchange))).toBeUndefined()
  expect(tried).toEqual([once, twice].map((exchange) => textOf(exchange as Exchange)))
})

describe('in the corpus of recorded traffic', () => {
  test('these providers break a must or a should, OpenAI none', ({ skip }) => {
    skip(!hasCorpus, 'NOT CHECKED: no ../shared/corpus beside the repository')
    const found = corpusBreaks(usageContracts, ['must', 'should'])
    expect(
      Object.values(found).filter((names) => names.split(', ').some((name) => name.startsWith('openai '))),
    ).toEqual([])
    expect(found).toMatchInlineSnapshot(`
      {
        "usage.cached-le-prompt": "azure-openai 3",
        "usage.present": "cloudflare 1",
        "usage.reasoning-le-completion": "doubleword 1, vercel-gateway 2, xai 6",
        "usage.stream.exactly-one": "databricks 2, groq 3, huggingface-router 2, novita 1, perplexity 1",
        "usage.stream.not-in-choices": "moonshot 1",
        "usage.sum": "gemini-compat 1, xai 6",
      }
    `)
  })
})
