import { filled, isRecord, jsonText, list, parseJson, position, str, type JsonObject } from '../wire/_guards.ts'
import type { Json } from '../wire/exchange.ts'
import { isDone } from '../wire/sse.ts'
import type { Reply } from '../wire/types.ts'
import type { Breach } from './contract.ts'

/** What every contract of the tool areas shares. */
export const wire = { mode: 'wire', blame: 'wire format' } as const

/** Where OpenAI documents tool calls in a whole answer, and in a stream. */
export const MESSAGE = 'OpenAI API reference, chat completion object: choices[].message.tool_calls'
export const CHUNK = 'OpenAI API reference, chat completion chunk object: choices[].delta.tool_calls'

// Words that say the answer stopped early, so that its arguments may end anywhere. Mistral: `model_length`; DeepSeek:
// `insufficient_system_resource` and `aborted`; OpenRouter and Groq: `error`.
const CUT = new Set(['length', 'content_filter', 'model_length', 'insufficient_system_resource', 'aborted', 'error'])

/** True where the finish reason itself says that the answer is incomplete. */
export const isCut = (finish: string | undefined): boolean => finish !== undefined && CUT.has(finish)

/** True where a body with this status can hold an answer. */
const ok = ({ status }: Reply) => status >= 200 && status < 300

/** The body of a whole chat completion without an error; undefined for anything else. */
export function wholeChat(reply: Reply): JsonObject | undefined {
  if (reply.api !== 'chat' || !ok(reply) || reply.stream || reply.error) return undefined
  return isRecord(reply.json) && Array.isArray(reply.json.choices) ? reply.json : undefined
}

/** A choice of a whole answer with its message. */
export interface WholeChoice {
  readonly path: string
  readonly choice: JsonObject
  readonly message: JsonObject
}

/** The choices of a whole chat completion that have a message. */
export function wholeChoices(reply: Reply): readonly WholeChoice[] {
  return list(wholeChat(reply)?.choices).flatMap((choice, at) =>
    isRecord(choice) && isRecord(choice.message) ? [{ path: `$.choices[${at}]`, choice, message: choice.message }] : [],
  )
}

/** A call as it stands on the wire; `name` and `text` (its arguments) undefined where they are no strings. */
export interface Call {
  /** What a message calls it: `the call of get_weather`. */
  readonly label: string
  readonly kind: 'function' | 'custom' | 'legacy'
  readonly path: string
  /** Index of the event that shows it, in a stream. */
  readonly event?: number
  readonly entry: JsonObject
  readonly id: Json | undefined
  readonly name: string | undefined
  /** `function.arguments` as it stands, assembled in a stream. */
  readonly arguments: Json | undefined
  readonly finish: string | undefined
}

const label = (name: string | undefined) => (name ? `the call of ${clip(name)}` : 'a call without a name')

/** The function (or the custom tool) that an entry of `tool_calls` names. */
export const functionOf = (entry: JsonObject): JsonObject =>
  (isCustom(entry) ? [entry.custom] : [entry.function]).find(isRecord) ?? {}

/** True for a call of a custom tool, whose input is free text. */
export const isCustom = ({ type, custom, function: fn }: JsonObject): boolean =>
  isRecord(custom) && (type === 'custom' || !isRecord(fn))

/** The calls of a whole chat completion; the legacy `function_call` is one of them where it names a function. */
export function wholeCalls(reply: Reply): readonly Call[] {
  return wholeChoices(reply).flatMap(({ path, choice, message }) => {
    const finish = str(choice.finish_reason)
    const call = (entry: JsonObject, fn: JsonObject, at: string, kind: Call['kind']): Call => {
      const name = str(fn.name)
      return { label: label(name), kind, path: at, entry, id: entry.id, name, arguments: fn.arguments, finish }
    }
    const calls = list(message.tool_calls).map((item, at) => {
      const entry = isRecord(item) ? item : {}
      const kind = isCustom(entry) ? 'custom' : 'function'
      return call(entry, functionOf(entry), `${path}.message.tool_calls[${at}]`, kind)
    })
    const legacy = message.function_call
    if (!isRecord(legacy) || filled(legacy.name) === undefined) return calls
    return [...calls, call({}, legacy, `${path}.message.function_call`, 'legacy')]
  })
}

/** One entry of a `delta.tool_calls`. */
export interface Delta {
  readonly event: number
  readonly path: string
  readonly choice: number
  readonly index: number | undefined
  readonly entry: JsonObject
  readonly fn: JsonObject
  /** Its place among the entries of the same choice and index, in order of arrival. */
  readonly place: number
}

/** The tool-call entries of a chat stream, and how each choice ended. */
export interface ToolStream {
  readonly deltas: readonly Delta[]
  /** The deltas by choice and index; those without an index of one choice together. */
  readonly groups: ReadonlyMap<string, readonly Delta[]>
  /** The last finish reason with something in it, else the empty one, of each choice. */
  readonly finishes: ReadonlyMap<number, { readonly reason: string; readonly event: number; readonly path: string }>
}

