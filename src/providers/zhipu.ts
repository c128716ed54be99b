import type { ProviderSpec } from './spec.ts'

/**
 * Zhipu's GLM models: bigmodel.cn in China, z.ai elsewhere. Addresses, keys and models: models.dev
 * (anomalyco/models.dev@f3fc692, providers `zhipuai` and `zai`) and pydantic/pydantic-ai@4fda389, which names the
 * second key variable; tool choice: docs.bigmodel.cn/api-reference; the habits: 117 recorded bodies and 39 streams,
 * neilberkman/req_llm, charmbracelet/fantasy and others.
 *
 * @example
 * ```sh
 * LLM_PROVIDERS=zhipu ZHIPU_REGION=intl npx vitest
 * ```
 */
export const zhipu: ProviderSpec = {
  name: 'zhipu',
  label: 'Zhipu AI',
  endpoints: {
    cn: { baseURL: 'https://open.bigmodel.cn/api/paas/v4' },
    intl: { baseURL: 'https://api.z.ai/api/paas/v4' },
  },
  keys: ['ZHIPU_API_KEY', 'ZAI_API_KEY'],
  models: { chat: 'glm-4.7-flash', vision: 'glm-4.6v' },
  reasoning: { on: { thinking: { type: 'enabled' } }, off: { thinking: { type: 'disabled' } } },
  offers: ['chat', 'streaming', 'tools', 'json_object', 'vision', 'reasoning', 'seed'],
  lacks: [
    {
      capability: 'json_schema',
      reason: 'A schema is accepted without effect, as the authors of a proxy measured.',
      source: 'https://github.com/hugalafutro/model-hotel/pull/896',
      date: '2026-11-22',
    },
    {
      capability: 'forced_tools',
      reason: 'Only `auto` is documented.',
      source: 'https://docs.bigmodel.cn/api-reference',
      date: '2026-11-22',
    },
    {
      capability: 'named_tools',
      reason: 'Only `auto` is documented.',
      source: 'https://docs.bigmodel.cn/api-reference',
      date: '2026-11-22',
    },
  ],
  gaps: [
    {
      contract: 'chat.envelope.object',
      reason: 'The key `object` is missing in 90 of 117 recorded bodies.',
      source: 'recorded replies, neilberkman/req_llm and others (90 of 117)',
      date: '2026-11-22',
    },
    {
      contract: 'stream.chunk.object',
      reason: 'The key `object` is missing in 29 of 39 recorded streams.',
      source: 'recorded streams, neilberkman/req_llm and others (29 of 39)',
      date: '2026-11-22',
    },
    {
      contract: 'stream.delta.role-once',
      reason: 'Every chunk repeats the role, in all 39 recorded streams.',
      source: 'recorded streams, neilberkman/req_llm, charmbracelet/fantasy and others (39 of 39)',
      date: '2026-11-22',
    },
    {
      contract: 'usage.stream.choices-empty',
      reason: 'Usage stands in the chunk with the finish reason, beside a choice, in all 39 recorded streams.',
      source: 'recorded streams, neilberkman/req_llm, charmbracelet/fantasy and others (39 of 39)',
      date: '2026-11-22',
    },
    {
      contract: 'error.envelope.strict',
      reason: 'The error has a code that is a number in a string, such as "1302", and neither `type` nor `param`.',
      source: 'https://github.com/zai-org/GLM-5/issues/148',
      date: '2026-11-22',
    },
    {
      contract: 'json_schema.supported-or-4xx',
      reason: 'A schema is accepted without effect, as the authors of a proxy measured.',
      source: 'https://github.com/hugalafutro/model-hotel/pull/896',
      date: '2026-11-22',
    },
    {
      contract: 'tool_choice.none',
      reason: 'Only `auto` is documented.',
      source: 'https://docs.bigmodel.cn/api-reference',
      date: '2026-11-22',
    },
    {
      contract: 'capability.honest',
      reason: 'A schema is accepted without effect, as the authors of a proxy measured.',
      source: 'https://github.com/hugalafutro/model-hotel/pull/896',
      date: '2026-11-22',
    },
    {
      contract: 'error.429.retry-after',
      reason: 'Neither retry-after nor a rate-limit header is documented or was recorded.',
      source: 'https://docs.bigmodel.cn/api-reference, and recorded headers of neilberkman/req_llm',
      date: '2026-11-22',
    },
    {
      contract: 'error.401.bad-key',
      reason: 'A 401 has the code "401" and no type: nothing but the message speaks of the key.',
      source: 'https://github.com/zai-org/GLM-5/issues/148 and other quoted errors, none of which has a type',
      date: '2026-11-22',
    },
    {
      contract: 'filter.shape',
      reason: 'A blocked prompt is 400 with the code "1301".',
      source: 'https://github.com/zai-org/GLM-5/issues/148 and other quoted codes',
      date: '2026-11-22',
    },
  ],
  note:
    'An empty balance is HTTP 429 with code 1113, told from a rate limit (1302, 1305) by the code alone. Of ' +
    'tool_choice only `auto` is documented; the embedding models are unknown here, and models.dev says that glm-5.1 ' +
    'and glm-5.2 honour json_schema.',
}
