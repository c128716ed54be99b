import type { ProviderSpec } from './spec.ts'

/**
 * SiliconFlow, two sites with separate keys. Addresses, keys and models: models.dev (anomalyco/models.dev@f3fc692,
 * providers `siliconflow-cn` and `siliconflow`); errors: api-docs.siliconflow.cn, measured 2026-07-12, and quoted
 * replies; the stream's habits: four quoted streams, memex-lab/dart_agent_core#23 and others.
 *
 * @example
 * ```sh
 * LLM_PROVIDERS=siliconflow SILICONFLOW_REGION=com npx vitest
 * ```
 */
export const siliconflow: ProviderSpec = {
  name: 'siliconflow',
  label: 'SiliconFlow',
  endpoints: {
    cn: { baseURL: 'https://api.siliconflow.cn/v1', keys: ['SILICONFLOW_CN_API_KEY'] },
    com: {
      baseURL: 'https://api.siliconflow.com/v1',
      keys: ['SILICONFLOW_API_KEY'],
      models: { chat: 'zai-org/GLM-5.1', embedding: 'BAAI/bge-m3' },
    },
  },
  keys: ['SILICONFLOW_CN_API_KEY', 'SILICONFLOW_API_KEY'],
  models: { chat: 'Qwen/Qwen3.5-4B', vision: 'Qwen/Qwen3.5-4B', embedding: 'BAAI/bge-m3' },
  reasoning: { on: { enable_thinking: true }, off: { enable_thinking: false } },
  offers: ['chat', 'streaming', 'tools', 'json_object', 'vision', 'embeddings', 'reasoning'],
  lacks: [],
  gaps: [
    {
      contract: 'error.envelope',
      reason: 'No `error` object: 400 is `{ code, message, data }`, 429 has no code, and 401 to 404 are a bare string.',
      source: 'https://api-docs.siliconflow.cn/docs/api/chat-completions-post, and measured',
      date: '2026-07-12',
    },
    {
      contract: 'error.envelope.strict',
      reason: 'No error has `type` or `param`, and the code is a number where there is one.',
      source: 'https://api-docs.siliconflow.cn/docs/api/chat-completions-post, and measured',
      date: '2026-07-12',
    },
    {
      contract: 'error.401.bad-key',
      reason:
        'A 401 is the bare JSON string "Invalid token", or code 30014 for a key of the other site: no type, no word.',
      source: 'https://github.com/chatboxai/chatbox/issues/2573, and measured',
      date: '2026-07-12',
    },
    {
      contract: 'usage.stream.exactly-one',
      reason: 'Every chunk carries a running usage, in all four quoted streams.',
      source: 'https://github.com/memex-lab/dart_agent_core/issues/23 and other quoted streams (4 of 4)',
      date: '2026-11-22',
    },
    {
      contract: 'usage.stream.choices-empty',
      reason: 'Usage stands beside a choice, in all four quoted streams.',
      source: 'https://github.com/memex-lab/dart_agent_core/issues/23 and other quoted streams (4 of 4)',
      date: '2026-11-22',
    },
    {
      contract: 'usage.stream.null-elsewhere',
      reason: 'Usage is a running count in every chunk, null in none of the four quoted streams.',
      source: 'https://github.com/memex-lab/dart_agent_core/issues/23 and other quoted streams (4 of 4)',
      date: '2026-11-22',
    },
    {
      contract: 'error.429.retry-after',
      reason: 'Neither retry-after nor a rate-limit header is documented or was recorded.',
      source: 'https://api-docs.siliconflow.cn/docs/api/chat-completions-post',
      date: '2026-11-22',
    },
  ],
  note:
    'A key of one site is refused by the other. An empty balance is HTTP 403 (30001, 30011). Tools, JSON mode and ' +
    'n > 1 depend on the model: a refusal is HTTP 400 with a code of 200xx.',
}
