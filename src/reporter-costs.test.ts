import { expect, test } from 'vitest'
import { completion } from './contracts/seed.ts'
import { Endpoint } from './testing/endpoint.ts'
import { Project, type Said } from './testing/project.ts'

const config = (origin: string, more = '') => `
import { defineConfig } from 'vitest/config'
import { llmContracts } from 'vitest-llm-contracts/plugin'
const acme = { name: 'acme', baseURL: '${origin}/v1', keys: [], models: { chat: 'acme-1' } }
const prices = { 'acme-1': { input: 1, output: 2 } }
export default defineConfig({ plugins: [llmContracts({ providers: [acme], prices${more} })], test: { include: ['*.test.js'] } })
`

const suite = `
import { describe, expect, test } from 'vitest'
import { providers } from 'vitest-llm-contracts'
describe.each(providers)('$name', (provider) => {
  const client = provider.client({ maxRetries: 2 })
  const ask = (content) => client.chat.completions.create({
    model: provider.model, messages: [{ role: 'user', content }], response_format: { type: 'json_object' },
  })
  test('answers in JSON after a while', async () => {
    await expect(async () => {
      for (;;) {
        const answer = await ask('JSON please')
        try { JSON.parse(answer.choices[0].message.content); return answer } catch {}
      }
    }).toReturnValidJson()
  })
})
`

const usage = { prompt_tokens: 100, completion_tokens: 50, total_tokens: 150 }

/** Limits the first request, answers the second with no JSON, and the third with JSON; then it begins anew. */
const flaky = () => {
  let nth = 0
  return new Endpoint((response) => {
    nth += 1
    const headers = {
      'content-type': 'application/json',
      'x-ratelimit-limit-requests': '10000',
      'x-ratelimit-remaining-requests': String(10_000 - nth),
    }
    if (nth % 3 === 1) {
      response.writeHead(429, { ...headers, 'retry-after-ms': '1' })
      return response.end('{"error":{"message":"Slow down","type":"requests","param":null,"code":null}}')
    }
    const content = nth % 3 === 2 ? 'Sure!' : '{"ok":true}'
    response.writeHead(200, headers)
    return response.end(JSON.stringify(completion({ content }, { usage })))
  }).listen()
}

/** The report, without its times. */
const reportIn = ({ stdout }: Said) =>
  /^What accepted answers cost[\s\S]*?\n\n(?!.*accepted)[\s\S]*?\n\n/m
    .exec(stdout)?.[0]
    .trim()
    .replace(/ +\d+\.\d\d( +\d\.\d\d +–)/, ' SECONDS$1')

test('a live run tells what its accepted answers cost, and a replay only where it is asked', async () => {
  await using endpoint = await flaky()
  using its = new Project({ 'vitest.config.js': config(endpoint.origin), 'a.test.js': suite })
  const live = await its.vitest({ LLM_CONTRACTS: 'live' })

  // A refusal that cost nothing, and twice 100 tokens at $1 and 50 at $2 a million, for one accepted answer.
  expect(reportIn(live), live.stdout + live.stderr).toMatchInlineSnapshot(`
    "What accepted answers cost

          attempts  accepted   $ each  tokens each  s each  attempts each  first token p50/p95  tok/s p50  gap p95
    acme         3         1  $0.0004          300 SECONDS           3.00                    –          –        –

    acme: 2 of 3 attempts were for nothing (1 rate limit, 1 invalid JSON); with 2 retries 30 % of the answers would still be missing.
    acme: 9,997 of 10,000 requests left (fell by 2, sent 3)."
  `)

  await its.vitest({ LLM_CONTRACTS: 'record' })
  await endpoint.close()
  const replayed = await its.vitest()
  expect([replayed.code, reportIn(replayed)], replayed.stdout).toEqual([0, undefined])
  const asked = await its.vitest({ LLM_COSTS: 'always' })
  expect(reportIn(asked), asked.stdout).toMatchInlineSnapshot(`
    "What accepted answers cost

          attempts  accepted   $ each  tokens each  s each  attempts each  first token p50/p95  tok/s p50  gap p95
    acme         2         1  $0.0004          300 SECONDS           2.00                    –          –        –

    acme: 1 of 2 attempts were for nothing (1 invalid JSON); with 2 retries 13 % of the answers would still be missing.
    Times are those of the recordings; prices are today's."
  `)
})

test('a live run that is told to keep no account says nothing of cost', async () => {
  await using endpoint = await flaky()
  using its = new Project({ 'vitest.config.js': config(endpoint.origin, ", costs: 'never'"), 'a.test.js': suite })
  const said = await its.vitest({ LLM_CONTRACTS: 'live' })

  expect([said.code, reportIn(said)], said.stdout).toEqual([0, undefined])
  expect((await its.vitest({ LLM_COSTS: 'sometimes' })).stderr).toContain(
    'LLM_COSTS is "sometimes": write live, always or never.',
  )
})

test('the tries of ready-made contracts are in it, accepted where the promise was kept', async () => {
  await using endpoint = await new Endpoint((response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(completion({ content: 'Hello' }, { usage })))
  }).listen()
  const contracts = `
    import { describeContracts, providers } from 'vitest-llm-contracts'
    describeContracts({ providers, samples: 1, threshold: 0.2, level: 'info' })
  `
  using its = new Project({ 'vitest.config.js': config(endpoint.origin), 'a.test.js': contracts })
  const only = 'nonempty-on-stop|tool_choice.required$'
  const said = await its.vitest({ LLM_CONTRACTS: 'live' }, '-t', only)

  expect(/^acme: .*$/m.exec(said.stdout)?.[0] ?? '', said.stdout + said.stderr).toMatchInlineSnapshot(
    `"acme: 2 of 4 attempts were for nothing (2 tool call); with 2 retries 13 % of the answers would still be missing."`,
  )
})

test('a budget in dollars stops a run by the same prices', async () => {
  await using endpoint = await new Endpoint((response) => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(completion({ content: 'Hello' }, { usage })))
  }).listen()
  const tests = `
    import { describe, expect, test } from 'vitest'
    import { providers } from 'vitest-llm-contracts'
    describe.each(providers)('$name', (provider) => {
      test.each([1, 2, 3, 4])('answers %i', async (nth) => {
        const body = JSON.stringify({ model: provider.model, messages: [{ role: 'user', content: String(nth) }] })
        const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
        await expect(fetch(provider.baseURL + '/chat/completions', init)).toReturnText()
      })
    })
  `
  const budgeted = config(endpoint.origin, ', budget: { usd: 0.0003 }')
  using its = new Project({ 'vitest.config.js': budgeted, 'a.test.js': tests })
  const said = await its.vitest({ LLM_CONTRACTS: 'live' })

  // Each costs $0.0002, so the third is one too many.
  expect(endpoint.got.length, said.stdout + said.stderr).toBe(2)
  expect(said.stdout).toContain('$0.0003')
})
