import type OpenAI from 'openai'
import type { Kind } from '../workload.ts'

/** One way to answer a client without a network. */
export interface Tool {
  /** As the table shows it, with its version. */
  readonly name: string
  /** How it is used here, in a few words. */
  readonly how: string
  /** Puts the tool in place for a number of calls, after the one before was taken away. */
  begin(kind: Kind): Promise<Turn>
}

/** A tool in place. */
export interface Turn {
  /** Constructed while the tool is in place: the SDK takes the global `fetch` at that moment. */
  readonly client: OpenAI
  /** Makes one call, as one test would. */
  test<T>(call: () => Promise<T>): Promise<T>
  /** Takes the tool away without a trace. */
  end(): Promise<void>
}

/** For tools that know nothing of tests. */
export const plainly = <T>(call: () => Promise<T>): Promise<T> => call()
