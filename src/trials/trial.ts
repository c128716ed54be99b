import type { Blame, Level } from '../contracts/contract.ts'
import type { Capability } from '../providers/spec.ts'
import type { Asker } from './asker.ts'

/**
 * A choice of contracts by purpose: `smoke` is the smallest sign of life, `gate` the two prompts of a switch, `core` what
 * every app uses, `agent` tools and their round trips, `rag` embeddings and long or structured context, `strict` what only
 * a faithful copy of the API keeps, `economics` what bears on the bill and the clock.
 */
export type Profile = 'gate' | 'smoke' | 'core' | 'agent' | 'rag' | 'strict' | 'economics'

/** How an answer is asked for: in one piece, or with `stream: true`. */
export type Way = 'whole' | 'streamed'

/** What one try came to. */
export type Outcome =
  /** `note` says what was measured, where that is worth knowing. */
  | { readonly is: 'kept'; readonly note?: string }
  | ({ readonly is: 'broken'; readonly says: string } & Evidence)
  /** The condition under which the promise means anything did not occur. */
  | { readonly is: 'inconclusive'; readonly because: string }
  /** Accepted, and without effect. */
  | ({ readonly is: 'ignored'; readonly says: string } & Evidence)

/** Where a finding can be looked up. */
export interface Evidence {
  /** JSON path into the body or the event. */
  readonly path?: string
  /** Index of the event, from 0. */
  readonly event?: number
  /** A short excerpt of what was sent. */
  readonly bytes?: string
  /** The contract's own `blame` where absent. */
  readonly blame?: Blame
}

/** One promise that takes requests of its own to try. */
export interface Trial {
  /** The catalogue's id, such as `tool_choice.required`. */
  readonly id: string
  readonly level: Level
  /** `live`: one try tells. `sampled`: a matter of the model's behaviour, told by a rate. `economic`: a measurement. */
  readonly mode: 'live' | 'sampled' | 'economic'
  /** What a provider must offer for the promise to mean anything, besides streaming in the streamed way. */
  readonly needs: readonly Capability[]
  readonly profiles: readonly Profile[]
  readonly ways: readonly Way[]
  /** One sentence in the present tense, with the provider as its silent subject. */
  readonly promise: string
  /** One step for the reader where it is broken. */
  readonly hint: string
  /** Where the rule comes from. */
  readonly source: string
  readonly blame: Blame
  /** Asks, and says what came of it. Only what it asks through `ask` reaches the provider. */
  readonly run: (ask: Asker) => Promise<Outcome>
}

/** The promise was kept. */
export const kept = (note?: string): Outcome => ({ is: 'kept', ...(note === undefined ? {} : { note }) })

/** The promise was broken. `says` is a clause in the past tense after "It". */
export const broken = (says: string, evidence: Evidence = {}): Outcome => ({ is: 'broken', says, ...evidence })

/** Nothing can be said. `because` is a clause after "the verdict is open, because". */
export const inconclusive = (because: string): Outcome => ({ is: 'inconclusive', because })

/** What was asked for was accepted and had no effect. `says` is a clause in the past tense after "It". */
export const ignored = (says: string, evidence: Evidence = {}): Outcome => ({ is: 'ignored', says, ...evidence })
