import type { ProviderSpec } from './spec.ts'

/**
 * OpenRouter, a gateway to many providers. Address and key: models.dev (anomalyco/models.dev@f3fc692, provider
 * `openrouter`); models and capabilities: recorded traffic of charmbracelet/fantasy, crmne/ruby_llm and others; the
 * habits: 345 recorded streams.
 *
 * @example
 * ```sh
 * LLM_PROVIDERS=openrouter OPENROUTER_MODEL=anthropic/claude-haiku-4.5 npx vitest
 * ```
 */
export const openrouter: ProviderSpec = {
  name: 'openrouter',
  label: 'OpenRouter',
  baseURL: 'https://openrouter.ai/api/v1',
  keys: ['OPENROUTER_API_KEY'],
  models: {
    chat: 'openai/gpt-5.4-nano',
    vision: 'google/gemini-2.5-flash',
    embedding: 'openai/text-embedding-3-small',
  },
  reasoning: { on: { reasoning: { enabled: true } }, off: { reasoning: { enabled: false } } },
  offers: [
    'chat',
    'streaming',
    'tools',
    'json_schema',
    'vision',
    'embeddings',
    'reasoning',
    'reasoning_replay',
    'models',
    'stop',
    'seed',
  ],
  lacks: [
    {
      capability: 'n',
      reason: 'Accepts `n` and answers with one choice.',
      source: 'recorded replies, 0xPlaygrounds/rig (openrouter)',
      date: '2026-11-22',
    },
  ],
  gaps: [
    {
      contract: 'capability.honest',
      reason: 'Accepts `n` and answers with one choice.',
      source: 'recorded replies, 0xPlaygrounds/rig (openrouter)',
      date: '2026-11-22',
    },
    {
      contract: 'stream.delta.role-once',
      reason: 'Every chunk repeats the role, in 338 of 345 recorded streams.',
      source: 'recorded streams, neilberkman/req_llm, crmne/ruby_llm and others (338 of 345)',
      date: '2026-11-22',
    },
    {
      contract: 'stream.finish.exactly-once',
      reason: 'The chunk with the usage repeats the finish reason, in 178 of 345 recorded streams.',
      source: 'recorded streams, 0xPlaygrounds/rig and others (178 of 345)',
      date: '2026-11-22',
    },
    {
      contract: 'stream.finish.no-choice-chunk-after',
      reason: 'The usage comes after the finish reason in a chunk that holds a choice, in 159 of 160 recorded streams.',
      source: 'recorded streams, 0xPlaygrounds/rig and others (159 of 160)',
      date: '2026-11-22',
    },
    {
      contract: 'usage.stream.choices-empty',
      reason: 'The chunk with the usage holds a choice, in 344 of 345 recorded streams.',
      source: 'recorded streams, crmne/ruby_llm and others (344 of 345)',
      date: '2026-11-22',
    },
    {
      contract: 'usage.stream.absent-when-off',
      reason: 'A stream carries usage without having been asked for it, in all 87 recorded streams that did not ask.',
      source: 'recorded streams, 0xPlaygrounds/rig and others (87 of 87 that did not ask)',
      date: '2026-11-22',
    },
    {
      contract: 'error.envelope.strict',
      reason: 'The error has a number for a code, and neither `type` nor `param`.',
      source: 'recorded errors, 0xPlaygrounds/rig, crmne/ruby_llm and others',
      date: '2026-11-22',
    },
    {
      contract: 'error.401.bad-key',
      reason: 'A 401 has the code 401, a number, and no type that says authentication.',
      source: 'a recorded 401, `{"error":{"message":"Missing Authentication header","code":401}}`',
      date: '2026-11-22',
    },
    {
      contract: 'error.429.retry-after',
      reason: 'No retry-after: the reset, in epoch milliseconds, stands in the body under `error.metadata.headers`.',
      source: 'https://github.com/dirge-code/dirge/pull/719',
      date: '2026-07-26',
    },
    {
      contract: 'max_tokens.minimum',
      reason: 'A cap below 16 is raised to 16 where OpenAI answers.',
      source: 'recorded replies, 0xPlaygrounds/rig (openrouter)',
      date: '2026-11-22',
    },
    {
      contract: 'filter.shape',
      reason: 'A flagged prompt is 403, with the reasons in `error.metadata`.',
      source: 'a recorded error, "Your input was flagged by moderation."',
      date: '2026-11-22',
    },
    {
      contract: 'params.immutable-rejected',
      reason: 'Accepts any `n`, and answers with one choice.',
      source: 'recorded replies, 0xPlaygrounds/rig (openrouter)',
      date: '2026-11-22',
    },
  ],
  note:
    'What holds for one model need not hold for the next: each has its own upstream. Parameters that the upstream ' +
    'does not know are dropped unless `provider.require_parameters` is true. Comments (": OPENROUTER PROCESSING") ' +
    'stand in most streams.',
}
