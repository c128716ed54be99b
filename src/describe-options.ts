import type { Level } from './contracts/contract.ts'
import { LlmContractsError } from './errors.ts'
import { either, nearest } from './providers/nearest.ts'
import type { Provider } from './providers/provider.ts'
import { capabilities, type Capability } from './providers/spec.ts'
import { provesTooLittle } from './trials/rate.ts'
import type { Profile } from './trials/trial.ts'

/** What `describeContracts` tries, and how hard. */
export interface ContractsOptions {
  /** Whom to ask: `providers`, or an array of what `defineProvider` gives. */
  readonly providers: readonly Provider[]
  /**
   * Only the contracts that need none but these features, beside plain chat: what your app uses. Without `streaming` nothing
   * is tried streamed. All if absent.
   */
  readonly needs?: readonly Capability[]
  /** Only the contracts of one purpose; all if absent. */
  readonly profile?: Profile
  /** The least level that is tried: `must`, `should` (if absent), `may` or `info`. */
  readonly level?: Level
  /** How often contracts on the model's behaviour are tried in each way, at most; 5 if absent. */
  readonly samples?: number
  /** The rate, from 0 to 1, that the lower bound of the 95 % interval must reach; 0.5 if absent. */
  readonly threshold?: number
}

/** The levels from the one that matters most. */
export const LEVELS: readonly Level[] = ['must', 'should', 'may', 'info']
const PROFILES: readonly Profile[] = ['gate', 'smoke', 'core', 'agent', 'rag', 'strict', 'economics']
const OPTIONS = ['providers', 'needs', 'profile', 'level', 'samples', 'threshold']

/**
 * Checks the options of `describeContracts`.
 *
 * @throws {LlmContractsError} `bad-option`, naming the option that is wrong and what it may be.
 */
export function checkOptions(options: ContractsOptions): ContractsOptions {
  const bad = (what: string) => new LlmContractsError('bad-option', `describeContracts: ${what}`)
  if (typeof options !== 'object' || options === null) throw bad('it takes an object: write { providers }.')
  const odd = Object.keys(options).find((key) => !OPTIONS.includes(key))
  if (odd !== undefined) throw bad(`there is no option ${odd}: write ${nearest(odd, OPTIONS) ?? either(OPTIONS)}.`)
  const { providers, needs, level, profile, samples = 5, threshold = 0.5 } = options
  if (!Array.isArray(providers)) throw bad('`providers` is no array: give it `providers`.')
  const name = (providers as readonly unknown[]).find((one) => typeof one === 'string')
  if (name !== undefined)
    throw bad(`\`providers\` holds the name "${name}": give it \`providers\`, and choose by LLM_PROVIDERS.`)
  if (needs !== undefined && !Array.isArray(needs)) throw bad("`needs` is no array: write ['tools'].")
  const unknown = needs?.find((need) => !Object.hasOwn(capabilities, need))
  if (unknown !== undefined) {
    const words = Object.keys(capabilities)
    throw bad(
      `\`needs\` names "${unknown}", which is no capability: write ${nearest(unknown, words) ?? either(words)}.`,
    )
  }
  if (level !== undefined && !LEVELS.includes(level))
    throw bad(`\`level\` is "${level}": write ${either([...LEVELS])}.`)
  if (profile !== undefined && !PROFILES.includes(profile)) {
    throw bad(`\`profile\` is "${profile}": write ${either([...PROFILES])}.`)
  }
  if (!(Number.isInteger(samples) && samples > 0)) throw bad('`samples` must be a whole number from 1.')
  if (!(threshold > 0 && threshold < 1)) throw bad('`threshold` must lie between 0 and 1.')
  const hopeless = provesTooLittle(samples, threshold)
  if (hopeless !== undefined) throw bad(hopeless)
  return options
}
