import type { Reporter, TestModule, TestRunEndReason, TestSpecification, Vitest } from 'vitest/node'
import { writeLedger, type Findings } from './recording/ledger.ts'
import { turnstileAt } from './recording/turnstile.ts'
import { findUnused } from './recording/unused.ts'
import { renderMatrix, type Look } from './report/matrix.ts'
import { narrowedBy } from './report/narrowed.ts'
import { renderOld } from './report/old.ts'
import { ranFile, recordOf } from './report/ran.ts'
import { renderUpstreams } from './report/upstreams.ts'
import { writeResults } from './report/results.ts'
import type { TestRecord } from './report/verdict.ts'
import { renderUnused } from './report/unused.ts'
import { PROVIDED, type Prices, type Settings } from './settings.ts'

export { balancesOf, undeliveredShare } from './report/balance.ts'
export type { Balance, Each, ProviderBalance, Spread, Sum } from './report/balance.ts'
export { openPrices, type Charge, type Pricer } from './report/prices.ts'

const FOR_PEOPLE = new Set([
  'default',
  'verbose',
  'tree',
  'dot',
  'minimal',
  'agent',
  'basic',
  'github-actions',
  'hanging-process',
])

/**
 * Prints the matrix of contracts by providers after a run, and what recordings a full run did not use. The plugin adds
 * it by itself.
 *
 * It writes to standard output, or to standard error where another reporter (json, junit, tap) speaks to a program
 * there.
 *
 * @example
 * ```ts
 * export default defineConfig({ test: { reporters: ['default', new MatrixReporter()] } })
 * ```
 */
export class MatrixReporter implements Reporter {
  #vitest: Vitest | undefined
  #specifications: readonly TestSpecification[] = []
  #started = new Date()

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#specifications = specifications
    this.#started = new Date()
  }

  async onTestRunEnd(
    modules: readonly TestModule[],
    errors: readonly unknown[] = [],
    reason: TestRunEndReason = 'passed',
  ): Promise<void> {
    const records = modules
      .toSorted((a, b) => a.moduleId.localeCompare(b.moduleId))
      .flatMap((module) => [...module.children.allTests()].flatMap((test) => recordOf(test) ?? []))
    const out = this.#speaksToPeople() ? process.stdout : process.stderr
    const color = out.isTTY && process.env['NO_COLOR'] === undefined
    const matrix = renderMatrix(records, { width: out.columns ?? 140, color })
    if (matrix !== '') out.write(`${matrix}\n`)
    const mixed = renderUpstreams(records)
    if (mixed !== '') out.write(`${mixed}\n\n`)
    const costs = await this.#costs(modules, records, { width: out.columns ?? 140, color })
    if (costs !== '') out.write(`${costs}\n`)
    const uncounted = this.#uncounted(modules)
    if (uncounted !== '') out.write(`${uncounted}\n\n`)
    if (this.#vitest !== undefined && records.length > 0) keepResults(this.#vitest.config.root, records)
    const maxAge = modules.map((module) => settingsOf(module.project)?.maxAge).find((age) => age !== undefined)
    const old = maxAge === undefined ? '' : renderOld(records, maxAge, Date.now())
    if (old !== '') out.write(`${old}\n\n`)
    const unused = await this.#unused(modules, errors.length, reason)
    if (unused !== '') out.write(`${unused}\n\n`)
  }

  /** What the budget of a live run could not count. */
  #uncounted(modules: readonly TestModule[]): string {
    const doors = new Set(modules.flatMap((module) => settingsOf(module.project)?.turnstile ?? []))
    const sentences = [...doors].flatMap((address) => turnstileAt(address)?.uncounted() ?? [])
    return sentences.map((sentence) => `Warning: ${sentence}`).join('\n')
  }

  /** What the run spent; nothing where only recordings were played, unless the settings ask for it. */
  async #costs(modules: readonly TestModule[], records: readonly TestRecord[], look: Look): Promise<string> {
    const attempts = records.flatMap(({ account }) => account?.attempts ?? [])
    const settings = modules.flatMap((module) => settingsOf(module.project) ?? [])
    const isWanted = settings.some(({ costs }) => costs === 'always')
    if (attempts.length === 0 || (!isWanted && attempts.every(({ recorded }) => recorded))) return ''
    const { openPrices } = await import('./report/prices.ts')
    const { renderCosts } = await import('./report/costs.ts')
    const prices = Object.assign({}, ...settings.map((one) => one.prices)) as Prices
    return renderCosts(records, await openPrices(prices, this.#started), look)
  }

  /** Notes the run in the ledger; for a full one, what it did not use. */
  async #unused(modules: readonly TestModule[], unhandledErrors: number, reason: TestRunEndReason): Promise<string> {
    const vitest = this.#vitest
    const settings = vitest?.projects.flatMap((project) => settingsOf(project) ?? []) ?? []
    if (vitest === undefined || settings.length === 0) return ''
    const specifications = this.#specifications
    const env = process.env
    const narrowed = await narrowedBy({ vitest, specifications, modules, reason, unhandledErrors, settings, env })
    const { root } = vitest.config
    if (narrowed !== undefined) {
      keep(root, { narrowedBy: narrowed })
      return ''
    }
    const ran = modules.flatMap((module) => {
      const own = settingsOf(module.project)
      return own === undefined ? [] : ranFile(module, own)
    })
    const findings = findUnused(root, ran, this.#started)
    return keep(root, findings) ? renderUnused(findings) : ''
  }

  #speaksToPeople(): boolean {
    const { reporters, outputFile } = this.#vitest?.config ?? {}
    return ((reporters ?? []) as unknown[]).every((entry) => {
      const [name, options] = (Array.isArray(entry) ? entry : [entry]) as [unknown, { outputFile?: string }?]
      if (typeof name !== 'string' || FOR_PEOPLE.has(name) || options?.outputFile !== undefined) return true
      return typeof outputFile === 'string' || outputFile?.[name] !== undefined
    })
  }
}

function settingsOf(project: TestModule['project']): Settings | undefined {
  return (project.getProvidedContext() as { [PROVIDED]?: Settings })[PROVIDED]
}

// Where nothing can be written, `diff` will say that it knows nothing.
function keepResults(root: string, records: readonly TestRecord[]): void {
  try {
    writeResults(root, records, new Date())
  } catch {}
}

// In a folder that cannot be written nothing can be pruned either, so nothing is said.
function keep(root: string, run: Findings | { narrowedBy: string }): boolean {
  try {
    writeLedger(root, run, new Date())
    return true
  } catch {
    return false
  }
}
