import { LLMock } from '@copilotkit/aimock'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Project, type Said } from './testing/project.ts'

// An endpoint that nobody here wrote: aimock answers one text, one tool call and one JSON document, whatever it is asked.
const mock = new LLMock({ port: 0, logLevel: 'silent' })

let said: Said
beforeAll(async () => {
  const call = { name: 'get_weather', arguments: '{"city":"Oslo"}' }
  mock.on({ predicate: ({ tools }) => (tools ?? []).length > 0 }, { toolCalls: [call] })
  mock.on({ responseFormat: 'json_object' }, { content: '{"answer":42}' })
  mock.on({}, { content: 'Hello there, how can I help you today?' })
  await mock.start()
  using its = new Project({
    'vitest.config.ts': `
      import { defineConfig } from 'vitest/config'
      import { llmContracts } from 'vitest-llm-contracts/plugin'
      const aimock = { name: 'aimock', baseURL: '${mock.url}/v1', models: { chat: 'gpt-5.4-mini', embedding: 'text-embedding-3-small' } }
      export default defineConfig({ plugins: [llmContracts({ providers: [aimock] })], test: { include: ['*.test.ts'] } })
    `,
    'contracts.test.ts': `
      import { describeContracts, providers } from 'vitest-llm-contracts'
      describeContracts({ providers, level: 'must', samples: 4 })
    `,
  })
  said = await its.vitest({ LLM_CONTRACTS: 'live', COLUMNS: '200' })
}, 300_000)
afterAll(() => mock.stop())

test('prints', () => {
  console.log(said.stdout)
  expect(said.stderr.length).toBeGreaterThan(0)
})
