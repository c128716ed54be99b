import type { Refusal } from './_dialect.ts'
import type { Trace } from './_ids.ts'
import type { JsonObject } from './_json.ts'

/** What a stand-in answers: a body, or a stream. */
export type Answered =
  | { status: number; text: string; headers?: Readonly<Record<string, string>> }
  | { stream: AsyncGenerator<string> }

/** What a stand-in keeps from one request to the next. */
export interface Memory {
  readonly files: Map<string, { readonly about: JsonObject; readonly text: string }>
  readonly batches: Map<string, JsonObject>
  /** Messages of a stored response and of all before it. */
  readonly responses: Map<string, JsonObject[]>
}

/** A memory with nothing in it. */
export const blank = (): Memory => ({ files: new Map(), batches: new Map(), responses: new Map() })

/** A request to a path besides chat, embeddings and the list of models. */
export interface Call {
  /** Method and path below the base: `GET /files/file-1`. */
  readonly route: string
  readonly text: string
  readonly trace: Trace
  readonly memory: Memory
  readonly ok: (body: JsonObject) => Answered
  readonly refused: (refusal: Refusal) => Answered
}

/** Answers a call, once the key is known to be good; undefined for a path that the provider does not have. */
export type More = (call: Call) => (() => Answered) | undefined

/** The answer of the first that has the path. */
export const either =
  (...all: readonly More[]): More =>
  (call) =>
    all.map((more) => more(call)).find((answer) => answer !== undefined)
