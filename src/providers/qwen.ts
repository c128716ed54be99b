import type { ProviderSpec } from './spec.ts'

/**
 * Qwen on Alibaba Cloud's Model Studio (DashScope), in its OpenAI-compatible mode. Addresses, key and models:
 * models.dev (anomalyco/models.dev@f3fc692, providers `alibaba` and `alibaba-cn`); the second key variable:
 * pydantic/pydantic-ai@4fda389 and vercel/ai@ed857f5; the embedding model and the stream's habits: 112 recorded
 * streams, alibaba/loongsuite-python-agent and vercel/ai.
 *
 * @example
 * ```sh
 * LLM_PROVIDERS=qwen QWEN_REGION=us npx vitest
 * ```
 */
export const qwen: ProviderSpec = {
  name: 'qwen',
  label: 'Qwen',
  endpoints: {
    intl: { baseURL: 'https://dashscope-intl.aliyuncs.com/compatible-mode/v1' },
    cn: { baseURL: 'https://dashscope.aliyuncs.com/compatible-mode/v1' },
    us: { baseURL: 'https://dashscope-us.aliyuncs.com/compatible-mode/v1', models: { chat: 'qwen-flash-us' } },
  },
  keys: ['DASHSCOPE_API_KEY', 'ALIBABA_API_KEY'],
  models: { chat: 'qwen3.6-flash', vision: 'qwen3-vl-plus', embedding: 'text-embedding-v3' },
  reasoning: { on: { enable_thinking: true }, off: { enable_thinking: false } },
  offers: [
    'chat',
    'streaming',
    'tools',
    'parallel_tools',
    'json_object',
    'vision',
    'embeddings',
    'reasoning',
    'embedding_batch',
    'models',
    'responses',
    'response_state',
    'n',
  ],
  lacks: [
    {
      capability: 'json_schema',
      reason: 'Models before 3.7 take a schema and degrade to a plain JSON object.',
      source: 'https://docs.instructorphp.com/cookbook/examples/B04_LLMApiSupport/llm_qwen',
      date: '2026-11-22',
    },
    {
      capability: 'forced_tools',
      reason: 'A client library sends `auto` in place of `required`, which is not dependable.',
      source: 'https://docs.instructorphp.com/cookbook/examples/B04_LLMApiSupport/llm_qwen',
      date: '2026-11-22',
    },
    {
      capability: 'pdf',
      reason: 'Parts of type `file` are refused.',
      source: 'https://github.com/pydantic/pydantic-ai (providers/alibaba.py at 4fda389)',
      date: '2026-11-22',
    },
  ],
  gaps: [
    {
      contract: 'responses.unknown-param-honest',
      reason: 'Only documented parameters are processed: "any OpenAI parameters not mentioned are ignored".',
      source: 'https://help.aliyun.com/en/model-studio/qwen-api-via-openai-responses',
      date: '2026-11-22',
    },
    {
      contract: 'tools.stream.no-empty-string-continuation',
      reason: 'Later deltas of a tool call carry an empty `id` and often an empty `name`, in all 19 recorded.',
      source: 'recorded streams, alibaba/loongsuite-python-agent and vercel/ai (19 of 19 with tool calls)',
      date: '2026-11-22',
    },
    {
      contract: 'filter.shape',
      reason: 'A blocked prompt is 400 `data_inspection_failed`, and a streaming request gets it as an SSE line.',
      source: 'https://github.com/666ghj/BettaFish/issues/449, and a quoted reply to a streaming request',
      date: '2026-11-22',
    },
    {
      contract: 'reasoning.nonstream-allowed',
      reason: 'Hybrid models answer 400 to `enable_thinking` without a stream.',
      source: 'https://github.com/codexu/note-gen/issues/372',
      date: '2026-11-22',
    },
    {
      contract: 'json_schema.supported-or-4xx',
      reason: 'Models before 3.7 take a schema and degrade to a plain JSON object.',
      source: 'https://docs.instructorphp.com/cookbook/examples/B04_LLMApiSupport/llm_qwen',
      date: '2026-11-22',
    },
    {
      contract: 'tool_choice.honest-fallback',
      reason: 'The value `required` is not dependable: a client library sends `auto` in its place.',
      source: 'https://docs.instructorphp.com/cookbook/examples/B04_LLMApiSupport/llm_qwen',
      date: '2026-11-22',
    },
    {
      contract: 'capability.honest',
      reason: 'A schema and `required` are accepted by models that do not honour them.',
      source: 'https://docs.instructorphp.com/cookbook/examples/B04_LLMApiSupport/llm_qwen',
      date: '2026-11-22',
    },
    {
      contract: 'error.429.retry-after',
      reason: 'Neither retry-after nor a rate-limit header is documented or was recorded.',
      source:
        'https://help.aliyun.com/zh/model-studio/error-code, and recorded headers of alibaba/loongsuite-python-agent',
      date: '2026-11-22',
    },
  ],
  note:
    'Keys belong to one region, and models of the us region end in -us. json_schema depends on the model: ' +
    'Qwen3.8-Max and some 3.7 models take it. tool_choice "required" is reported as undependable.',
}
