import type { Reporter, TestModule, Vitest } from 'vitest/node'
import { renderMatrix } from './report/matrix.ts'
import { META, type TestRecord } from './report/verdict.ts'

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
 * Prints the matrix of contracts by providers after a run. The plugin adds it by itself.
 *
 * It writes to standard output, or to standard error where another reporter (json, junit, tap) speaks to a program there.
 *
 * @example
 * ```ts
 * export default defineConfig({ test: { reporters: ['default', new MatrixReporter()] } })
 * ```
 */
export class MatrixReporter implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const records = modules
      .flatMap((module) => [...module.children.allTests()].flatMap((test) => recordOf(test.meta())))
      .sort((a, b) => a.file.localeCompare(b.file))
    const out = this.#speaksToPeople() ? process.stdout : process.stderr
    const color = out.isTTY && process.env['NO_COLOR'] === undefined
    const text = renderMatrix(records, { width: out.columns ?? 140, color })
    if (text !== '') out.write(`${text}\n`)
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

function recordOf(meta: object): TestRecord[] {
  const record = (meta as { [META]?: TestRecord })[META]
  return record === undefined ? [] : [record]
}
