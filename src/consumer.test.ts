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
    must(await run(process.execPath, [bin, 'run'], root, { LLM_CONTRACTS: 'record', ...keys, ...bases }))
    const asked = endpoint.got.length
    const replayed = must(await run(process.execPath, [bin, 'run'], root))

    expect(asked).toBeGreaterThanOrEqual(3)
    expect(endpoint.got.length).toBe(asked)
    expect(replayed).toContain('Contracts by providers')
    expect(replayed).toMatch(/extracts an invoice\s+✓\s+✓\s+✓/)
  })
})

/** The README's code blocks that begin with a file's name, by that name. */
function readmeFiles(): [name: string, code: string][] {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8')
  return [...readme.matchAll(/```ts\n\/\/ (\S+\.ts)\n([^]*?)```/g)].map(([, name = '', code = '']) => [name, code])
}
