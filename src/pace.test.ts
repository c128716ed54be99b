import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { completion } from './contracts/seed.ts'
import { Endpoint } from './testing/endpoint.ts'
import { Project, type Said } from './testing/project.ts'

const config = (origin: string, options: object, own: object = {}) => `
import { defineConfig } from 'vitest/config'
import { llmContracts } from 'vitest-llm-contracts/plugin'
const acme = { name: 'acme', baseURL: '${origin}/v1', keys: [], models: { chat: 'acme-1' } }
export default defineConfig({
  plugins: [llmContracts({ providers: [acme], ...${JSON.stringify(options)} })],
  test: { include: ['*.test.js'], ...${JSON.stringify(own)} },
})
`

const suite = (tests: string) => `
import { describe, expect, test } from 'vitest'
import { providers } from 'vitest-llm-contracts'
describe.each(providers)('$name', (provider) => {
  const ask = (content, options) => provider.client({ maxRetries: 0, ...options }).chat.completions.create({
    model: provider.model, messages: [{ role: 'user', content }],
  })
  ${tests}
})
`

/** Answers everything but what asks it to hang. */
const acme = () =>
  new Endpoint((response, { text }) => {
    if (text.includes('hang')) return
    response.writeHead(200, { 'content-type': 'application/json' })
    const usage = { prompt_tokens: 100, completion_tokens: 50 }
    response.end(JSON.stringify(completion({ content: 'Hello' }, { usage })))
  }).listen()

const LIVE = { LLM_CONTRACTS: 'live' }
const asked = ({ got }: Endpoint) => got.map(({ text }) => /"content":"(.*?)"/.exec(text)?.[1])
const told = ({ stdout, stderr }: Said) => stdout + stderr

test('what ends while it waits for its turn is inconclusive, and is never sent', async () => {
  await using endpoint = await acme()
  using its = new Project({
    'vitest.config.js': config(endpoint.origin, { pace: { acme: { perMinute: 2 } } }, { testTimeout: 1000 }),
    'a.test.js': suite(`
      test('is asked', () => expect(ask('one')).toReturnText())
      test('breaks', async () => { await ask('two'); expect(1).toBe(2) })
      test('runs out of time', () => expect(ask('three')).toReturnText())
      test('has a hurried client', () => expect(ask('four', { timeout: 200 })).toReturnText())
      test('does not await', () => void ask('five').catch(() => {}))
    `),
  })
  const said = await its.vitest(LIVE)

  expect(asked(endpoint), told(said)).toEqual(['one', 'two'])
  expect(said.stdout).toContain('1 failed | 1 passed | 3 skipped')
  expect([...said.stdout.matchAll(/^\? acme.*$/gm)].map(([line]) => line)).toMatchInlineSnapshot(`
    [
      "? acme  2 contracts: A request to acme waited for its turn by llmContracts({ pace }) until the test was over, so it was never sent. Give the test more time, or quicken the pace.",
      "? acme  has a hurried client: A request to acme waited for its turn by llmContracts({ pace }) until its client gave up, so it was never sent. Give the test more time, or quicken the pace.",
    ]
  `)
})

test('a paced test has an hour where the project sets no timeout, and else what it sets', async () => {
  const tests = suite(`test('has', ({ task }) => expect(task.timeout).toBe(Number(process.env.HAS)))`)
  const paced = { pace: { acme: { perMinute: 60 } } }
  using its = new Project({ 'vitest.config.js': config('http://127.0.0.1:9', paced), 'a.test.js': tests })
  const given = await its.vitest({ ...LIVE, HAS: '3600000' })
  expect(given.code, told(given)).toBe(0)
  its.write({ 'vitest.config.js': config('http://127.0.0.1:9', paced, { testTimeout: 7000 }) })
  const own = await its.vitest({ ...LIVE, HAS: '7000' })
  expect(own.code, told(own)).toBe(0)
})

test('a worker that dies in its turn leaves it to the next, and no socket stays behind', async () => {
  await using endpoint = await acme()
  using its = new Project({
    'vitest.config.js': config(
      endpoint.origin,
      { pace: { acme: { concurrency: 1 } } },
      { pool: 'forks', maxWorkers: 2, testTimeout: 20_000 },
    ),
    'dies.test.js': suite(`test('dies', async () => {
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), 1500)
      await ask('hang')
    })`),
    'lives.test.js': suite(`test('lives', async () => {
      await new Promise((resolve) => setTimeout(resolve, 700))
      await expect(ask('one')).toReturnText()
    })`),
  })
  const folder = join(its.root, 'tmp')
  mkdirSync(folder)
  const said = await its.vitest({ ...LIVE, TMPDIR: folder })

  expect(asked(endpoint), told(said)).toEqual(['hang', 'one'])
  expect(said.stdout).toContain('1 passed')
  expect(readdirSync(folder).filter((name) => name.endsWith('.sock'))).toEqual([])
})

test('a run tells what its budget could not count', async () => {
  await using endpoint = await acme()
  using its = new Project({
    'vitest.config.js': config(endpoint.origin, { budget: { usd: 0.5 } }),
    'a.test.js': suite(`test.each([1, 2])('is asked %i', () => expect(ask('one')).toReturnText())`),
  })
  const warning = /^Warning: .*budget.*$/m
  const said = await its.vitest(LIVE)
  expect(warning.exec(said.stdout)?.[0], told(said)).toMatchInlineSnapshot(
    `"Warning: 2 answers have no known price, so the budget of $0.5 did not count them: give prices."`,
  )
  its.write({
    'vitest.config.js': config(endpoint.origin, { budget: { usd: 5 }, prices: { 'acme-1': { input: 1, output: 2 } } }),
  })
  const priced = await its.vitest(LIVE)
  expect(warning.exec(priced.stdout)?.[0], told(priced)).toBeUndefined()
})

test('a budget in tokens counts input and output where the wire tells no total', async () => {
  await using endpoint = await acme()
  using its = new Project({
    'vitest.config.js': config(endpoint.origin, { budget: { tokens: 300 } }),
    'a.test.js': suite(`test.each([1, 2, 3])('is asked %i', () => expect(ask('one')).toReturnText())`),
  })
  const said = await its.vitest(LIVE)

  expect(asked(endpoint), told(said)).toEqual(['one', 'one'])
  expect(said.stdout).toContain("The run's budget of 300 tokens was spent")
})

test.each([
  [{ pace: { acmee: {} } }, 'The option `pace` names "acmee", which is no known provider (did you mean "acme"?)'],
  [{ budget: { usd: -1 } }, 'The option `budget` has usd: -1, which is no amount: write a number, 0 or more.'],
])('the options %j stop a run with a sentence', async (options, sentence) => {
  using its = new Project({ 'vitest.config.js': config('http://127.0.0.1:9', options), 'a.test.js': suite('') })
  const said = await its.vitest()

  expect(said.code).toBe(1)
  expect(told(said)).toContain(sentence)
})
