import type { TestModule, TestSpecification, Vitest } from 'vitest/node'
import type { Settings } from '../settings.ts'

/** What the reporter knows of a run. */
export interface Run {
  readonly vitest: Pick<Vitest, 'config' | 'globTestSpecifications' | 'getGlobalTestNamePattern'>
  /** What was asked to run. */
  readonly specifications: readonly TestSpecification[]
  /** What ran. */
  readonly modules: readonly TestModule[]
  readonly reason: 'passed' | 'interrupted' | 'failed'
  readonly unhandledErrors: number
  /** Of every project that uses the plugin. */
  readonly settings: readonly Settings[]
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * Why a run was not a full one: it replayed nothing, or something kept tests from running. Undefined where every test
 * that the configuration knows was run on every provider.
 */
export async function narrowedBy(run: Run): Promise<string | undefined> {
  const { vitest, specifications, modules, settings, env } = run
  const other = settings.find(({ mode }) => mode !== 'replay')
  if (other !== undefined) return `its mode was ${other.mode}`
  if (env['LLM_PROVIDERS']?.trim()) return 'LLM_PROVIDERS was set'
  const filter = filterOf(vitest) ?? (specifications.some(isPartial) ? 'a filter for tests in a file' : undefined)
  if (filter !== undefined) return `it had ${filter}`
  if (vitest.config.bail && modules.some((module) => !module.ok())) return 'it gave up at a failure (bail)'
  if (run.reason === 'interrupted') return 'it was interrupted'
  if (run.unhandledErrors > 0) return 'an error was not handled'
  const broken = modules.find((module) => module.errors().length > 0)
  if (broken !== undefined) return `${broken.relativeModuleId} could not be run`
  if (specifications.length < (await vitest.globTestSpecifications()).length) return 'not every test file ran'
  return undefined
}

// Some of these are not in the types of every Vitest from 4.1 on.
type Filters = Partial<Vitest['config']> & { readonly changed?: unknown; readonly mergeReports?: unknown }

function filterOf(vitest: Run['vitest']): string | undefined {
  const { tagsFilter, shard, changed, related, project, cliExclude, mergeReports } = vitest.config as Filters
  if (vitest.getGlobalTestNamePattern() !== undefined) return 'a filter for test names'
  if (isFilled(tagsFilter)) return 'a filter for tags'
  if (shard !== undefined) return 'a shard'
  if (changed || related !== undefined) return 'a filter for changed files'
  if (isFilled(project)) return 'a filter for projects'
  if (isFilled(cliExclude)) return 'an --exclude'
  if (mergeReports) return 'its reports merged from other runs'
  return undefined
}

function isPartial(specification: TestSpecification): boolean {
  const { testNamePattern, testIds, testLines, testNames, testTagsFilter } = specification as Partial<TestSpecification>
  return testNamePattern !== undefined || [testIds, testLines, testNames, testTagsFilter].some(isFilled)
}

const isFilled = (list: readonly unknown[] | undefined) => list !== undefined && list.length > 0
