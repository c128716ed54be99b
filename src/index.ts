import { completeEntry, type ProviderEntry } from './providers/entry.ts'
import { Provider } from './providers/provider.ts'
import { resolveProvider } from './providers/resolve.ts'
import type { Capability } from './providers/spec.ts'
import { declare, settings } from './worker.ts'

export { LlmContractsError, type ErrorCode } from './errors.ts'
export { bridge, type Bridge } from './bridge.ts'
export type { ErrorClass, ErrorKind } from './contracts/classify.ts'
export type { ContractVerdict } from './contracts/contract.ts'
export { classifyError, judge } from './contracts/program.ts'
export type { ContractsOptions } from './describe-options.ts'
export { describeContracts } from './describe.ts'
export { faults, playback, type Gate } from './faults.ts'
export {
  lintStrictSchema,
  type StrictSchemaFault,
  type StrictSchemaOptions,
  type StrictSchemaRule,
} from '../matchers/strict-schema.ts'
export type { KnownProvider, NewProvider, ProviderEntry } from './providers/entry.ts'
export type { Provider } from './providers/provider.ts'
export type { Capability, Endpoint, Gap, Lack, ProviderSpec, Sourced } from './providers/spec.ts'
export type { Budget, Pace } from './recording/pacer.ts'
export type { Rate } from './trials/rate.ts'
export type { Profile } from './trials/trial.ts'
export type { Account, Attempt } from './report/account.ts'
export type { Cause } from './report/cause.ts'
export type { TestRecord, Verdict } from './report/verdict.ts'
export type { Costs, Mode, Price, Prices } from './settings.ts'
export type { Exchange } from './wire/exchange.ts'
export { readReply } from './wire/reply.ts'
export type { Reply } from './wire/types.ts'
export type * from '../matchers/index.ts'

/** The selected providers: an array made for `describe.each`. */
export interface Providers extends ReadonlyArray<Provider> {
  /**
   * Only the providers whose entries say that they offer all of these.
   *
   * @example
   * ```ts
   * describe.each(providers.supporting('tools', 'json_schema'))('$name', (provider) => { … })
   * ```
   */
  supporting(...capabilities: Capability[]): Provider[]
}

const mode = () => settings().mode

/**
 * The providers that the plugin's `providers` option or `LLM_PROVIDERS` selects; all built-in ones where neither does.
 *
 * @example
 * ```ts
 * describe.each(providers)('$name', (provider) => { … })
 * ```
 */
export const providers: Providers = Object.assign(
  settings().providers.map((resolved) => new Provider(resolved, mode)),
  {
    supporting(this: readonly Provider[], ...capabilities: Capability[]): Provider[] {
      return this.filter((provider) => capabilities.every((capability) => provider.supports(capability)))
    },
  },
)

/**
 * Declares a provider that this package does not know, a gateway or a server of your own included. Use the result in
 * `describe.each`, next to `providers` or alone; give the same entry to the plugin's `providers` to select it by name.
 *
 * @throws {LlmContractsError} `bad-option` or `bad-url`, naming the field that is wrong.
 * @example
 * ```ts
 * const gateway = defineProvider({
 *   name: 'our-gateway',
 *   baseURL: 'https://llm.example.com/v1',
 *   keys: ['GATEWAY_KEY'],
 *   models: { chat: 'gpt-5.4-mini' },
 *   offers: ['chat', 'streaming', 'tools'],
 * })
 * describe.each([gateway])('$name', (provider) => { … })
 * ```
 */
export function defineProvider(entry: ProviderEntry): Provider {
  const resolved = resolveProvider(completeEntry(entry), process.env)
  declare(resolved)
  return new Provider(resolved, mode)
}
