import { checkSpec } from './_check.ts'
import type { ProviderSpec } from './_spec.ts'

/** A provider of your own: a name, an address, and what differs from the defaults. */
export interface ProviderEntry
  extends
    Pick<ProviderSpec, 'name' | 'models'>,
    Partial<Omit<ProviderSpec, 'name' | 'models' | 'baseURL'>> {
  readonly baseURL: string
}

/**
 * Fills an entry's defaults: the label is the name, no key is needed, and nothing is known of its features, so that all
 * are tried.
 *
 * @throws {LlmContractsError} `bad-option` or `bad-url`, naming the field that is wrong.
 */
export function completeEntry(entry: ProviderEntry): ProviderSpec {
  return checkSpec({
    label: entry.name,
    keys: [],
    offers: [],
    lacks: [],
    gaps: [],
    ...entry,
    ...(typeof entry.baseURL === 'string' ? { baseURL: entry.baseURL.replace(/\/+$/, '') } : {}),
  })
}
