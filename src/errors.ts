/** The machine words of {@link LlmContractsError}, one per kind of trouble. */
export type ErrorCode =
  | 'old-node'
  | 'bad-option'
  | 'unknown-provider'
  | 'unknown-mode'
  | 'bad-url'
  | 'missing-key'
  | 'budget-spent'
  | 'no-turn'
  | 'missing-recording'
  | 'bad-recording'
  | 'bad-har'
  | 'no-full-run'
  | 'secret-found'
  | 'unsafe-path'
  | 'not-on-the-wire'
  | 'transport'
  | 'not-awaited'
  | 'bad-schema'

/**
 * Trouble with the machinery, never with a provider's answer: a missing recording, an unknown name,
 * a bad option. A provider's broken promise is an ordinary assertion error.
 *
 * @example
 * ```ts
 * if (error instanceof LlmContractsError && error.code === 'missing-key') …
 * ```
 */
export class LlmContractsError extends Error {
  override readonly name = 'LlmContractsError'
  /** What went wrong, as a word a program can switch on. */
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
