import OpenAI, { type ClientOptions } from 'openai'
import type { Mode } from '../settings.ts'
import type { Capability, ProviderSpec } from './spec.ts'
import { addressOf, isStoodIn, keyOf, whyNotLive, type ResolvedProvider } from './resolve.ts'
import { LlmContractsError } from '../errors.ts'

/**
 * A provider in the hands of a test.
 *
 * @example
 * ```ts
 * describe.each(providers)('$name', (provider) => {
 *   const client = provider.client()
 *   test('answers', async () => {
 *     await expect(client.chat.completions.create({ model: provider.model, messages })).toReturnValidJson()
 *   })
 * })
 * ```
 */
export class Provider {
  /** The word in `LLM_PROVIDERS` and under `fixtures/`. */
  readonly name: string
  /** As the provider writes its own name. */
  readonly label: string
  /** Without a trailing slash, the environment's override included. */
  readonly baseURL: string
  /** The chat model. */
  readonly model: string
  /** Every default model; undefined where the entry knows none. */
  readonly models: {
    readonly chat: string
    readonly vision: string | undefined
    readonly embedding: string | undefined
    readonly audio: string | undefined
    readonly transcription: string | undefined
  }
  /** The provider's entry: what it offers, lacks and is known to break, with sources. */
  readonly entry: ProviderSpec
  readonly #resolved: ResolvedProvider
  readonly #mode: () => Mode

  /** @internal */
  constructor(resolved: ResolvedProvider, mode: () => Mode) {
    this.name = resolved.name
    this.label = resolved.label
    this.baseURL = addressOf(resolved)
    this.model = resolved.models.chat
    const { chat, vision, embedding, audio, transcription } = resolved.models
    this.models = { chat, vision, embedding, audio, transcription }
    this.entry = resolved.spec
    this.#resolved = resolved
    this.#mode = mode
  }

  /** Whether the provider's entry says it offers a feature; false where it is lacking or unknown. */
  supports(capability: Capability): boolean {
    return this.entry.offers.includes(capability)
  }

  /** Whether the provider's entry says that it does not offer a feature; false where it is offered or unknown. */
  lacks(capability: Capability): boolean {
    return this.entry.lacks.some((lack) => lack.capability === capability)
  }

  /** Whether a stand-in on this machine answers at the address of a hosted provider. */
  get isStoodIn(): boolean {
    return isStoodIn(this.#resolved)
  }

  /**
   * The API key from the environment, or a placeholder in replay, where none is needed. For clients other than
   * {@link client}, such as plain `fetch`.
   *
   * @throws {LlmContractsError} `missing-key` in live and rerecord, naming the variable to set.
   */
  get apiKey(): string {
    const key = keyOf(this.#resolved, process.env)
    if (key !== undefined) return key
    const mode = this.#mode()
    const obstacle = mode === 'live' || mode === 'rerecord' ? whyNotLive(this.#resolved, process.env) : undefined
    if (obstacle !== undefined) throw new LlmContractsError('missing-key', obstacle)
    return 'no-key-needed'
  }

  /**
   * An OpenAI SDK client, pointed at this provider and keyed from the environment. Safe to call while tests are collected:
   * a missing key is reported by the test that asks for something.
   *
   * @param options Options of the SDK, which win over the provider's.
   */
  client(options: ClientOptions = {}): OpenAI {
    return new OpenAI({
      apiKey: keyOf(this.#resolved, process.env) ?? 'no-key-needed',
      baseURL: this.baseURL,
      // Another provider must not be sent what names an account at OpenAI.
      ...(this.name === 'openai' ? {} : { organization: null, project: null }),
      dangerouslyAllowBrowser: true,
      ...options,
    })
  }

  toString(): string {
    return this.name
  }
}
