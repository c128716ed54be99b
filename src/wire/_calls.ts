import { filled, isRecord, jsonText, position, str, type JsonObject } from './guards.ts'
import type { Json } from './exchange.ts'
import type { ToolCall } from './types.ts'

interface Draft {
  readonly index: number
  id: string | undefined
  name: string
  arguments: string
  json: Json | undefined
}

/** Tool calls being put together from the entries of one choice. */
export interface Calls {
  readonly all: Draft[]
  readonly byIndex: Map<number, Draft>
  readonly byId: Map<string, Draft>
}

/** A fresh choice without calls. */
export function noCalls(): Calls {
  return { all: [], byIndex: new Map(), byId: new Map() }
}

/**
 * Joins one delta's entries to the calls they continue:
 *
 * 1. by `index`; but a new id that comes with a name opens a new call, though its index be taken (new-api in front of
 *    Gemini and Dynamo have sent parallel calls all with index 0: QuantumNous/new-api#2701, ai-dynamo/dynamo#4723);
 * 2. without `index` by id (older Mistral), an unknown id opening a new call;
 * 3. without either: a name opens a new call, anything else continues the last one, or, where the delta has several
 *    entries, the call at the same position.
 *
 * The first id that is not empty stays; a name repeated whole is ignored, any other piece of a name is appended, as
 * OpenAI's Python client does. Entries of type `custom` give their `input` as arguments.
 */
export function addDeltas(calls: Calls, entries: readonly Json[]): void {
  entries.forEach((entry, at) => {
    if (!isRecord(entry)) return
    const said = functionOf(entry)
    const index = position(entry.index)
    const id = filled(entry.id)
    const draft =
      find(calls, index, id, filled(said.name), entries.length > 1 ? at : calls.all.length - 1) ??
      start(calls, index ?? calls.all.length)
    extend(draft, entry, said)
    if (id !== undefined && !calls.byId.has(id)) calls.byId.set(id, draft)
  })
}

/** Adds the entries of a whole message: each is one call, and its index is its position in the array. */
export function addWhole(calls: Calls, entries: readonly Json[]): void {
  for (const entry of entries) if (isRecord(entry)) extend(start(calls, calls.all.length), entry, functionOf(entry))
}

/** The calls by index; those of one index in order of arrival. */
export function finishCalls({ all }: Calls): ToolCall[] {
  return all.toSorted((a, b) => a.index - b.index).map(finished)
}

function finished({ index, id, name, arguments: text, json }: Draft): ToolCall {
  const call = { index, id, name, arguments: text }
  return json === undefined ? call : { ...call, argumentsJson: json }
}

function find(
  calls: Calls,
  index: number | undefined,
  id: string | undefined,
  name: string | undefined,
  at: number,
): Draft | undefined {
  if (index !== undefined) {
    const draft = calls.byIndex.get(index)
    return draft?.id && id !== undefined && draft.id !== id && name !== undefined ? undefined : draft
  }
  if (id !== undefined) return calls.byId.get(id)
  return name === undefined ? calls.all[at] : undefined
}

function start(calls: Calls, index: number): Draft {
  const draft: Draft = { index, id: undefined, name: '', arguments: '', json: undefined }
  calls.all.push(draft)
  calls.byIndex.set(index, draft)
  return draft
}

function extend(draft: Draft, entry: JsonObject, said: JsonObject): void {
  draft.id = filled(draft.id) ?? str(entry.id) ?? draft.id
  const name = str(said.name) ?? ''
  if (name !== draft.name) draft.name += name
  const text = said.arguments ?? said.input
  if (typeof text === 'string') draft.arguments += text
  else if (text !== undefined && text !== null) {
    draft.arguments += jsonText(text)
    draft.json = text
  }
}

function functionOf(entry: JsonObject): JsonObject {
  if (isRecord(entry.function) && entry.type !== 'custom') return entry.function
  return [entry.custom, entry.function].find(isRecord) ?? entry
}
