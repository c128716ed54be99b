import type { Exchange } from '../src/wire/exchange.ts'

/** What a matcher found wrong with a reply. */
export interface Finding {
  /** Id of the promise that broke, such as `json_object.parses`: a row of the matrix. */
  readonly contract: string
  /** Ids of further promises that broke with it. */
  readonly also?: readonly string[]
  /** What the provider did, past tense: a sentence that starts with "It", then its evidence. */
  readonly lines: readonly string[]
  /** One step that helps, where there is one. */
  readonly next?: string
}

/** The verdict of one matcher on one exchange, kept for the report. */
export interface Judgement {
  readonly matcher: string
  readonly exchange: Exchange
  /** True where the test said `.not`: a finding is then what it asked for. */
  readonly negated: boolean
  /** Absent where the reply kept its promise. */
  readonly finding?: Finding
  /** What Vitest was told where the matcher failed. */
  readonly message?: string
  /** Judges another exchange by the same matcher and arguments. */
  again(exchange: Exchange): Promise<Finding | undefined>
}

/** What a matcher claims: its arguments as code, and the sentence after "Expected openai to". */
export interface Claim {
  readonly args: readonly string[]
  readonly sentence: string
}

/** A finding without a next step. */
export function found(contract: string, ...lines: string[]): Finding {
  return { contract, lines }
}
