import type { ProviderSpec } from './spec.ts'

/**
 * Groq. Address and key: pydantic/pydantic-ai@4fda389; models: models.dev (anomalyco/models.dev, provider `groq`); the
 * habits: 58 recorded streams and the recorded errors of neilberkman/req_llm, pydantic/pydantic-ai, 0xPlaygrounds/rig
 * and others.
 *
 * @example
 * ```sh
 * LLM_PROVIDERS=groq GROQ_MODEL=openai/gpt-oss-120b npx vitest
 * ```
 */
export const groq: ProviderSpec = {
  name: 'groq',
  label: 'Groq',
  baseURL: 'https://api.groq.com/openai/v1',
  keys: ['GROQ_API_KEY'],
  models: { chat: 'openai/gpt-oss-20b' },
  offers: ['chat', 'streaming', 'tools', 'json_object', 'json_schema', 'reasoning', 'models', 'seed'],
  lacks: [
    {
      capability: 'n',
      reason: 'Answers 400 unless `n` is 1.',
      source: 'https://console.groq.com/docs/openai',
      date: '2026-11-22',
    },
    {
      capability: 'logprobs',
      reason: 'Answers 400 to `logprobs` and `top_logprobs`.',
      source: 'https://console.groq.com/docs/openai',
      date: '2026-11-22',
    },
    {
      capability: 'logit_bias',
      reason: 'Answers 400 to `logit_bias`.',
      source: 'https://console.groq.com/docs/openai',
      date: '2026-11-22',
    },
  ],
  gaps: [
    {
      contract: 'handoff.history-replay',
      reason: 'A message of the assistant with `reasoning_content` is refused with 400 "is unsupported".',
      source: 'https://github.com/janhq/jan/issues/8136',
      date: '2026-05-13',
    },
    {
      contract: 'error.envelope.strict',
      reason: 'The error has no `param`.',
      source: 'recorded errors, 0xPlaygrounds/rig and others',
      date: '2026-11-22',
    },
    {
      contract: 'usage.stream.exactly-one',
      reason: 'Where usage is asked for it comes twice, beside the finish reason and in a chunk of its own.',
      source: 'recorded streams, neilberkman/req_llm and others (21 of 21 that asked)',
      date: '2026-11-22',
    },
    {
      contract: 'usage.stream.absent-when-off',
      reason: 'Usage comes unasked, in `x_groq.usage`, which 51 of 58 recorded streams carry.',
      source: 'recorded streams, neilberkman/req_llm, pydantic/pydantic-ai and others (51 of 58)',
      date: '2026-11-22',
    },
    {
      contract: 'json_schema.after-tools',
      reason: 'JSON modes cannot be combined with tools: the answer is 400.',
      source: 'https://github.com/vercel/ai/pull/16540',
      date: '2026-11-22',
    },
    {
      contract: 'roundtrip.reasoning-policy',
      reason: 'A history with `reasoning_content` is answered 400, "property is unsupported".',
      source: 'https://github.com/janhq/jan/issues/8136',
      date: '2026-11-22',
    },
    {
      contract: 'roles.name-field',
      reason: 'Answers 400 to `messages[].name`.',
      source: 'https://console.groq.com/docs/openai',
      date: '2026-11-22',
    },
  ],
  note:
    'A tool call that fails its schema in a stream arrives as `event: error` under HTTP 200, and no [DONE] follows ' +
    '(3 of 58 recorded streams). Only the gpt-oss models take strict json_schema. Whether any current model reads ' +
    'images is unresolved.',
}
