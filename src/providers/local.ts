import type { ProviderSpec } from './spec.ts'

/**
 * A server on this machine: llama.cpp, Ollama or vLLM at its usual port. Addresses: the recorded traffic of
 * charmbracelet/fantasy, Mirascope/mirascope and traceloop/openllmetry, and pydantic/pydantic-ai@4fda389 for Ollama;
 * the model: recorded by pydantic/pydantic-ai; the habits: 0xPlaygrounds/rig's recordings of llama.cpp and
 * ollama/ollama#17921.
 *
 * @example
 * ```sh
 * LLM_PROVIDERS=local LOCAL_SERVER=ollama LOCAL_MODEL=gpt-oss:20b npx vitest
 * ```
 */
export const local: ProviderSpec = {
  name: 'local',
  label: 'Local server',
  endpoints: {
    'llama.cpp': { baseURL: 'http://localhost:8080/v1' },
    ollama: { baseURL: 'http://localhost:11434/v1' },
    vllm: { baseURL: 'http://localhost:8000/v1' },
  },
  endpointVariable: 'LOCAL_SERVER',
  keys: ['LOCAL_API_KEY'],
  keyOptional: true,
  models: { chat: 'gpt-oss:20b' },
  offers: ['chat', 'streaming', 'tools', 'json_object', 'json_schema', 'models', 'stop', 'seed'],
  lacks: [],
  gaps: [
    {
      contract: 'vision.unsupported-is-4xx',
      endpoint: 'llama.cpp',
      reason: 'A text model answers an image with 500 "image input is not supported".',
      source: 'https://github.com/ggml-org/llama.cpp/issues/15377',
      date: '2025-08-17',
    },
    {
      contract: 'models.list.contains-configured',
      endpoint: 'llama.cpp',
      reason: 'Listed is the file that is loaded, under whatever id it is asked for.',
      source: 'recorded replies, 0xPlaygrounds/rig (llamacpp/tool_matrix): the loaded model answers for any id',
      date: '2026-11-22',
    },
    {
      contract: 'error.envelope.strict',
      endpoint: 'llama.cpp',
      reason: 'The error code is a number, and `param` is missing.',
      source: 'recorded errors, 0xPlaygrounds/rig (llamacpp/error_matrix)',
      date: '2026-11-22',
    },
    {
      contract: 'error.404.unknown-model',
      endpoint: 'llama.cpp',
      reason: 'Whatever model is asked for, the loaded one answers with 200.',
      source: 'recorded replies, 0xPlaygrounds/rig (llamacpp/tool_matrix)',
      date: '2026-11-22',
    },
    {
      contract: 'error.400.malformed-json',
      endpoint: 'llama.cpp',
      reason: 'A body that is no JSON is answered with 500 `server_error`.',
      source: 'https://github.com/ggml-org/llama.cpp/issues/11738',
      date: '2026-11-22',
    },
    {
      contract: 'json_object.parses',
      endpoint: 'llama.cpp',
      reason: 'A bare `json_object` has no effect: the model writes what it likes.',
      source: 'a recorded reply, 0xPlaygrounds/rig (llamacpp), 1 of 73 replies in JSON mode',
      date: '2026-11-22',
    },
    {
      contract: 'json_object.no-fence',
      endpoint: 'llama.cpp',
      reason: 'A bare `json_object` has no effect: the model may fence its JSON in Markdown.',
      source: 'a recorded reply, 0xPlaygrounds/rig (llamacpp), 1 of 73 replies in JSON mode',
      date: '2026-11-22',
    },
    {
      contract: 'tool_choice.none',
      endpoint: 'ollama',
      reason: 'Tool choice is ignored: tools were called in three of three tries.',
      source: 'https://github.com/ollama/ollama/issues/17921 (0.32.15, 3 of 3)',
      date: '2026-08-21',
    },
    {
      contract: 'tool_choice.named',
      endpoint: 'ollama',
      reason: 'Tool choice is ignored: the model answers in plain text where the prompt does not call for the tool.',
      source: 'https://github.com/ollama/ollama/issues/17921 (0.32.15)',
      date: '2026-08-21',
    },
    {
      contract: 'tool_choice.honest-fallback',
      endpoint: 'ollama',
      reason: 'Tool choice is ignored without an error.',
      source: 'https://github.com/ollama/ollama/issues/17921 (0.32.15)',
      date: '2026-08-21',
    },
    {
      contract: 'error.envelope.strict',
      endpoint: 'vllm',
      reason: 'The error code is a number.',
      source: 'an error quoted from vLLM (HTTP 400, BadRequestError, code 400)',
      date: '2026-11-22',
    },
    {
      contract: 'params.out-of-range-400',
      endpoint: 'llama.cpp',
      reason: 'A temperature of any height is taken.',
      source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
      date: '2026-11-22',
    },
    {
      contract: 'logprobs.over-limit',
      endpoint: 'llama.cpp',
      reason: 'Any number of top_logprobs is taken.',
      source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
      date: '2026-11-22',
    },
    {
      contract: 'stream_options.requires-stream',
      endpoint: 'llama.cpp',
      reason: 'Passes `stream_options` over where there is no stream.',
      source: 'https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md',
      date: '2026-11-22',
    },
  ],
  note:
    'LOCAL_SERVER picks llama.cpp, ollama or vllm. Ollama and vLLM know only the models they serve: set ' +
    'LOCAL_MODEL. Vision and embeddings depend on what is loaded. `json_object` has no effect in llama.cpp, and ' +
    'older vLLM sends errors without the `error` object.',
}
