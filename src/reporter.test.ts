import { readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { recordingFiles } from './recording/folder.ts'
import { shown } from './recording/store.ts'
import { Project, run, type Said } from './testing/project.ts'

const config = `
import { defineConfig } from 'vitest/config'
import { llmContracts } from 'vitest-llm-contracts/plugin'
const acme = { name: 'acme', baseURL: 'https://acme.invalid/v1', models: { chat: 'acme-1' } }
export default defineConfig({ plugins: [llmContracts({ providers: [acme] })], test: { include: ['*.test.ts'] } })
`

const suite = (tests: string) => `
import { describe, expect, test } from 'vitest'
import { providers } from 'vitest-llm-contracts'
describe.each(providers)('$name', (provider) => {
  const ask = async (q) => expect(await (await fetch(provider.baseURL + '/x?q=' + q)).text()).toBe(q)
  ${tests}
})
`

const recording = (provider: string, file: string, name: string, ...asked: string[]) => ({
  exchanges: asked.map((q) => ({
    request: { headers: {}, method: 'GET', path: `/v1/x?q=${q}` },
    response: { body: q, end: 'closed', headers: { 'content-type': 'text/plain' }, ms: 3, status: 200 },
  })),
  format: 1,
  origin: {
    baseURL: 'https://acme.invalid/v1',
    kind: 'live',
    modelsAnswered: [],
    modelsAsked: [],
    package: '',
    sdk: '',
  },
  provider,
  recordedAt: '2026-11-22T12:00:00.000Z',
  test: { file, name },
})

const recordings = {
  'acme/a/plays-all': recording('acme', 'a.test.ts', 'plays all', '1'),
  'acme/a/plays-some': recording('acme', 'a.test.ts', 'plays some', '1', '2', '3'),
  'acme/a/fails-early': recording('acme', 'a.test.ts', 'fails early', '1'),
  'acme/a/is-skipped': recording('acme', 'a.test.ts', 'is skipped', '1'),
  'acme/a/was-renamed': recording('acme', 'a.test.ts', 'was renamed', '1'),
  'acme/b/plays-all': recording('acme', 'b.test.ts', 'plays all', '1'),
  'acme/gone/asks': recording('acme', 'gone.test.ts', 'asks', '1'),
  'groq/b/plays-all': recording('groq', 'b.test.ts', 'plays all', '1'),
}

const project = () =>
  new Project({
    'vitest.config.js': config,
    'a.test.ts': suite(`
      test('plays all', { tags: ['chat'] }, () => ask('1'))
      test('plays some', () => ask('1'))
      test('fails early', async () => { expect(1).toBe(2); await ask('1') })
      test.skip('is skipped', () => ask('1'))
    `),
    'b.test.ts': suite(`test('plays all', () => ask('1'))`),
    ...Object.fromEntries(
      Object.entries(recordings).map(([name, value]) => [`fixtures/${name}.json`, JSON.stringify(value)]),
    ),
  })

const unusedIn = ({ stdout }: Said) => /^Unused: .*$/m.exec(stdout)?.[0]

const prune = (its: Project, ...args: string[]) => {
  const cli = join(its.root, 'node_modules/vitest-llm-contracts/dist/src/cli.js')
  return run(process.execPath, [cli, 'fixtures', 'prune', ...args], its.root)
}

const filesOf = (its: Project) => recordingFiles(join(its.root, 'fixtures')).map((file) => shown(file, its.root))

test('a full run tells what no test used, and prune removes just that', async () => {
  using its = project()
  const said = await its.vitest()
  const before = filesOf(its)
  const dry = await prune(its, '--dry-run')

  expect(unusedIn(said)).toMatchInlineSnapshot(
    `"Unused: 2 recordings and 2 exchanges (fixtures/acme/a/was-renamed.json, fixtures/acme/gone/asks.json, fixtures/acme/a/plays-some.json). To remove: npx llm-contracts fixtures prune"`,
  )
  expect(dry.stdout).toMatchInlineSnapshot(`
    "fixtures/acme/a/was-renamed.json: no test plays it
    fixtures/acme/gone/asks.json: its test file is gone
    fixtures/acme/a/plays-some.json: exchanges 2, 3 of 3 were not played
    Left alone: the recordings of groq, which did not run.
    Would remove 2 recordings and 2 exchanges.
    "
  `)
  expect(filesOf(its)).toEqual(before)

  const pruned = await prune(its)
  expect([pruned.code, pruned.stderr]).toEqual([0, ''])
  expect(pruned.stdout).toMatchInlineSnapshot(`
    "fixtures/acme/a/was-renamed.json: no test plays it
    fixtures/acme/gone/asks.json: its test file is gone
    fixtures/acme/a/plays-some.json: exchanges 2, 3 of 3 were not played
    Left alone: the recordings of groq, which did not run.
    Removed 2 recordings and 2 exchanges.
    "
  `)
  expect(filesOf(its)).toMatchInlineSnapshot(`
    [
      "fixtures/acme/a/fails-early.json",
      "fixtures/acme/a/is-skipped.json",
      "fixtures/acme/a/plays-all.json",
      "fixtures/acme/a/plays-some.json",
      "fixtures/acme/b/plays-all.json",
      "fixtures/groq/b/plays-all.json",
    ]
  `)
  const some = JSON.parse(readFileSync(join(its.root, 'fixtures/acme/a/plays-some.json'), 'utf8')) as {
    exchanges: { request: { path: string } }[]
  }
  expect(some.exchanges.map(({ request }) => request.path)).toEqual(['/v1/x?q=1'])

  const again = await prune(its)
  expect(again.stdout).toMatchInlineSnapshot(`
    "Left alone: the recordings of groq, which did not run.
    Nothing to remove: every recording is in use.
    "
  `)
  expect(unusedIn(await its.vitest())).toBeUndefined()
})

describe('a run is not a full one, says nothing of what is unused, and does not let prune guess', () => {
  const why = async (env: Record<string, string>, ...args: string[]) => {
    using its = project()
    const said = await its.vitest(env, ...args)
    const pruned = await prune(its)
    expect([unusedIn(said), pruned.code], said.stdout + said.stderr).toEqual([undefined, 1])
    return /\(the last one was not full, because (.*)\),/.exec(pruned.stderr)?.[1]
  }

  test.concurrent.for([
    ['a file filter', {}, ['a.test.ts'], 'not every test file ran'],
    ['a filter for test names', {}, ['-t', 'plays'], 'it had a filter for test names'],
    ['a filter for tags', {}, ['--tags-filter=chat'], 'it had a filter for tags'],
    ['a shard', {}, ['--shard=1/2'], 'it had a shard'],
    ['an exclusion', {}, ['--exclude', 'b.test.ts'], 'it had an --exclude'],
    ['bail', {}, ['--bail=1'], 'it gave up at a failure (bail)'],
    ['LLM_PROVIDERS', { LLM_PROVIDERS: 'acme' }, [], 'LLM_PROVIDERS was set'],
    ['another mode', { LLM_CONTRACTS: 'record' }, [], 'its mode was record'],
  ] as const)('with %s', async ([, env, args, expected], { expect }) => {
    expect(await why(env, ...args)).toBe(expected)
  })

  test('with a test file that cannot be run', async () => {
    using its = project()
    its.write({ 'b.test.ts': 'import "./not-there.js"' })
    const said = await its.vitest()
    const pruned = await prune(its)

    expect(unusedIn(said)).toBeUndefined()
    expect(pruned.stderr).toMatchInlineSnapshot(`
      "No full run is known here (the last one was not full, because b.test.ts could not be run), so nothing can be said of what is unused. Run \`npx vitest run\`, without filters and in replay mode, and prune after it.
      "
    `)
  })
})

describe('prune refuses', () => {
  test('where no run is known', async () => {
    using its = project()
    expect((await prune(its)).stderr).toMatchInlineSnapshot(`
      "No full run is known here, so nothing can be said of what is unused. Run \`npx vitest run\`, without filters and in replay mode, and prune after it.
      "
    `)
  })

  test('where a recording or a test has changed since the full run, and after a narrower run it does not', async () => {
    using its = project()
    await its.vitest()
    await its.vitest({}, 'a.test.ts')
    expect((await prune(its, '--dry-run')).code).toBe(0)

    const later = new Date(Date.now() + 5000)
    utimesSync(join(its.root, 'b.test.ts'), later, later)
    const test = await prune(its)
    expect(test.stderr.replace(/\(\d.*?\)/, '(DAY)')).toMatchInlineSnapshot(`
      "b.test.ts has changed since the last full run (DAY), so its findings may be wrong. Run \`npx vitest run\`, without filters and in replay mode, and prune after it.
      "
    `)

    await its.vitest()
    utimesSync(join(its.root, 'b.test.ts'), new Date(0), new Date(0))
    writeFileSync(join(its.root, 'fixtures/acme/gone/asks.json'), '{}')
    const changed = await prune(its)
    expect([test.code, changed.code]).toEqual([1, 1])
    expect(changed.stderr.replace(/\(\d.*?\)/, '(DAY)')).toMatchInlineSnapshot(`
      "fixtures/acme/gone/asks.json has changed since the last full run (DAY), so its findings may be wrong. Run \`npx vitest run\`, without filters and in replay mode, and prune after it.
      "
    `)
  })
})
