import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Endpoint } from './testing/endpoint.ts'
import { repository, run, type Said } from './testing/project.ts'

// The packed tarball in projects of users, outside the repository, with what the registry gives them.
const versions = [
  { vitest: '4.1', openai: '6', zod: '3.25' },
  { vitest: '5.1', openai: '7', zod: '4' },
]

const must = ({ code, stdout, stderr }: Said) => {
  expect(code, stdout + stderr).toBe(0)
  return stdout
}

let folder: string
let tarball: string
let endpoint: Endpoint

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'llm-contracts-pack-')))
  const packed = must(await run('npm', ['pack', '--json', '--pack-destination', folder], repository))
  const parsed = JSON.parse(packed.slice(packed.search(/[[{]/))) as Record<string, { filename: string }>
  tarball = join(folder, Object.values(parsed)[0]?.filename ?? '')
  endpoint = await new Endpoint((response) => {
    const content = '{"number":"INV-2041","total":149.5}'
    const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }]
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ id: 'c1', object: 'chat.completion', created: 1, model: 'm', choices }))
  }).listen()
})

afterAll(async () => {
  await endpoint.close()
  rmSync(folder, { recursive: true, force: true })
})

describe.each(versions)('a consumer on Vitest $vitest and OpenAI SDK $openai', ({ vitest, openai, zod }) => {
  let root: string

  beforeAll(async () => {
    root = join(folder, `vitest-${vitest}`)
    mkdirSync(root)
    const dependencies = {
      vitest,
      openai,
      zod,
      msw: '3',
      typescript: '7',
      '@types/node': '22',
      'vitest-llm-contracts': `file:${tarball}`,
    }
    writeFileSync(
      join(root, 'package.json'),
      JSON.stringify({ private: true, type: 'module', devDependencies: dependencies }),
    )
    const options = { target: 'es2023', module: 'nodenext', strict: true, noEmit: true, types: ['node'] }
    writeFileSync(join(root, 'tsconfig.json'), JSON.stringify({ compilerOptions: { ...options, skipLibCheck: true } }))
    for (const [name, code] of readmeFiles()) writeFileSync(join(root, name), code)
    must(await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund'], root))
  })

  test('type-checks the README, matchers included', async () => {
    must(await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], root))
    writeFileSync(
      join(root, 'wrong.test.ts'),
      `import 'vitest-llm-contracts'\nimport { expect } from 'vitest'\nvoid expect(1).toReturnValidJson(1, 2)\nvoid expect(1).toCallToolWith()\n`,
    )
    const { stdout } = await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], root)
    rmSync(join(root, 'wrong.test.ts'))

    expect(stdout).toContain('wrong.test.ts(3,')
    expect(stdout).toContain('wrong.test.ts(4,')
  })

  test('records the README example, and replays it without a server', async () => {
    const base = `${endpoint.origin}/v1`
    const keys = {
      OPENAI_API_KEY: 'key-of-a-consumer',
      DEEPSEEK_API_KEY: 'key-of-a-consumer',
      DASHSCOPE_API_KEY: 'key-of-a-consumer',
    }
    const bases = { OPENAI_BASE_URL: base, DEEPSEEK_BASE_URL: base, QWEN_BASE_URL: base }
    const bin = join(root, 'node_modules/vitest/vitest.mjs')
    must(await run(process.execPath, [bin, 'run', 'invoice'], root, { LLM_CONTRACTS: 'record', ...keys, ...bases }))
    const asked = endpoint.got.length
    const replayed = must(await run(process.execPath, [bin, 'run', 'invoice'], root))

    expect(asked).toBeGreaterThanOrEqual(3)
    expect(endpoint.got.length).toBe(asked)
    expect(replayed).toContain('Contracts by providers')
    expect(replayed).toMatch(/extracts an invoice\s+✓\s+✓\s+✓/)
  })

  test('type-checks and runs every matcher', async () => {
    writeFileSync(join(root, 'every.test.ts'), everyMatcher)
    must(await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], root))
    const bin = join(root, 'node_modules/vitest/vitest.mjs')
    const said = must(await run(process.execPath, [bin, 'run', 'every.test.ts'], root))

    expect(said).toMatch(/Tests\s+1 passed/)
  })
})

const everyMatcher = `
import 'vitest-llm-contracts'
import { expect, test } from 'vitest'
import { z } from 'zod'

const chat = (message: object, finish_reason = 'stop', more: object = {}) =>
  Response.json({ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices: [{ index: 0, message: { role: 'assistant', content: null, ...message }, finish_reason }], usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 }, ...more })
const calls = (...names: string[]) => chat({ tool_calls: names.map((name, n) => ({ id: 'call_' + n, type: 'function', function: { name, arguments: '{"a":1}' } })) }, 'tool_calls')
const event = (delta: object, finish_reason: string | null = null) => 'data: ' + JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, finish_reason }] }) + '\\n\\n'
const stream = () => new Response([event({ role: 'assistant', content: 'a' }), event({ content: 'b' }), event({}, 'stop'), 'data: [DONE]\\n\\n'].join(''), { headers: { 'content-type': 'text/event-stream' } })
const failure = (status: number, code: string, message = 'no') => Response.json({ error: { message, type: 'invalid_request_error', param: null, code } }, { status })

test('every matcher', async () => {
  await expect(chat({ content: '{"a":1}' })).toReturnValidJson(z.object({ a: z.number() }))
  await expect(chat({ content: 'hello' })).toReturnText(/hell/)
  await expect(calls('f')).toCallToolWith('f', { a: 1 })
  await expect(calls('f')).toCallToolWith('f', { a: expect.jsonMatching({ const: 1 }) })
  await expect(calls('f', 'g')).toCallTools(['g', 'f'])
  await expect(chat({ content: 'hello' })).toCallNoTool()
  await expect(chat({ content: 'hello' })).toFinishWith('stop')
  await expect(chat({ content: 'hello' })).toReportUsage()
  await expect(chat({ content: null, refusal: 'I will not.' })).toRefuse()
  await expect(chat({ content: 'hello' })).toKeepContract('chat.message.role')
  await expect(chat({ content: 'hello' })).toKeepContracts()
  await expect(chat({ content: 'hello' }, 'stop', { usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2, cost: 0.001 } })).toCostAtMost(0.01)
  await expect(stream()).toStreamChunks({ text: 'ab' })
  await expect(stream()).toSurviveRechunking()
  await expect(Response.json({ object: 'list', model: 'e', data: [{ object: 'embedding', index: 0, embedding: [0.5, 1] }], usage: { prompt_tokens: 1, total_tokens: 1 } })).toReturnEmbeddings({ count: 1, dimensions: 2 })
  await expect(failure(400, 'context_length_exceeded')).toRejectContextOverflow()
  await expect(failure(404, 'model_not_found')).toFailWithOpenAIErrorShape({ status: 404 })
  await expect(expect(stream()).toRespondWithin({ totalMs: 1 })).rejects.toThrow(/live/)
})
`

/** The README's code blocks that begin with a file's name, by that name. */
function readmeFiles(): [name: string, code: string][] {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8')
  return [...readme.matchAll(/```ts\n\/\/ (\S+\.ts)\n([^]*?)```/g)].map(([, name = '', code = '']) => [name, code])
}
