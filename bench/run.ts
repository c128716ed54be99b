/**
 * `npm run bench`: what a replayed call costs, beside the least it can cost and beside other tools; what the plugin adds
 * to a suite; how cost and memory grow; what reading a stream costs. `-- --quick` measures less of each,
 * `-- --only=calls,suite,growth,readers` only some.
 */
import { availableParallelism, cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { measureCalls } from './calls.ts'
import { measureGrowth, measureMemory } from './growth.ts'
import { measureReaders } from './readers.ts'
import { measureBystanders, measureSuite } from './suite.ts'
import { versionOf } from './tools/version.ts'

const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' } } })
const { quick, only } = values

const parts: Readonly<Record<string, readonly (() => Promise<string>)[]>> = {
  calls: [
    () => measureCalls('json', quick ? { warmup: 10, rounds: 10, calls: 50 } : { warmup: 15, rounds: 40, calls: 100 }),
    () => measureCalls('stream', quick ? { warmup: 5, rounds: 10, calls: 5 } : { warmup: 10, rounds: 40, calls: 10 }),
  ],
  suite: [
    () => (quick ? measureSuite(20, 2) : measureSuite(100, 3)),
    () => (quick ? measureBystanders(10, 2) : measureBystanders(30, 5)),
  ],
  growth: [
    () => (quick ? measureGrowth([100, 1000], 1) : measureGrowth([100, 1000, 10_000], 3)),
    () => measureMemory(quick ? [10, 25] : [10, 100]),
  ],
  readers: [() => (quick ? measureReaders(10, 20) : measureReaders(40, 25))],
}

const print = (text: string) => process.stdout.write(`${text}\n\n`)

const [cpu] = cpus()
print(
  `Node.js ${process.versions.node}, Vitest ${versionOf('vitest')}, OpenAI SDK ${versionOf('openai')}, ` +
    `${availableParallelism()} x ${cpu?.model.trim()}. Medians; in brackets the middle half of the rounds` +
    `${quick ? '; a quick run' : ''}.`,
)
const wanted = only?.split(',') ?? Object.keys(parts)
for (const measure of wanted.flatMap((part) => parts[part] ?? [])) {
  // Measurements are no tests: one that fails is told, and the rest is still measured.
  print(await measure().catch((error: unknown) => `A measurement failed: ${String(error)}`))
}
