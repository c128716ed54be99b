import { LlmContractsError } from './errors.ts'
import type { ResolvedProvider } from './providers/resolve.ts'

/**
 * What a run does with the network: `replay` plays recordings and never reaches it, `record` plays what is recorded and
 * records what is missing, `rerecord` records everything anew, `live` talks to the providers and keeps nothing.
 */
export type Mode = 'replay' | 'record' | 'rerecord' | 'live'

/** The name under which the plugin provides the settings to workers. */
export const PROVIDED = 'vitest-llm-contracts'

const MODES: readonly Mode[] = ['replay', 'record', 'rerecord', 'live']

/** What a model costs, in US dollars per million tokens. */
export interface Price {
  readonly input: number
  readonly output: number
  /** Of input that came from a cache; `input` where absent. */
  readonly cached?: number
}

/** Prices by model (`deepseek-v4-flash`), or by provider and model (`openrouter/openai/gpt-5.4-nano`), which counts first. */
export type Prices = Readonly<Record<string, Price>>

/** When attempts are counted and their cost is told: after runs that reach the network, after every run, or never. */
export type Costs = 'live' | 'always' | 'never'

/** Everything a worker needs to know, as plain data that Vitest can hand to it. */
export interface Settings {
  readonly mode: Mode
  /** Absolute path of the project. */
  readonly root: string
  /** Absolute path of the recordings. */
  readonly fixtures: string
  readonly providers: readonly ResolvedProvider[]
  /** Providers that must be able to run live: without a key they are red, not skipped. */
  readonly required: readonly string[]
  /** Hosts (`localhost:3000`, `127.0.0.1`) whose requests pass untouched in every mode. */
  readonly allow: readonly string[]
  /** How fast a replayed stream arrives: a factor of the recorded times, 0 for at once. */
  readonly timing: number
  /** Where the requests of a live run wait for their turn; absent where it has neither a budget nor a pace. */
  readonly turnstile?: string
  readonly maxAge?: { readonly days: number; readonly then: 'warn' | 'fail' } | undefined
  /** `live` where absent. */
  readonly costs?: Costs
  /** The user's own prices. */
  readonly prices?: Prices
}

/** Whether tests keep account of what they spend. */
export function keepsAccount({ mode, costs = 'live' }: Settings): boolean {
  return costs === 'always' || (costs === 'live' && mode !== 'replay')
}

/**
 * The mode that the environment or the option names; `replay` where neither does.
 *
 * @throws {LlmContractsError} `unknown-mode`
 */
export function readMode(env: Readonly<Record<string, string | undefined>>, option: Mode | undefined): Mode {
  const fromEnv = env['LLM_CONTRACTS']?.trim()
  const word = fromEnv || option || 'replay'
  const mode = MODES.find((known) => known === word)
  if (mode !== undefined) return mode
  const where = fromEnv ? 'LLM_CONTRACTS' : 'the plugin option `mode`'
  throw new LlmContractsError(
    'unknown-mode',
    `${where} is "${word}", which is no mode. Set it to ${MODES.slice(0, -1).join(', ')} or live.`,
  )
}

/**
 * When costs are told, as `LLM_COSTS` or else the option says; `live` where neither does.
 *
 * @throws {LlmContractsError} `bad-option`
 */
export function readCosts(env: Readonly<Record<string, string | undefined>>, option: Costs | undefined): Costs {
  const fromEnv = env['LLM_COSTS']?.trim()
  const word = fromEnv || option || 'live'
  if (word === 'live' || word === 'always' || word === 'never') return word
  const where = fromEnv ? 'LLM_COSTS' : 'The plugin option `costs`'
  throw new LlmContractsError('bad-option', `${where} is "${word}": write live, always or never.`)
}

/**
 * The providers that `LLM_REQUIRE` names.
 *
 * @throws {LlmContractsError} `unknown-provider` for a name that is not selected.
 */
export function readRequired(
  env: Readonly<Record<string, string | undefined>>,
  selected: readonly { readonly name: string }[],
): string[] {
  const names = (env['LLM_REQUIRE'] ?? '').split(',').map((name) => name.trim())
  const wanted = names.includes('all') ? selected.map(({ name }) => name) : names.filter((name) => name !== '')
  const unknown = wanted.find((name) => !selected.some((provider) => provider.name === name))
  if (unknown === undefined) return wanted
  throw new LlmContractsError(
    'unknown-provider',
    `LLM_REQUIRE names "${unknown}", which is not among the selected providers: ${selected.map(({ name }) => name).join(', ')}.`,
  )
}
