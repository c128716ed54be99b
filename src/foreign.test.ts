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

test('the ready-made suite runs live against it, and its report reads sensibly', () => {
  const rows = [...said.stdout.matchAll(/^ {2}(\S+) +([✓✗?·▲○–]) *$/gm)].map(
    ([, contract, mark]) => `${mark} ${contract}`,
  )

  expect(rows.toSorted()).toMatchInlineSnapshot(`
    [
      "? abort.stops-stream",
      "? concurrency.isolation",
      "? emb.sdk-default",
      "? error.context-overflow.detectable",
      "? reasoning.not-in-content",
      "? reasoning.signature-roundtrip",
      "? roundtrip.reasoning-policy",
      "? stream.preflight-error-is-http",
      "? tools.args.schema-valid",
      "· vision.data-uri",
      "✓ capability.honest",
      "✓ chat.request.minimal",
      "✓ json_object.no-fence",
      "✓ json_object.parses",
      "✓ max_tokens.one-spelling-works",
      "✓ responses.function-call",
      "✓ roles.assistant.null-content-history",
      "✓ tool_choice.required",
      "✓ tools.call.forced",
      "✗ error.401.bad-key",
      "✗ gate.json",
      "✗ gate.tool",
      "✗ json_schema.stream-valid",
      "✗ json_schema.strict-no-extra",
      "✗ json_schema.supported-or-4xx",
      "✗ json_schema.valid",
      "✗ multiturn.memory",
      "✗ responses.function-output-roundtrip",
      "✗ roles.content-parts-text",
      "✗ roundtrip.basic",
      "✗ tool_choice.honest-fallback",
      "✗ tool_choice.named",
      "✗ tool_choice.none",
      "✗ tools.args.strict-always-valid",
      "✗ vision.unsupported-is-4xx",
    ]
  `)
})

test('a broken promise is told with what was sent, an open one with why', () => {
  const line = (contract: string) =>
    said.stdout
      .split('\n')
      .find((one) => one.startsWith(`✗ aimock  ${contract}:`) || one.startsWith(`? aimock  ${contract}:`))

  expect(line('json_schema.supported-or-4xx')).toMatchInlineSnapshot(
    `"✗ aimock  json_schema.supported-or-4xx: It accepted a schema and answered without it ["Hello there, how can I help you today?"]"`,
  )
  expect(line('tool_choice.none')).toMatchInlineSnapshot(
    `"✗ aimock  tool_choice.none: whole: It called a tool although tool_choice was none; whole 0 of 4 (95 %: 0.0 % to 49.0 %; pass^4 0.0 %)"`,
  )
  expect(line('emb.sdk-default')).toMatchInlineSnapshot(
    `"? aimock  emb.sdk-default: the provider could not be asked: server (HTTP 500)"`,
  )
})

test('every attempt is counted, and an unknown price is a dash', () => {
  expect(said.stdout).toMatch(/^aimock +\d+ +\d+ +– /m)
  expect(said.stdout).toContain('No price is known of aimock/gpt-5.4-mini: give it as the option prices.')
})
