import type { ProviderSpec } from './spec.ts'

/**
 * OpenAI, the reference. Address, key and models: models.dev (anomalyco/models.dev@f3fc692, provider `openai`);
 * capabilities: recorded traffic of 0xPlaygrounds/rig, crmne/ruby_llm, neilberkman/req_llm and others. No contract is
 * known to be broken: 317 of the 377 recorded chat streams asked for usage and got it in a chunk of its own.
 *
 * @example
 * ```sh
 * LLM_PROVIDERS=openai OPENAI_MODEL=gpt-5.4-nano npx vitest
 * ```
 */
export const openai: ProviderSpec = {
  name: 'openai',
  label: 'OpenAI',
  baseURL: 'https://api.openai.com/v1',
  keys: ['OPENAI_API_KEY'],
  models: {
    chat: 'gpt-5.4-mini',
    vision: 'gpt-5.4-mini',
    embedding: 'text-embedding-3-small',
    transcription: 'whisper-1',
  },
  reasoning: {
    on: { reasoning_effort: 'low' },
    off: { reasoning_effort: 'none' },
    efforts: ['none', 'low', 'medium', 'high', 'xhigh'],
  },
  offers: [
    'chat',
    'streaming',
    'tools',
    'forced_tools',
    'named_tools',
    'strict_tools',
    'parallel_tools',
    'json_object',
    'json_schema',
    'vision',
    'embeddings',
    'reasoning',
    'reasoning_effort',
    'vision_url',
    'pdf',
    'transcription',
    'embedding_dimensions',
    'models',
    'model_lookup',
    'files',
    'batches',
    'responses',
    'response_state',
    'n',
    'seed',
    'logprobs',
    'strict_params',
    'prompt_cache',
  ],
  lacks: [],
  gaps: [],
  note:
    'Reasoning models reject `max_tokens` (ask for `max_completion_tokens`) and sampling parameters while they ' +
    'reason.',
}
