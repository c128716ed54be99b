import { expect, test } from 'vitest'
import type { Settings } from '../settings.ts'
import { narrowedBy, type Run } from './narrowed.ts'

interface Fake {
  readonly config?: Readonly<Record<string, unknown>>
  readonly pattern?: RegExp
  readonly files?: number
  readonly specifications?: readonly object[]
  readonly modules?: readonly { ok: boolean; errors?: number }[]
  readonly run?: Partial<Pick<Run, 'reason' | 'unhandledErrors' | 'env'>>
  readonly mode?: Settings['mode']
}

/** A full run, narrowed as a test wants it. */
const why = ({ config = {}, pattern, files = 2, specifications = [{}, {}], modules = [], run = {}, mode }: Fake) =>
  narrowedBy({
    vitest: {
      // What Vitest fills in by itself.
      config: { project: [], tagsFilter: undefined, bail: 0, cliExclude: undefined, changed: false, ...config },
      getGlobalTestNamePattern: () => pattern,
      globTestSpecifications: async () => Array.from({ length: files }, () => ({})),
    },
    specifications,
    modules: modules.map(({ ok, errors = 0 }) => ({
      ok: () => ok,
      errors: () => Array.from({ length: errors }),
      relativeModuleId: 'a.test.ts',
    })),
    settings: [{ mode: mode ?? 'replay' }],
    reason: 'passed',
    unhandledErrors: 0,
    env: {},
    ...run,
  } as unknown as Run)

test('a run of everything is full, failed tests or not', async () => {
  expect(await why({})).toBeUndefined()
  expect(await why({ modules: [{ ok: false }], run: { reason: 'failed' } })).toBeUndefined()
  expect(await why({ specifications: [{ testLines: [], testIds: undefined }, {}] })).toBeUndefined()
  expect(await why({ config: { bail: 1 }, modules: [{ ok: true }] })).toBeUndefined()
  expect(await why({ run: { env: { LLM_PROVIDERS: ' ' } } })).toBeUndefined()
})

test('a narrower one says by what', async () => {
  const runs: Fake[] = [
    { mode: 'live' },
    { run: { env: { LLM_PROVIDERS: 'groq' } } },
    { pattern: /x/ },
    { config: { tagsFilter: ['chat'] } },
    { config: { shard: { index: 1, count: 2 } } },
    { config: { changed: 'main' } },
    { config: { related: ['/a.ts'] } },
    { config: { project: ['unit'] } },
    { config: { cliExclude: ['a.test.ts'] } },
    { config: { mergeReports: '.vitest/blob' } },
    { specifications: [{ testLines: [3] }, {}] },
    { specifications: [{ testIds: ['1'] }, {}] },
    { specifications: [{ testNamePattern: /x/ }, {}] },
    { config: { bail: 1 }, modules: [{ ok: false }] },
    { run: { reason: 'interrupted' } },
    { run: { unhandledErrors: 1 } },
    { modules: [{ ok: false, errors: 1 }] },
    { files: 3 },
  ]

  expect((await Promise.all(runs.map(why))).join('\n')).toMatchInlineSnapshot(`
    "its mode was live
    LLM_PROVIDERS was set
    it had a filter for test names
    it had a filter for tags
    it had a shard
    it had a filter for changed files
    it had a filter for changed files
    it had a filter for projects
    it had an --exclude
    it had its reports merged from other runs
    it had a filter for tests in a file
    it had a filter for tests in a file
    it had a filter for tests in a file
    it gave up at a failure (bail)
    it was interrupted
    an error was not handled
    a.test.ts could not be run
    not every test file ran"
  `)
})
