import type { ProviderSpec } from './spec.ts'

/**
 * OpenLLMAPI, a gateway about which nothing official was found. The model ids are those one public TypeScript
 * application asks it for; the key variable is this package's own convention. Nothing was measured: the gaps are those of
 * the new-api family of gateways, to which that application says it belongs.
 *
 * @example
 * ```sh
 * LLM_PROVIDERS=openllmapi OPENLLMAPI_BASE_URL=https://openllmapi.com/v1 npx vitest
 * ```
 */
export const openllmapi: ProviderSpec = {
  name: 'openllmapi',
  label: 'OpenLLMAPI',
  keys: ['OPENLLMAPI_API_KEY'],
  models: { chat: 'google/gemini-3-flash-preview' },
  offers: ['chat', 'streaming'],
  lacks: [],
  gaps: [
    {
      contract: 'error.envelope.strict',
      reason: 'Gateways of the new-api family leave out `param`, and sometimes `code`; not measured here.',
      source: 'two errors quoted from new-api gateways',
      date: '2026-11-22',
    },
    {
      contract: 'error.401.bad-key',
      reason: 'Gateways of the new-api family say `new_api_error` and no code; not measured here.',
      source: 'a 401 quoted from a new-api gateway',
      date: '2026-11-22',
    },
    {
      contract: 'error.404.unknown-model',
      reason: 'Gateways of the new-api family answer 503 "No available channel for model"; not measured here.',
      source: 'an error quoted from a new-api gateway',
      date: '2026-11-22',
    },
    {
      contract: 'error.429.retry-after',
      reason: 'Gateways of the new-api family send no retry-after of their own; not measured here.',
      source: 'errors quoted from new-api gateways, none of which names a wait',
      date: '2026-11-22',
    },
  ],
  note:
    'Its official address, key variable, models and errors are unknown: set OPENLLMAPI_BASE_URL to run it live. ' +
    'Two addresses are in use, https://openllmapi.com/v1 (one public client) and https://api.openllmapi.com/v1 ' +
    '(one public list), neither confirmed. That client names new-api and OpenRouter as what stands behind it, with ' +
    'a limit of 100 seconds, HTML pages for 502 and 504, and some models that answer only streams. ' +
    'OPENLLMAPI_API_KEY is a name this package chose.',
}
