import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { describeContracts } from './describe.ts'
import { Endpoint } from './testing/endpoint.ts'
import { Project } from './testing/project.ts'

const config = (entry: object, options: object = {}) => `
import { defineConfig } from 'vitest/config'
import { llmContracts } from 'vitest-llm-contracts/plugin'
const acme = ${JSON.stringify({ name: 'acme', models: { chat: 'acme-1' }, offers: ['chat', 'streaming'], ...entry })}
export default defineConfig({ plugins: [llmContracts({ providers: [acme], ...${JSON.stringify(options)} })], test: { include: ['*.test.ts'], testTimeout: 60_000 } })
`

const suite = (options: object) => `
import { describeContracts, providers } from 'vitest-llm-contracts'
describeContracts({ providers, ...${JSON.stringify(options)} })
`

/** Repeats the word that it is asked for, or says hello; knows no tools. */
async function acme(says = (wanted: string | undefined) => wanted ?? 'Hello'): Promise<Endpoint> {
  const endpoint = new Endpoint((response, { text }) => {
    const { messages, stream, tools } = JSON.parse(text) as {
      messages: { content: string }[]
      stream?: boolean
      tools?: object
    }
    if (tools !== undefined) {
      response.writeHead(400, { 'content-type': 'application/json' })
      return response.end(
        '{"error":{"message":"tools are not supported","type":"invalid_request_error","param":"tools","code":null}}',
      )
    }
    const content = says(/word and nothing else: (\S+)/.exec(messages.at(-1)?.content ?? '')?.[1])
    const base = { id: 'c1', created: 1, model: 'acme-1' }
    if (stream !== true) {
      response.writeHead(200, { 'content-type': 'application/json' })
      const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }]
      return response.end(JSON.stringify({ ...base, object: 'chat.completion', choices }))
    }
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const chunk = (delta: object, finish_reason: string | null) =>
      `data: ${JSON.stringify({ ...base, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] })}\n\n`
    return response.end(`${chunk({ role: 'assistant', content }, null)}${chunk({}, 'stop')}data: [DONE]\n\n`)
  })
  return endpoint.listen()
}

const only = '^.*(chat.instruction.nonce|tool_choice.required)$'
const lack = { capability: 'tools', reason: 'It has none.', source: 'https://acme.invalid', date: '2026-01-02' }
const lines = (stdout: string, what: RegExp) =>
  stdout
    .split('\n')
    .filter((line) => what.test(line))
    .map((line) => line.trim())

test('the ready-made suite is recorded, and replays with the provider gone', async () => {
  const endpoint = await acme()
  using its = new Project({
    'vitest.config.ts': config({ lacks: [lack] }),
    'contracts.test.ts': suite({ samples: 4 }),
  })
  const env = { ACME_BASE_URL: `${endpoint.origin}/v1` }
  const recorded = await its.vitest({ ...env, LLM_CONTRACTS: 'record' }, '-t', only)
  await endpoint.close()
  const replayed = await its.vitest(env, '-t', only)

  for (const { code, stdout, stderr } of [recorded, replayed]) {
    expect([code, stderr]).toEqual([0, ''])
    expect(lines(stdout, /chat\.instruction\.nonce|tool_choice\.required|not offered/).slice(-4)).toEqual([
      'chat.instruction.nonce   ✓',
      'tool_choice.required     –',
      '✓ 1 kept   – 1 not offered, as declared',
      '– acme  tool_choice.required: whole: HTTP 400; declared: It has none. (https://acme.invalid, 2026-01-02)',
    ])
  }
  expect(readdirSync(join(its.root, 'fixtures/acme/contracts'))).toEqual([
    'chat-instruction-nonce.json',
    'tool-choice-required.json',
  ])
})

test('a contract that breaks is red, with what it proves, and stays so in a replay', async () => {
  const endpoint = await acme(() => 'I am a cache')
  using its = new Project({ 'vitest.config.ts': config({}), 'contracts.test.ts': suite({ samples: 4 }) })
  const { code, stdout, stderr } = await its.vitest(
    { ACME_BASE_URL: `${endpoint.origin}/v1`, LLM_CONTRACTS: 'record' },
    '-t',
    'nonce',
    '--retry=1',
  )

  expect(code).toBe(1)
  expect(stderr.slice(stderr.indexOf('BrokenContract'), stderr.indexOf('❯')).trim()).toMatchInlineSnapshot(`
    "BrokenContract: chat.instruction.nonce: acme was expected to keep this promise: repeats a word that it cannot have known before.
    whole: It was asked for the word drivelsun-9059 and answered without it ["I am a cache"]; whole 0 of 4 (95 %: 0.0 % to 49.0 %; pass^4 0.0 %). At fault: model.
    Next: Look for a cache or another model behind the address.
    Source: contract catalogue: detects cached and faked models

    live, exchange 1, HTTP 200, from a stand-in"
  `)
  expect(lines(stdout, /^✗ acme/)).toHaveLength(1)
  await endpoint.close()
  const replayed = await its.vitest({ ACME_BASE_URL: `${endpoint.origin}/v1` }, '-t', 'nonce')

  expect(replayed.code).toBe(1)
  expect(lines(replayed.stdout, /^✗ acme/)).toEqual(lines(stdout, /^✗ acme/))
})

