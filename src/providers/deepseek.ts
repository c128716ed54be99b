import type { ProviderSpec } from './spec.ts'

/**
 * DeepSeek. Address, key and models: models.dev (anomalyco/models.dev@f3fc692, provider `deepseek`) and
 * api-docs.deepseek.com; the stream's habits: 99 recorded streams, 0xPlaygrounds/rig, crmne/ruby_llm and others.
 *
 * @example
 * ```sh
 * LLM_PROVIDERS=deepseek DEEPSEEK_MODEL=deepseek-v4-pro npx vitest
 * ```
 */
export const deepseek: ProviderSpec = {
  name: 'deepseek',
  label: 'DeepSeek',
  baseURL: 'https://api.deepseek.com',
  keys: ['DEEPSEEK_API_KEY'],
  models: { chat: 'deepseek-v4-flash' },
  reasoning: {
    on: { thinking: { type: 'enabled' } },
    off: { thinking: { type: 'disabled' } },
    efforts: ['high', 'max'],
  },
  offers: [
    'chat',
    'streaming',
    'tools',
    'forced_tools',
    'named_tools',
    'parallel_tools',
    'json_object',
    'reasoning',
    'reasoning_replay',
    'models',
    'responses',
    'stop',
    'logprobs',
    'prompt_cache',
  ],
  lacks: [
    {
      capability: 'json_schema',
      reason:
        'Takes `json_object` only, and answers 400 "This response_format type is unavailable now" to `json_schema`.',
      source: 'https://github.com/agentscope-ai/agentscope-java/issues/1720',
      date: '2026-11-22',
    },
    {
      capability: 'embeddings',
      reason: 'No embedding model is listed.',
      source: 'https://models.dev (anomalyco/models.dev@f3fc692, provider deepseek)',
      date: '2026-11-22',
    },
    {
      capability: 'audio',
      reason: 'Parts of type `input_audio` are refused with 400 "unknown variant".',
      source: 'recorded errors, 0xPlaygrounds/rig (deepseek/wire_shape_matrix)',
      date: '2026-11-22',
    },
    {
      capability: 'transcription',
      reason: 'There is no path for transcriptions.',
      source: 'https://docs.getbifrost.ai/providers/supported-providers/deepseek',
      date: '2026-11-22',
    },
    {
      capability: 'files',
      reason: 'There is no path for files.',
      source: 'https://docs.getbifrost.ai/providers/supported-providers/deepseek',
      date: '2026-11-22',
    },
    {
      capability: 'batches',
      reason: 'There is no path for batches.',
      source: 'https://docs.getbifrost.ai/providers/supported-providers/deepseek',
      date: '2026-11-22',
    },
  ],
  gaps: [
    {
      contract: 'responses.unknown-param-honest',
      reason: 'A parameter of the Responses API that is not known is ignored.',
      source: 'quoted in the catalogue of contracts, responses.unknown-param-honest',
      date: '2026-11-22',
    },
    {
      contract: 'usage.stream.choices-empty',
      reason: 'Usage stands in the chunk with the finish reason, beside a choice, in all 99 recorded streams.',
      source: 'recorded streams, 0xPlaygrounds/rig, crmne/ruby_llm and others (99 of 99)',
      date: '2026-11-22',
    },
    {
      contract: 'usage.stream.absent-when-off',
      reason: 'A stream carries usage without having been asked for it.',
      source: 'recorded streams, 0xPlaygrounds/rig, crmne/ruby_llm and others',
      date: '2026-11-22',
    },
    {
      contract: 'tool_choice.required',
      reason: 'Answers 400 in thinking mode, which is on unless `thinking` is sent as disabled.',
      source: 'https://api-docs.deepseek.com/guides/thinking_mode/',
      date: '2026-10-06',
    },
    {
      contract: 'tool_choice.named',
      reason: 'Answers 400 in thinking mode, which is on unless `thinking` is sent as disabled.',
      source: 'https://api-docs.deepseek.com/guides/thinking_mode/',
      date: '2026-10-06',
    },
    {
      contract: 'error.429.retry-after',
      reason: 'No recorded reply carries retry-after or a rate-limit header, only `x-ds-trace-id`.',
      source: 'recorded headers, crmne/ruby_llm, posit-dev/chatlas and others',
      date: '2026-11-22',
    },
    {
      contract: 'roundtrip.reasoning-policy',
      reason: 'The turn of a call must be sent back with its `reasoning_content`, or the answer is 400.',
      source: 'https://github.com/langchain-ai/langchain/issues/34166',
      date: '2026-11-22',
    },
    {
      contract: 'roles.assistant.null-content-history',
      reason: 'Answers 400 in thinking mode where an earlier tool call comes without its `reasoning_content`.',
      source: 'https://api-docs.deepseek.com/guides/thinking_mode/',
      date: '2026-10-06',
    },
    {
      contract: 'filter.shape',
      reason: 'A blocked prompt is 400 "Content Exists Risk" under the code of every other error.',
      source: 'a quoted reply, "Content Exists Risk" under HTTP 400',
      date: '2026-11-22',
    },
  ],
  note:
    'Vision is declared neither offered nor lacking: recorded requests with images were refused with 400, and the vision ' +
    'guide at api-docs.deepseek.com, newer than they are, says that `deepseek-flash` takes them. After a ' +
    'tool call the earlier `reasoning_content` must be sent back.',
}
