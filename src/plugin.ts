import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestTagDefinition } from 'vitest'
import type { VitestPluginContext } from 'vitest/node'
import type { Bill } from './wire/bill.ts'
import { loadEnv } from './env.ts'
import { mustRunOn } from './node.ts'
import { completeEntry, type ProviderEntry } from './providers/entry.ts'
import { specs } from './providers/index.ts'
import { selectProviders } from './providers/resolve.ts'
import { capabilities, type ProviderSpec } from './providers/spec.ts'
import { checkBudget, checkPaces } from './recording/limits.ts'
import type { Budget, Pace } from './recording/pacer.ts'
import { openTurnstile } from './recording/turnstile.ts'
import { checkPrices } from './report/prices.ts'
import { MatrixReporter } from './reporter.ts'
import {
  PROVIDED,
  readCosts,
  readMode,
  readRequired,
  type Costs,
  type Mode,
  type Prices,
  type Settings,
} from './settings.ts'

/** Options of {@link llmContracts}. The environment wins over them. */
export interface Options {
  /**
   * The providers to test, by name or as entries of your own; all built-in ones if absent. `LLM_PROVIDERS=qwen,groq`
   * narrows them for a run.
   */
  readonly providers?: readonly (string | ProviderEntry | { readonly entry: ProviderSpec })[]
  /** Folder of the recordings, relative to the project; `fixtures` if absent. */
  readonly fixtures?: string
  /** What to do with the network where `LLM_CONTRACTS` does not say; `replay` if absent. */
  readonly mode?: Mode
  /** Hosts such as `localhost:3000` whose requests pass untouched in every mode: servers that the tests start themselves. */
  readonly allow?: readonly string[]
  /**
   * How fast replayed streams arrive: `recorded` as they did, or a factor of that time; 0, at once, if absent. A test may
   * set its own with `playback()`.
   */
  readonly timing?: 'recorded' | number
  /**
   * `false` runs the test files of a worker in one module graph (Vitest's own `isolate: false`), which saves most of a
   * suite's time: nothing of one file's recordings leaks into the next. Your own code must allow it too.
   */
  readonly isolate?: false
  /**
   * What a live run may spend in all, over all its tests: once it is spent, the tests that still ask are skipped with that
   * reason, and what was found until then is reported. Money counts where the wire tells a cost or the price is known
   * (see `prices`), tokens where it tells usage; how many answers told neither stands below the matrix.
   */
  readonly budget?: Budget
  /**
   * How fast a live run may ask, by provider: requests under way at a time, and requests per minute. While a test waits
   * for its turn nothing is sent, and a test that ends there is skipped as inconclusive. Where the project sets no
   * `testTimeout` of its own, a test has an hour.
   */
  readonly pace?: Readonly<Record<string, Pace>>
  /** How many days old a recording may be in replay, and what happens then: a warning below the matrix, or a red test. */
  readonly maxAge?: { readonly days: number; readonly then: 'warn' | 'fail' }
  /**
   * Prices of your own, in US dollars per million tokens, by model or by `provider/model`:
   * `{ 'deepseek-v4-flash': { input: 0.28, output: 0.42, cached: 0.028 } }`. They count before the table of
   * `@pydantic/genai-prices`; a cost that the wire reports counts before both.
   */
  readonly prices?: Prices
  /**
   * When to tell what accepted answers cost and how long they took: `live`, after runs that reached the network, if
   * absent; `always`, after replays too; `never`. `LLM_COSTS` wins.
   */
  readonly costs?: Costs
}

const TAGS: readonly TestTagDefinition[] = [
  ...Object.entries(capabilities).map(([name, what]) => ({ name, description: `Needs ${what}` })),
  { name: 'errors', description: 'Provokes errors' },
  { name: 'smoke', description: 'The smallest test of a provider: one JSON answer, one tool call' },
]

/** What {@link llmContracts} gives to Vitest. */
export interface LlmContractsPlugin {
  readonly name: string
  config(config: { readonly test?: { readonly server?: { readonly deps?: { readonly inline?: unknown } } } }): object
  configureVitest(context: VitestPluginContext): void
}

const setup = fileURLToPath(new URL(import.meta.url.endsWith('.ts') ? './setup.ts' : './setup.js', import.meta.url))