const NONE: ToolStream = { deltas: [], groups: new Map(), finishes: new Map() }
const streams = new WeakMap<Reply, ToolStream>()

/** Reads the tool-call entries of a chat stream, up to the first `[DONE]`; nothing for any other reply. */
export function toolStream(reply: Reply): ToolStream {
  if (reply.api !== 'chat' || !ok(reply) || !reply.stream) return NONE
  const known = streams.get(reply) ?? readToolStream(reply.stream.events)
  streams.set(reply, known)
  return known
}

function readToolStream(events: NonNullable<Reply['stream']>['events']): ToolStream {
  const deltas: Delta[] = []
  const groups = new Map<string, Delta[]>()
  const finishes = new Map<number, { reason: string; event: number; path: string }>()
  for (const [event, { json, data }] of events.entries()) {
    if (json === undefined && isDone(data)) break
    for (const [at, choice] of list(isRecord(json) ? json.choices : undefined).entries()) {
      if (!isRecord(choice)) continue
      const number = position(choice.index) ?? at
      const calls = list(isRecord(choice.delta) ? choice.delta.tool_calls : undefined)
      for (const [place, item] of calls.entries()) {
        const entry = isRecord(item) ? item : {}
        const index = position(entry.index)
        const key = `${number} ${index}`
        const group = groups.get(key) ?? []
        const path = `$.choices[${at}].delta.tool_calls[${place}]`
        const delta = { event, path, choice: number, index, entry, fn: functionOf(entry), place: group.length }
        groups.set(key, [...group, delta])
        deltas.push(delta)
      }
      const reason = str(choice.finish_reason)
      const before = finishes.get(number)
      if (reason === undefined || (reason === '' && before)) continue
      finishes.set(number, { reason, event, path: `$.choices[${at}].finish_reason` })
    }
  }
  return { deltas, groups, finishes }
}

/** The calls of a chat stream, put together, of the choices that have finished. */
export function streamedCalls(reply: Reply): readonly Call[] {
  const { deltas, finishes } = toolStream(reply)
  if (deltas.length === 0) return []
  const custom = new Set(deltas.filter(({ entry }) => isCustom(entry)).map(({ fn }) => fn.name))
  return reply.answers.flatMap((answer) => {
    const finish = finishes.get(answer.index)?.reason
    const own = deltas.filter(({ choice }) => choice === answer.index)
    if (finish === undefined || own.length === 0) return []
    return answer.toolCalls.map(({ index, id, name, arguments: text }): Call => {
      const at = own.findLast((delta) => delta.index === index) ?? own.at(-1)
      const kind = custom.has(name) ? 'custom' : 'function'
      const { event = 0, path = '$', entry = {} } = at ?? {}
      return { label: label(name), kind, path, event, entry, id, name, arguments: text, finish }
    })
  })
}

/** Where a call stands, as evidence. */
export const at = ({ path, event }: Pick<Call, 'path' | 'event'>, field = ''): Pick<Breach, 'path' | 'event'> => ({
  path: `${path}${field}`,
  ...(event === undefined ? {} : { event }),
})

/** What stands there, short enough to be read: `nothing`, or JSON text. */
export const shown = (value: Json | undefined): string =>
  value === undefined ? 'nothing' : clip(jsonText(value) || 'a value nested too deeply')

/** A text of at most 80 characters. */
export const clip = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text)

/** The first breach among several things. */
export function first<T>(things: Iterable<T>, find: (thing: T) => Breach | undefined): Breach | undefined {
  for (const thing of things) {
    const breach = find(thing)
    if (breach) return breach
  }
  return undefined
}

/** Why a call's arguments are no JSON although the answer says it is complete; undefined where they are. */
export function notJson(reply: Reply, call: Call): Breach | undefined {
  const text = call.arguments
  if (typeof text !== 'string' || parseJson(text) !== undefined) return undefined
  const where = at(call, call.event === undefined ? '.function.arguments' : '')
  const said = `${call.label} with arguments`
  if (text.trim() === '') return { says: `sent ${said} ${shown(text)}, which is no JSON`, ...where, bytes: shown(text) }
  const [used, limit] = [reply.usage?.completionTokens, reply.asked?.maxTokens]
  const spent = used !== undefined && limit !== undefined && used >= limit
  const why = spent ? `after all of its ${limit} tokens, with finish_reason ${shown(call.finish)}` : 'that are no JSON'
  return { says: `sent ${said} ${why}`, blame: spent ? 'wire format' : 'model', ...where, bytes: excerpt(text) }
}

/** The end of a long text, where broken JSON shows itself. */
const excerpt = (text: string) => (text.length > 80 ? `…${text.slice(-79)}` : text)
