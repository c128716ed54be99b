import { describe, expect, test } from 'vitest'
import { breaks, hasCorpus, isTrusted, judged, saidOf, testFailureSeeds } from './_failures.test.kit.ts'
import { headersContracts } from './headers.ts'
import { headersSeeds } from './headers.seeds.ts'
import { judgeBy } from './judge.ts'
import { chunk, completion, hello, stream, whole } from './seed.ts'
import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'

testFailureSeeds(headersContracts, headersSeeds)

test('every breach says what was sent and where', () => {
  expect(headersSeeds.map(saidOf)).toMatchInlineSnapshot(`
    [
      "headers.request-id: named the request in none of its headers",
      "headers.ratelimit-parseable: sent x-ratelimit-reset-requests as "soon", not as a duration or a time @ bytes x-ratelimit-reset-requests: soon",
      "headers.billing-cost: reported \`cost\` 0.000044 @ $.usage.cost",
      "provenance.route: named its route: provider "Acme Cloud"",
    ]
  `)
})

describe.runIf(hasCorpus)('in the corpus of recorded traffic', () => {
  test("OpenAI's own keeps every must", () => {
    const musts = headersContracts.filter(({ level }) => level === 'must')
    expect(breaks(musts, isTrusted)).toEqual({})
  })

  test('these providers break these contracts', () => {
    expect(breaks(headersContracts)).toMatchInlineSnapshot(`
      {
        "headers.billing-cost": "avian 1, copilot 5, databricks 1, fireworks 1, mistral 4, openrouter 23, perplexity 1, qwen 4, venice 6, vercel-gateway 8, xai 8",
        "headers.request-id": "openai 1, openrouter 8, perplexity 1, together 1",
        "provenance.route": "avian 1, azure-openai 1, huggingface-router 3, hyperbolic 1, openrouter 19, vercel-gateway 8",
      }
    `)
  })
})

const answered = (headers: Record<string, string>, given = false): Exchange => {
  const exchange = whole(completion())
  const response = { ...exchange.response, headers: { 'content-type': 'application/json', ...headers } }
  return { ...exchange, response, evidence: given ? { seen: 'given', number: 1 } : exchange.evidence }
}

test.each([
  ['x-ds-trace-id of DeepSeek', answered({ 'x-ds-trace-id': '1' }), 'kept'],
  ['apim-request-id of Azure', answered({ 'apim-request-id': '1' }), 'kept'],
  [
    'request_id of Zhipu, in the body',
    whole({ ...completion(), request_id: '1' }, { headers: { 'x-request-id': '' } }),
    'kept',
  ],
  ['headers that a recorder cut down', answered({ date: 'x', server: 'y' }, true), 'unchecked'],
  [
    'an id that was exposed but dropped',
    answered({ 'x-a': '1', 'access-control-expose-headers': 'X-Request-ID' }, true),
    'unchecked',
  ],
])('headers.request-id and %s', (_, exchange, verdict) => {
  expect(judged('headers.request-id', exchange)).toBe(verdict)
})

test.each([
  '1',
  '0',
  '24480.03',
  '12ms',
  '17.399999999s',
  '6m0s',
  '1h2m3s',
  '1754667660000',
  '2026-01-01T00:00:00Z',
  'Fri, 08 Aug 2025 15:40:34 GMT',
  '-1',
])('a reset of %s can be read', (value) => {
  expect(judged('headers.ratelimit-parseable', answered({ 'x-ratelimit-reset-tokens': value }))).toBe('kept')
})

test.each(['', 'never', '1 minute', 'NaN', 'May 5, 2099'])('a reset of %j cannot', (value) => {
  expect(judged('headers.ratelimit-parseable', answered({ 'ratelimit-reset': value }))).toMatchObject({
    says: expect.stringContaining('ratelimit-reset'),
  })
})

test.each([
  [{ 'x-ratelimit-limit-tokens': '9223372036854767616', 'ratelimit-limit': '100, 100;w=60' }, 'kept'],
  [{ 'x-ratelimit': 'false', 'x-ratelimit-over-limit': 'no' }, 'unchecked'],
  [
    { 'x-ratelimit-remaining-requests': 'many' },
    expect.objectContaining({ bytes: 'x-ratelimit-remaining-requests: many' }),
  ],
])('limits of %j', (headers, verdict) => {
  expect(judged('headers.ratelimit-parseable', answered(headers))).toEqual(verdict)
})

