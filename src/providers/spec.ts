import type { Json } from '../wire/exchange.ts'

/**
 * What a test may need of a provider, and what each word means. The same words are the plugin's test tags, so a test
 * tagged `vision` is a contract test that needs vision.
 */
export const capabilities = {
  chat: 'chat completions',
  streaming: 'streamed chat completions',
  tools: 'tool calls',
  forced_tools: 'tool_choice required',
  named_tools: 'tool_choice that names a function',
  strict_tools: 'tools with strict: true',
  parallel_tools: 'several tool calls in one answer',
  json_object: 'response_format json_object',
  json_schema: 'response_format json_schema',
  stop: 'stop sequences',
  n: 'several choices in one answer',
  seed: 'the parameter seed',
  logprobs: 'logprobs',
  strict_params: 'a refusal of parameters that are out of range or out of place',
  logit_bias: 'the parameter logit_bias',
  reasoning: 'reasoning that shows in a field or in usage',
  reasoning_effort: 'a parameter for how hard to reason, which takes only the documented words',
  reasoning_replay: 'reasoning that is sent back with the history',
  vision: 'image input',
  vision_url: 'image input by URL',
  audio: 'audio input',
  transcription: 'audio transcriptions',
  pdf: 'PDF input',
  embeddings: 'embeddings',
  embedding_dimensions: 'embeddings of a chosen length',
  embedding_batch: 'a documented limit on the inputs of one embeddings request',
  models: 'the list of models',
  model_lookup: 'one model by its id',
  files: 'the Files API',
  batches: 'the Batch API',
  responses: 'the Responses API',
  response_state: 'previous_response_id of the Responses API',
  prompt_cache: 'cached prompt tokens in usage',
  validation: 'a 4xx for tools and schemas that make no sense',
} as const satisfies Readonly<Record<string, string>>

/** One of {@link capabilities}. */
export type Capability = keyof typeof capabilities

/** A statement about a provider that somebody can check. */
export interface Sourced {
  /** One sentence, without the provider's name. */
  readonly reason: string
  /** Where it is written: a URL, or the measurement it rests on. */
  readonly source: string
  /** Day on which the source was read or the measurement made, `YYYY-MM-DD`. */
  readonly date: string
}

/** A feature the provider does not offer. */
export interface Lack extends Sourced {
  readonly capability: Capability
}

/** A promise the provider is known not to keep, although it offers the feature. */
export interface Gap extends Sourced {
  /** Id of the contract, such as `error.envelope.strict`. */
  readonly contract: string
  /** The one endpoint at which it is not kept; it is kept at none of them where this is absent. */
  readonly endpoint?: string
}

/** One address of a provider: a region, a site, or a kind of local server. */
export interface Endpoint {
  /** Without a trailing slash: `https://api.openai.com/v1`. */
  readonly baseURL: string
  /** Variables that may hold the key, the first that is set wins; the provider's own `keys` where absent. */
  readonly keys?: readonly string[]
  /** Models to ask for at this address; the provider's own `models` where absent. */
  readonly models?: Models
}

/** The ids to ask for. A missing one is unknown: `<NAME>_VISION_MODEL`, `<NAME>_AUDIO_MODEL` and so on can give it. */
export interface Models {
  readonly chat: string
  readonly vision?: string
  readonly embedding?: string
  /** A chat model that hears. */
  readonly audio?: string
  readonly transcription?: string
}

/** The uses for which another model than the chat model may be asked. */
export const modelUses = ['vision', 'embedding', 'audio', 'transcription'] as const satisfies readonly (keyof Models)[]

/** Fields of a request, as they are sent. */
export type RequestFields = Readonly<Record<string, Json>>

/**
 * How the reasoning of the chat model is switched: fields that are added to a chat request.
 *
 * @example
 * ```ts
 * { on: { thinking: { type: 'enabled' } }, off: { thinking: { type: 'disabled' } } }
 * ```
 */
export interface Reasoning {
  /** Makes the model reason; absent where it always does. */
  readonly on?: RequestFields
  /** Keeps it from reasoning; absent where no such switch is documented. */
  readonly off?: RequestFields
  /** The words that say how hard to reason. */
  readonly efforts?: readonly string[]
  /** Where such a word is written, `reasoning_effort` if absent; a dot leads into an object: `reasoning.effort`. */
  readonly field?: string
}

/**
 * A provider as data. Everything here can be overridden from the environment: `<NAME>_BASE_URL`, `<NAME>_MODEL`,
 * `<NAME>_VISION_MODEL`, `<NAME>_EMBEDDING_MODEL`, `<NAME>_AUDIO_MODEL`, `<NAME>_TRANSCRIPTION_MODEL`, where `<NAME>` is
 * the name in upper case, other signs as `_`.
 */
export interface ProviderSpec {
  /** Lower-case word, digits, `-`, `_` or `.`: the folder under `fixtures/` and the word in `LLM_PROVIDERS`. */
  readonly name: string
  /** As the provider writes its own name. */
  readonly label: string
  /** Absent where no address is officially known: then `<NAME>_BASE_URL` must be set to run live. */
  readonly baseURL?: string
  /** Named alternatives to `baseURL`; the first is the default where there is no `baseURL`. */
  readonly endpoints?: Readonly<Record<string, Endpoint>>
  /** Variable that picks one of `endpoints`; `<NAME>_REGION` where absent. */
  readonly endpointVariable?: string
  /** Variables that may hold the API key, the first that is set wins. Empty: no key is needed. */
  readonly keys: readonly string[]
  /** A server that answers without a key; one is sent if set. */
  readonly keyOptional?: true
  readonly models: Models
  /** Absent where nothing is known of it. */
  readonly reasoning?: Reasoning
  /** What the provider offers. What is neither here nor in `lacks` is unknown, and is tried. */
  readonly offers: readonly Capability[]
  readonly lacks: readonly Lack[]
  readonly gaps: readonly Gap[]
  /** What a reader should know before trusting the entry; shown beside the matrix. */
  readonly note?: string
}
