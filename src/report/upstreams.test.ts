import { expect, test } from 'vitest'
import { chunk, completion, stream, whole } from '../contracts/seed.ts'
import { renderUpstreams, upstreamsOf } from './upstreams.ts'
import type { TestRecord } from './verdict.ts'

const delta = { content: 'Hi', provider_metadata: { gateway: { routing: { finalProvider: 'bedrock' } } } }

test.each([
  ['a header', whole(completion(), { headers: { 'x-inference-provider': 'novita' } }), 'novita'],
  ["OpenRouter's field in a whole answer", whole(completion({}, { provider: 'Azure' })), 'Azure'],
  ["OpenRouter's field in a stream", stream([chunk({ content: 'Hi' }, 'stop', { provider: 'Groq' })]), 'Groq'],
  ["Vercel's routing", stream([chunk(delta, 'stop')]), 'bedrock'],
  ['the model that it names, where nothing else tells', whole(completion()), 'acme-1'],
])('an upstream is known by %s', (_, exchange, name) => {
  expect(upstreamsOf([exchange, exchange])).toEqual({ 'acme-1': { [name]: 2 } })
})

test.each(['__proto__', 'constructor', 'toString'])(
  'an upstream, or a model, named %s is one like any other',
  (name) => {
    const named = whole(completion({}, { provider: name }))
    const other = whole(completion({}, { provider: 'Azure' }))
    // As `task.meta` goes from the worker to the reporter.
    const upstreams = structuredClone(upstreamsOf([named, named, other])) ?? {}
    const asked = structuredClone(upstreamsOf([stream([chunk({ content: 'Hi' }, 'stop')], { ask: { model: name } })]))
    const { upstreams: _, ...rest } = record('openrouter', 'm', {})

    expect(Object.entries(upstreams['acme-1'] ?? {})).toEqual([
      [name, 2],
      ['Azure', 1],
    ])
    expect(Object.entries(asked ?? {})).toEqual([[name, { 'acme-1': 1 }]])
    expect(renderUpstreams([{ ...rest, upstreams }])).toContain(`(${name} 2, Azure 1)`)
  },
)

test('an answer that names nobody counts for nobody', () => {
  expect(upstreamsOf([whole(completion({}, { model: undefined }))])).toBeUndefined()
})

const record = (provider: string, asked: string, counts: Readonly<Record<string, number>>): TestRecord => ({
  provider,
  contract: 'answers',
  file: 'a.test.ts',
  verdict: 'kept',
  mode: 'live',
  upstreams: { [asked]: counts },
})

test('a run that mixes upstreams behind one model is warned of', () => {
  const records = [
    record('openrouter', 'm', { Azure: 2 }),
    record('openrouter', 'm', { Groq: 3, Azure: 2 }),
    record('openrouter', 'n', { Groq: 1 }),
    record('vercel', 'm', { x: 9 }),
  ]

  expect(renderUpstreams(records)).toMatchInlineSnapshot(
    `"Warning: 2 upstreams answered for openrouter's m in this run (Azure 4, Groq 3), and its verdicts mix them. Pin one in the request to judge it alone."`,
  )
})

test('one upstream is no news', () => {
  expect(renderUpstreams([record('openrouter', 'm', { Azure: 2 })])).toBe('')
})