test('a provider that turns the key away is not asked again, and is red where it is required', async () => {
  await using endpoint = await new Endpoint((response) => {
    response.writeHead(401, { 'content-type': 'application/json' })
    response.end(
      '{"error":{"message":"Incorrect API key provided","type":"invalid_request_error","code":"invalid_api_key"}}',
    )
  }).listen()
  using its = new Project({ 'vitest.config.ts': config({}), 'contracts.test.ts': suite({ samples: 4 }) })
  const env = { ACME_BASE_URL: `${endpoint.origin}/v1`, LLM_CONTRACTS: 'live' }
  const asked = ['-t', 'chat.request.minimal|chat.instruction.nonce|chat.message.nonempty-on-stop']
  const { code, stdout } = await its.vitest(env, ...asked)

  expect([code, endpoint.got.length]).toEqual([0, 2])
  expect(stdout).toContain('acme turned the key away before, so nothing more is asked of it: authentication')
  expect((await its.vitest({ ...env, LLM_REQUIRE: 'acme' }, ...asked)).code).toBe(1)
})

test('of what nothing is known and nothing is recorded, a replay says so', async () => {
  using its = new Project({ 'vitest.config.ts': config({}), 'contracts.test.ts': suite({}) })
  const { code, stdout } = await its.vitest({ ACME_BASE_URL: 'https://acme.invalid/v1' }, '-t', 'tool_choice.required')

  expect(code).toBe(0)
  expect(stdout).toContain(
    'tool_choice.required: nothing is known of tools, forced_tools at acme, and only a live run can tell',
  )
})

test.each([
  [[], ['chat.instruction.nonce'], ['whole']],
  [['streaming'], ['chat.instruction.nonce', 'stream.incremental'], ['whole', 'streamed']],
])('of an app that needs %j, %j are tried, %j', async (needs, tried, ways) => {
  await using endpoint = await acme()
  using its = new Project({ 'vitest.config.ts': config({}), 'contracts.test.ts': suite({ needs, samples: 4 }) })
  const { code, stdout } = await its.vitest(
    { ACME_BASE_URL: `${endpoint.origin}/v1`, LLM_CONTRACTS: 'live' },
    '-t',
    'chat.instruction.nonce|stream.incremental',
  )
  const asked = endpoint.got.map(({ text }) => ((JSON.parse(text) as { stream?: true }).stream ? 'streamed' : 'whole'))

  expect(code).toBe(0)
  expect(lines(stdout, /^ *(?:chat|stream)\.\S+ +\S *$/).map((line) => line.split(' ')[0])).toEqual(tried)
  expect([...new Set(asked)]).toEqual(ways)
})

test('a run stops at its budget, and what it found until then stands', async () => {
  await using endpoint = await acme()
  using its = new Project({
    'vitest.config.ts': config({}, { budget: { requests: 3 }, pace: { acme: { concurrency: 1 } } }),
    'contracts.test.ts': suite({ samples: 4 }),
  })
  const { code, stdout } = await its.vitest(
    { ACME_BASE_URL: `${endpoint.origin}/v1`, LLM_CONTRACTS: 'live' },
    '-t',
    'chat.request.minimal|chat.instruction.nonce',
  )

  expect(code).toBe(0)
  expect(endpoint.got).toHaveLength(3)
  expect(stdout).toContain("The run's budget of 3 requests was spent before acme was asked.")
  expect(lines(stdout, /^✓ \d/)).toEqual(['✓ 1 kept   ? 1 inconclusive'])
})

test.each([
  [undefined, 'describeContracts: it takes an object: write { providers }.'],
  [{ providers: 'openai' }, 'describeContracts: `providers` is no array: give it `providers`.'],
  [
    { providers: ['openai'] },
    'describeContracts: `providers` holds the name "openai": give it `providers`, and choose by LLM_PROVIDERS.',
  ],
  [{ providers: [], sample: 3 }, 'describeContracts: there is no option sample: write samples.'],
  [{ providers: [], needs: 'tools' }, "describeContracts: `needs` is no array: write ['tools']."],
  [{ providers: [], needs: ['tool'] }, 'describeContracts: `needs` names "tool", which is no capability: write tools.'],
  [{ providers: [], level: 'most' }, 'describeContracts: `level` is "most": write must, should, may or info.'],
  [
    { providers: [], profile: 'all' },
    'describeContracts: `profile` is "all": write gate, smoke, core, agent, rag, strict or economics.',
  ],
  [{ providers: [], samples: 0 }, 'describeContracts: `samples` must be a whole number from 1.'],
  [{ providers: [], threshold: 1 }, 'describeContracts: `threshold` must lie between 0 and 1.'],
  [
    { providers: [], threshold: 0.7 },
    'describeContracts: 5 of 5 proves no more than 56.6 %, so a threshold of 0.7 can never be reached: write 9 samples or more.',
  ],
])('%o is refused', (options, message) => {
  expect(() => describeContracts(options as unknown as Parameters<typeof describeContracts>[0])).toThrow(message)
})