/** Milliseconds a test may take where it talks to the network and the project has not said otherwise. */
const NETWORK_TIMEOUT = 120_000
/** The same where it waits for its turn too: the run's own pace must make no test red, and no hang hold a night. */
const PACED_TIMEOUT = 3_600_000
const VITEST_TIMEOUT = 5_000
const VITEST_HOOK_TIMEOUT = 10_000

/**
 * The Vitest plugin: adds the setup file with the matchers, hands the mode and the providers to the workers, defines a tag
 * for every capability, and prints the matrix after the run. Reads `.env.local` and `.env` of the project; what the
 * environment already holds wins.
 *
 * @throws {LlmContractsError} for an unknown provider or mode, a bad URL, or a Node.js that is too old.
 * @example
 * ```ts
 * // vitest.config.ts
 * import { defineConfig } from 'vitest/config'
 * import { llmContracts } from 'vitest-llm-contracts/plugin'
 *
 * export default defineConfig({ plugins: [llmContracts({ providers: ['openai', 'deepseek', 'qwen'] })] })
 * ```
 */
export function llmContracts(options: Options = {}): LlmContractsPlugin {
  mustRunOn(process.versions.node)
  return {
    name: 'vitest-llm-contracts',
    // Without isolation Node.js runs a package's module once per worker; one that Vitest itself loads runs for every test
    // file, and the hooks in it with it.
    config: ({ test }) =>
      test?.server?.deps?.inline === true
        ? {}
        : { test: { server: { deps: { inline: ['vitest-llm-contracts/dist/src/setup.js'] } } } },
    configureVitest({ vitest, project }) {
      const { config } = project
      if (config.setupFiles.includes(setup)) return
      loadEnv(config.root)
      const settings = settle(options, config.root)
      // Before the project's own, so that what they open is sealed and played too.
      config.setupFiles.unshift(setup)
      const paced = settings.mode !== 'replay' && (options.budget !== undefined || options.pace !== undefined)
      const door = paced ? openTurnstile(options.budget ?? {}, options.pace ?? {}, priceBy(settings)) : undefined
      if (door !== undefined) vitest.onClose(() => door.close())
      project.provide(PROVIDED as never, { ...settings, ...(door && { turnstile: door.address }) } as never)
      const known = new Set(config.tags.map(({ name }) => name))
      config.tags.push(...TAGS.filter(({ name }) => !known.has(name)))
      const waits = settings.mode !== 'replay' && options.pace !== undefined
      if (settings.mode !== 'replay' && config.testTimeout === VITEST_TIMEOUT)
        config.testTimeout = waits ? PACED_TIMEOUT : NETWORK_TIMEOUT
      if (waits && config.hookTimeout === VITEST_HOOK_TIMEOUT) config.hookTimeout = PACED_TIMEOUT
      if (options.isolate === false) config.isolate = false
      const modules = resolve(config.root, 'node_modules')
      // Less precise coverage is not worth the time that compiled code saves.
      if (existsSync(modules) && !vitest.config.coverage.enabled) {
        process.env['NODE_COMPILE_CACHE'] ??= resolve(modules, '.vitest-llm-contracts/compiled')
      }
      const reporters = vitest.config.reporters as unknown[]
      if (!reporters.some((reporter) => reporter instanceof MatrixReporter)) reporters.push(new MatrixReporter())
    },
  }
}

function settle(options: Options, root: string): Settings {
  const wanted = options.providers?.map((provider) => {
    if (typeof provider === 'string') return provider
    return 'entry' in provider ? provider.entry : completeEntry(provider)
  })
  const providers = selectProviders(wanted, process.env)
  checkBudget(options.budget)
  checkPaces(options.pace, [
    ...new Set([...specs, ...providers, ...(wanted ?? [])].map((one) => (typeof one === 'string' ? one : one.name))),
  ])
  return {
    mode: readMode(process.env, options.mode),
    root,
    fixtures: resolve(root, options.fixtures ?? 'fixtures'),
    providers,
    required: readRequired(process.env, providers),
    allow: options.allow ?? [],
    timing: options.timing === 'recorded' ? 1 : (options.timing ?? 0),
    maxAge: options.maxAge,
    costs: readCosts(process.env, options.costs),
    prices: checkPrices(options.prices),
  }
}

/** The US dollars of an answer whose wire told none, by the user's own prices and the public table. */
function priceBy({ prices }: Settings): (bill: Bill) => Promise<number | undefined> {
  const opened = import('./report/prices.ts').then(({ openPrices }) => openPrices(prices ?? {}))
  return async (bill) => (await opened).byTable(bill)?.usd
}
