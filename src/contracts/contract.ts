import type { Exchange } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'

/** How much a promise matters: OpenAI keeps every `must`; `info` is never broken, only noted. */
export type Level = 'must' | 'should' | 'may' | 'info'

/**
 * What is known of a promise: `kept`, `broken`, `gap` (broken as the provider's entry declares), `unsupported` (declared
 * missing, and the endpoint answered 4xx), `ignored` (declared missing, and accepted without effect), `inconclusive`
 * (tried, and nothing could be said), `unchecked` (not tried).
 */
export type Verdict = 'kept' | 'broken' | 'gap' | 'unsupported' | 'ignored' | 'inconclusive' | 'unchecked'

/** Who is at fault where a promise broke. */
export type Blame = 'infrastructure' | 'wire format' | 'gateway' | 'model' | 'configuration'

/** What a check found. `says` is a clause in the past tense after "It", with the evidence it rests on. */
export interface Breach {
  readonly says: string
  /** Who is at fault; the contract's own `blame` where absent. */
  readonly blame?: Blame
  /** JSON path into the body, or into the event where `event` is given. */
  readonly path?: string
  /** Index of the event, from 0. */
  readonly event?: number
  /** The bytes themselves, where they say it best: a short excerpt. */
  readonly bytes?: string
}

/** What a check says of a reply: undefined where the promise was kept. */
export type Check = (reply: Reply) => Breach | undefined

/** One promise with an id, tried on any exchange without a run. */
export interface Contract {
  /** The catalogue's id, such as `tools.stream.index-stable`. */
  readonly id: string
  readonly level: Level
  /** `wire`: deterministic on an exchange; `client`: what a client must make of it, tried on this package's own reader. */
  readonly mode: 'wire' | 'client'
  /** What a provider must offer for the promise to mean anything: `stream`, `tools`, `json_schema`, … */
  readonly needs: readonly string[]
  /** One sentence in the present tense, with the provider as its silent subject. */
  readonly promise: string
  /** One step for the reader where it is broken. */
  readonly hint: string
  /** Where the rule comes from: OpenAI's API reference, a standard, or what is measured. */
  readonly source: string
  readonly blame: Blame
  /** Whether the reply can tell anything about the promise; the verdict is `unchecked` where not. */
  readonly applies: (reply: Reply) => boolean
  readonly check: Check
}

/** The verdict of one contract on one exchange. */
export interface ContractVerdict {
  readonly contract: string
  readonly level: Level
  readonly verdict: 'kept' | 'broken' | 'unchecked'
  /** Present where broken, and as a note where a contract of level `info` found something: that is `unchecked`. */
  readonly breach?: Required<Pick<Breach, 'says' | 'blame'>> & Breach
  /** The provider's own id of the request, where it gave one. */
  readonly requestId?: string
}

/** An exchange for a contract's tests: what it is, and what the contract must say of it. */
export interface Seed {
  /** Id of the contract. */
  readonly contract: string
  /** An exchange that keeps it. */
  readonly clean: Exchange
  /** The same with one defect that breaks it. */
  readonly defect: Exchange
  /** Ids of other contracts that the same defect must break too, because they say the same from another side. */
  readonly also?: readonly string[]
}