test('other replies: what breaks or is noted by each contract, what keeps it, and what tells nothing', () => {
  const without = { 'x-request-id': '' }
  const usage = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 }
  const answer = (more: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    whole(completion({}, more), { headers })
  const choices = (more: Record<string, unknown>) => ({
    choices: [null, { index: 0, message: { role: 'assistant', content: 'Hi' }, ...more }],
  })
  const gateway = (routing: unknown) => choices({ message: { provider_metadata: { gateway: { routing } } } })
  const bodiless = { choices: [], usage: undefined }
  const others: Record<string, readonly Exchange[]> = {
    'headers.request-id': [
      whole([], { headers: without }),
      whole({ error: { message: 'No.', request_id: '1' } }, { status: 400, headers: without }),
      whole({ error: { message: 'No.', request_id: '' } }, { status: 400, headers: without }),
      answered({}, false),
      answered({ 'x-a': '1' }, true),
      answered({ 'x-a': '1', 'access-control-expose-headers': 'x-a, X-Other' }, true),
      answered({ 'x-a': '1', 'x-request-id': '', 'access-control-expose-headers': 'x-request-id' }, true),
      { ...answer(), response: { ...answer().response, headers: {} } },
    ],
    'headers.ratelimit-parseable': [
      answered({ 'ratelimit-limit': '6m0s' }),
      answered({ 'ratelimit-remaining': '6m0s' }),
      answered({ 'x-ratelimit-limit-requests': 'many' }),
    ],
    'headers.billing-cost': [
      answer({ cost: 0.1 }),
      ...['total_cost', 'cost_in_usd_ticks', 'estimated_cost', 'market_cost'].map((name) => answer({ [name]: 1 })),
      answer({ response: { usage: { cost: 0.1 } } }),
      answer({ usage: { ...usage, cost: 'unknown' } }),
      answer({ usage: { ...usage, cost: null } }),
      answer({ usage: { ...usage, cost: ['1'] } }),
      answer({ usage: { ...usage, copilot_usage: { total: 1 } } }),
      answer({}, { 'x-litellm-response-cost': '0.1' }),
      answer({ ...bodiless, cost: 0.1 }),
      answer({ choices: [], cost: 0.1 }),
      answer({ usage: undefined, cost: 0.1 }),
      whole({ ...completion(), cost: 0.1 }, { status: 400 }),
    ],
    'provenance.route': [
      answer(choices({ native_finish_reason: 'STOP' })),
      answer(gateway({ finalProvider: 'acme' })),
      answer(gateway(null)),
      stream([chunk({ provider_metadata: { gateway: { routing: { finalProvider: 'acme' } } } }), ...hello]),
      answer({}, { 'x-inference-provider': 'acme' }),
      answer({}, { 'x-litellm-model-id': 'acme' }),
      answer({}, { 'x-ms-served-model': 'acme' }),
      answer({}, { 'x-served-by-model': 'acme' }),
      answer({ provider: 'Acme', model: 'acme-2' }),
      answer({ provider: 'Acme', model: undefined }),
      answer({ ...bodiless, provider: 'Acme' }),
      answer({ choices: [], provider: 'Acme' }),
      answer({ usage: undefined, provider: 'Acme' }),
      whole({ ...completion(), provider: 'Acme' }, { status: 400 }),
    ],
  }
  const lines = Object.entries(others).map(([contract, all]) => all.map((defect) => saidOf({ contract, defect })))
  expect(lines.flat()).toMatchInlineSnapshot(`
    [
      "headers.request-id: named the request in none of its headers",
      "headers.request-id: kept",
      "headers.request-id: named the request in none of its headers",
      "headers.request-id: named the request in none of its headers",
      "headers.request-id: named the request in none of its headers",
      "headers.request-id: named the request in none of its headers",
      "headers.request-id: named the request in none of its headers",
      "headers.request-id: unchecked",
      "headers.ratelimit-parseable: sent ratelimit-limit as "6m0s", not as a number @ bytes ratelimit-limit: 6m0s",
      "headers.ratelimit-parseable: sent ratelimit-remaining as "6m0s", not as a number @ bytes ratelimit-remaining: 6m0s",
      "headers.ratelimit-parseable: sent x-ratelimit-limit-requests as "many", not as a number @ bytes x-ratelimit-limit-requests: many",
      "headers.billing-cost: reported \`cost\` 0.1 @ $.cost",
      "headers.billing-cost: reported \`total_cost\` 1 @ $.total_cost",
      "headers.billing-cost: reported \`cost_in_usd_ticks\` 1 @ $.cost_in_usd_ticks",
      "headers.billing-cost: reported \`estimated_cost\` 1 @ $.estimated_cost",
      "headers.billing-cost: reported \`market_cost\` 1 @ $.market_cost",
      "headers.billing-cost: reported \`cost\` 0.1 @ $.response.usage.cost",
      "headers.billing-cost: kept",
      "headers.billing-cost: kept",
      "headers.billing-cost: kept",
      "headers.billing-cost: reported \`copilot_usage\` @ $.usage.copilot_usage",
      "headers.billing-cost: reported x-litellm-response-cost 0.1 in its headers",
      "headers.billing-cost: unchecked",
      "headers.billing-cost: reported \`cost\` 0.1 @ $.cost",
      "headers.billing-cost: reported \`cost\` 0.1 @ $.cost",
      "headers.billing-cost: unchecked",
      "provenance.route: named its route: native_finish_reason "STOP"",
      "provenance.route: named its route: finalProvider "acme"",
      "provenance.route: kept",
      "provenance.route: named its route: finalProvider "acme"",
      "provenance.route: named its route: x-inference-provider "acme"",
      "provenance.route: named its route: x-litellm-model-id "acme"",
      "provenance.route: named its route: x-ms-served-model "acme"",
      "provenance.route: named its route: x-served-by-model "acme"",
      "provenance.route: named its route: provider "Acme", model "acme-2"",
      "provenance.route: named its route: provider "Acme"",
      "provenance.route: unchecked",
      "provenance.route: named its route: provider "Acme"",
      "provenance.route: named its route: provider "Acme"",
      "provenance.route: unchecked",
    ]
  `)
})

test('a cost and a route are noted where they stand in a stream, and never break', () => {
  const usage = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10, cost: '0.1' }
  const routed = stream([
    ...hello.slice(0, 4),
    chunk({}, null, { choices: [], usage, provider: 'Acme' }),
    'data: [DONE]',
  ])
  expect(judged('headers.billing-cost', routed)).toMatchInlineSnapshot(`
    {
      "event": 4,
      "path": "$.usage.cost",
      "says": "reported \`cost\` 0.1",
    }
  `)
  expect(judged('provenance.route', routed)).toMatchInlineSnapshot(`
    {
      "says": "named its route: provider "Acme"",
    }
  `)
  const verdicts = headersContracts.map((contract) => judgeBy(contract, readReply(routed)).verdict)
  expect(verdicts).toEqual(['kept', 'unchecked', 'unchecked', 'unchecked'])
})
