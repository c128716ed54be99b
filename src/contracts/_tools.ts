import { filled, isRecord, jsonText, list, parseJson, str, type JsonObject } from '../wire/guards.ts'
import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'
import { completionIn } from './_chat.ts'
import type { Breach } from './contract.ts'
import { excerpt, excerptEnd } from '../wire/text.ts'

/** What every contract of the tool areas shares. */
export const wire = { mode: 'wire', blame: 'wire format' } as const

/** Where OpenAI documents tool calls in a whole answer, and in a stream. */
export const MESSAGE = 'OpenAI API reference, chat completion object: choices[].message.tool_calls'
export const CHUNK = 'OpenAI API reference, chat completion chunk object: choices[].delta.tool_calls'

/** A choice of a whole answer with its message. */
export interface WholeChoice {
  readonly path: string
  readonly choice: JsonObject
  readonly message: JsonObject
}

/** The choices of a whole chat completion that have a message. */
export function wholeChoices(reply: Reply): readonly WholeChoice[] {
  return list(completionIn(reply)?.choices).flatMap((choice, at) =>
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
  /** Where its arguments end: in a stream its last entry. */
  readonly textPath: string
  readonly textEvent?: number
  readonly entry: JsonObject
  readonly id: Json | undefined
  readonly name: string | undefined
  /** `function.arguments` as it stands, assembled in a stream. */
  readonly arguments: Json | undefined
  readonly finish: string | undefined
}

/** What a message calls a call. */
export const label = (name: string | undefined) => (name ? `the call of ${excerpt(name)}` : 'a call without a name')

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
      const textPath = `${at}${kind === 'legacy' ? '' : '.function'}.arguments`
      return {
        label: label(name),
        kind,
        path: at,
        textPath,
        entry,
        id: entry.id,
        name,
        arguments: fn.arguments,
        finish,
      }
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

/** Where a call stands, as evidence. */
export const at = ({ path, event }: Pick<Call, 'path' | 'event'>, field = ''): Pick<Breach, 'path' | 'event'> => ({
  path: `${path}${field}`,
  ...(event === undefined ? {} : { event }),
})

/** Where its arguments stand, as evidence. */
export const atText = ({ textPath: path, textEvent: event }: Call): Pick<Breach, 'path' | 'event'> =>
  at({ path, ...(event === undefined ? {} : { event }) })

/** What stands there, short enough to be read: `nothing`, or JSON text. */
export const asJson = (value: Json | undefined): string =>
  value === undefined ? 'nothing' : excerpt(jsonText(value) || 'a value nested too deeply')

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
  const where = atText(call)
  const said = `${call.label} with arguments`
  if (text.trim() === '')
    return {
      says: `sent ${said} ${asJson(text)}, which is no JSON`,
      blame: 'wire format',
      ...where,
      bytes: asJson(text),
    }
  const [used, limit] = [reply.usage?.completionTokens, reply.asked?.maxTokens]
  const spent = used !== undefined && limit !== undefined && used >= limit
  const cut = `cut off at the limit of ${limit} tokens, yet with finish_reason ${asJson(call.finish)}`
  const why = spent ? cut : 'that are no JSON'
  return { says: `sent ${said} ${why}`, blame: spent ? 'wire format' : 'model', ...where, bytes: excerptEnd(text) }
}
