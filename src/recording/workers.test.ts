import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { Endpoint } from '../testing/endpoint.ts'
import { Project } from '../testing/project.ts'
import type { Recording } from './format.ts'

const config = `
import { defineConfig } from 'vitest/config'
import { llmContracts } from 'vitest-llm-contracts/plugin'
const acme = { name: 'acme', baseURL: 'https://acme.invalid/v1', models: { chat: 'm' } }
export default defineConfig({ plugins: [llmContracts({ providers: [acme] })], test: { maxWorkers: 8, minWorkers: 8 } })
`

const suite = `
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { providers } from 'vitest-llm-contracts'
const file = basename(import.meta.url)
describe.each(providers)('$name', (provider) => {
  for (let n = 0; n < 6; n++) test.concurrent('asks ' + n, async () => {
    const ask = async (turn) => (await (await fetch(provider.baseURL + '/echo', { method: 'POST', body: JSON.stringify({ file, n, turn }) })).json())
    expect(await Promise.all([1, 2, 3].map(ask))).toEqual([1, 2, 3].map((turn) => ({ file, n, turn })))
  })
})
`

const files = Array.from({ length: 8 }, (_, n) => `t${n}.test.ts`)

test('eight workers, concurrent tests and shards lose and mix nothing', async () => {
  const endpoint = await new Endpoint(async (response, { text }) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20))
    response.writeHead(200, { 'content-type': 'application/json' }).end(text)
  }).listen()
  onTestFinished(() => endpoint.close())
  using its = new Project({ 'vitest.config.js': config, ...Object.fromEntries(files.map((file) => [file, suite])) })
  const online = { LLM_CONTRACTS: 'record', ACME_BASE_URL: `${endpoint.origin}/v1` }
  const runs = await Promise.all([its.vitest(online, '--shard=1/2'), its.vitest(online, '--shard=2/2')])
  const asked = endpoint.got.length
  const replayed = await its.vitest()

  for (const { code, stdout, stderr } of [...runs, replayed]) expect(code, stdout + stderr).toBe(0)
  expect(asked).toBe(8 * 6 * 3)
  expect(endpoint.got.length).toBe(asked)
  for (const file of files) {
    const folder = join(its.root, 'fixtures/acme', file.replace('.test.ts', ''))
    expect(readdirSync(folder).sort()).toEqual([0, 1, 2, 3, 4, 5].map((n) => `asks-${n}.json`))
    for (const name of readdirSync(folder)) {
      const { exchanges } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as Recording
      expect(exchanges.map(({ request }) => request.body)).toEqual(
        [1, 2, 3].map((turn) => ({ file, n: Number(/\d/.exec(name)), turn })),
      )
    }
  }
})
