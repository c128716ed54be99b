import type { Seed } from './contract.ts'
import { completion, whole } from './seed.ts'

const answered = (headers: Record<string, string> = {}, more: Record<string, unknown> = {}) =>
  whole(completion({}, more), { headers })
const usage = { prompt_tokens: 8, completion_tokens: 2, total_tokens: 10 }
const limits = { 'x-ratelimit-limit-requests': '500', 'x-ratelimit-remaining-requests': '499' }

/** Seeds of what the headers promise; the defect of a note is what it notes. */
export const headersSeeds: readonly Seed[] = [
  { contract: 'headers.request-id', clean: answered(), defect: answered({ 'x-request-id': '' }) },
  {
    contract: 'headers.ratelimit-parseable',
    clean: answered({ ...limits, 'x-ratelimit-reset-requests': '6m0s' }),
    defect: answered({ ...limits, 'x-ratelimit-reset-requests': 'soon' }),
  },
  {
    contract: 'headers.billing-cost',
    clean: answered(),
    defect: answered({}, { usage: { ...usage, cost: 0.000044 } }),
  },
  { contract: 'provenance.route', clean: answered(), defect: answered({}, { provider: 'Acme Cloud' }) },
]
