import type { Completion, Events } from './_chat.ts'
import type { Embeddings } from './_embedding.ts'
import type { Trace } from './_ids.ts'
import type { Json, JsonObject } from './_json.ts'
import type { More } from './_more.ts'
import type { ChatRequest } from './_request.ts'
import type { Manner } from './model.ts'

/** A request turned down: what goes over the wire instead of an answer. */
export interface Refusal {
  readonly status: number
  readonly body: Json
  /** The body as it goes out, where it is no JSON document. */
  readonly text?: string
  readonly headers?: Readonly<Record<string, string>>
}

/** What a provider says no to, in its own envelope; the trace is there for envelopes that carry an id. */
interface Refusals {
  /** Absent where any key is accepted. The key is empty where none was sent. */
  readonly key?: (trace: Trace, key: string) => Refusal
  readonly path: (trace: Trace, method: string, path: string) => Refusal
  /** Absent where every model id is accepted. */
  readonly model?: (trace: Trace, model: string) => Refusal
  readonly overflow: (trace: Trace, tokens: number, limit: number) => Refusal
  /** Absent where there is no rate limit. */
  readonly rate?: (trace: Trace, model: string) => Refusal
  /** Said of a prompt that is blocked; absent where nothing is known of it. */
  readonly filter?: (trace: Trace, stream: boolean) => Refusal
  /** For a body that is not a JSON object; `other` where absent. */
  readonly json?: (trace: Trace) => Refusal
  /** Everything whose real wording is not known: see `notOffered`. */
  readonly other: (trace: Trace, what: string) => Refusal
}

/** How one provider speaks. Everything not said here is done the same way for all, in `server.ts` and `_chat.ts`. */
export interface Dialect {
  /** As in `src/providers`; upper case it begins the variables. */
  readonly name: string
  readonly basePath: string
  /** Variables that hold a key for it. */
  readonly keys: readonly string[]
  readonly models: readonly string[]
  readonly contentType: { readonly json: string; readonly stream: string }
  /** Writes a body: compact, pretty or spaced. */
  readonly body: (value: Json) => string
  /** Writes the body of a whole completion, where that differs. */
  readonly wholeBody?: (value: Json) => string
  /** Headers of an answer besides its content type: request id, rate limits. */
  readonly headers: (trace: Trace, kind: 'whole' | 'stream' | 'refused') => Readonly<Record<string, string>>
  readonly manner: (request: ChatRequest) => Manner
  /** What the provider makes of a request it accepts, such as a choice it does not honour. */
  readonly adapt?: (request: ChatRequest) => ChatRequest
  /** From how many tokens on, and in steps of how many, the beginning of a prompt is cached; not at all where absent. */
  readonly caches?: { readonly from: number; readonly step: number }
  /** Requests the provider turns down for a reason of its own. */
  readonly refuse?: (request: ChatRequest, trace: Trace) => Refusal | undefined
  readonly refusals: Refusals
  /** The model named in the answer; the one asked for where absent. */
  readonly answeredModel?: (asked: string) => string
  readonly completionId: (trace: Trace) => string
  readonly callId: (trace: Trace, index: number) => string
  readonly whole: (completion: Completion) => JsonObject
  readonly events: (completion: Completion) => Events
  /** Native length of a model's vectors, or how the request is refused. */
  readonly embeddings: (model: string, trace: Trace) => number | Refusal
  /** How many inputs one embeddings request may have, where that is documented. */
  readonly embeddingBatch?: { readonly limit: number; readonly refusal: (trace: Trace) => Refusal }
  readonly embeddingsBody?: (embeddings: Embeddings, trace: Trace) => JsonObject
  readonly modelList?: (models: readonly string[], trace: Trace) => JsonObject
  /** Paths besides chat, embeddings and the list of models. */
  readonly more?: More
}

/** The only text a stand-in makes up: the envelope is documented, the wording is not. */
export function notOffered(what: string): string {
  return `stand-in: ${what} is not offered here (documented; the real wording is not known)`
}
