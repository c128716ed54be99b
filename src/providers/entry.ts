import { checkSpec } from './_check.ts'
import { specs } from './index.ts'
import type { ProviderSpec } from './spec.ts'

/**
 * A provider of your own: a name, a model, and what differs from the defaults. Without an address it is
 * `<NAME>_BASE_URL` that gives one.
 */
export interface NewProvider extends Partial<ProviderSpec> {
  readonly name: string
  readonly models: ProviderSpec['models']
}

/** What you know better of a built-in provider: your gaps and lacks are added to its own, all else replaces it. */
export interface KnownProvider extends Partial<ProviderSpec> {
  readonly name:
    | 'openai'
    | 'qwen'
    | 'deepseek'
    | 'zhipu'
    | 'siliconflow'
    | 'groq'
    | 'openrouter'
    | 'openllmapi'
    | 'local'
}

/** An entry as a user writes it. */
export type ProviderEntry = NewProvider | KnownProvider

/**
 * Completes an entry: from the built-in provider of its name, else with defaults: the label is the name, no key is
 * needed, and nothing is known of its features, so that all are tried.
 *
 * @throws {LlmContractsError} `bad-option` or `bad-url`, naming the field that is wrong.
 * @example
 * ```ts
 * const gap = { contract: 'json_schema.valid', reason: 'Drops the last field.', source: 'measured', date: '2026-11-22' }
 * completeEntry({ name: 'deepseek', gaps: [gap] })
 * ```
 */
export function completeEntry(entry: ProviderEntry): ProviderSpec {
  const builtIn = specs.find(({ name }) => name === entry.name)
  const base = builtIn ?? { label: entry.name, keys: [], offers: [], lacks: [], gaps: [] }
  return checkSpec({
    ...base,
    ...entry,
    ...added('gaps', base, entry),
    ...added('lacks', base, entry),
    ...(typeof entry.baseURL === 'string' ? { baseURL: entry.baseURL.replace(/\/+$/, '') } : {}),
  })
}

function added(key: 'gaps' | 'lacks', base: Partial<ProviderSpec>, entry: ProviderEntry) {
  const own: unknown = entry[key]
  return Array.isArray(own) ? { [key]: [...(base[key] ?? []), ...own] } : {}
}
