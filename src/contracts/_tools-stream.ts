import { filled, isRecord, list, parseJson, position, str, type JsonObject } from '../wire/_guards.ts'
import { isDone } from '../wire/sse.ts'
import type { Reply } from '../wire/types.ts'
import { functionOf, isCustom, isOk, label, shown, type Call } from './_tools.ts'

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
  readonly finishes: ReadonlyMap<number, Finish>
}

/** A choice's last finish reason with something in it, else the empty one. */
export interface Finish {
  readonly reason: string
  readonly event: number
  readonly path: string
  /** Index of the event with its first finish reason, whatever that is. */
  readonly since: number
}

const NONE: ToolStream = { deltas: [], groups: new Map(), finishes: new Map() }
const streams = new WeakMap<Reply, ToolStream>()

/** Reads the tool-call entries of a chat stream, up to the first `[DONE]`; nothing for any other reply. */
export function toolStream(reply: Reply): ToolStream {
  if (reply.api !== 'chat' || !isOk(reply) || !reply.stream) return NONE
  const known = streams.get(reply) ?? readToolStream(reply.stream.events)
  streams.set(reply, known)
  return known
}

function readToolStream(events: NonNullable<Reply['stream']>['events']): ToolStream {
  const deltas: Delta[] = []
  const groups = new Map<string, Delta[]>()
  const finishes = new Map<number, Finish>()
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
        group.push(delta)
        groups.set(key, group)
        deltas.push(delta)
      }
      const reason = str(choice.finish_reason)
      const before = finishes.get(number)
      if (reason === undefined || (reason === '' && before)) continue
      finishes.set(number, { reason, event, path: `$.choices[${at}].finish_reason`, since: before?.since ?? event })
    }
  }
  return { deltas, groups, finishes }
}

/** The calls of a chat stream, put together, of the choices that have finished. */
export function streamedCalls(reply: Reply): readonly Call[] {
  const { deltas, groups, finishes } = toolStream(reply)
  if (deltas.length === 0) return []
  const custom = new Set(deltas.filter(({ entry }) => isCustom(entry)).map(({ fn }) => fn.name))
  return reply.answers.flatMap((answer) => {
    const finish = finishes.get(answer.index)?.reason
    if (finish === undefined) return []
    return answer.toolCalls.flatMap(({ index, id, name, arguments: joined }): Call[] => {
      const group = groups.get(`${answer.index} ${index}`) ?? groups.get(`${answer.index} undefined`) ?? []
      const [opening = group[0], last] = [group.find(({ entry }) => entry.id === id), group.at(-1)]
      if (!opening || !last) return []
      const { event, path, entry } = opening
      const kind = custom.has(name) ? 'custom' : 'function'
      const text = { textPath: last.path, textEvent: last.event, arguments: joined }
      return [{ label: label(name), kind, path, event, entry, id, name, finish, ...text }]
    })
  })
}

/** A delta as evidence. */
export const where = ({ event, path, entry }: Delta, field = '') => ({
  event,
  path: `${path}${field}`,
  bytes: shown(entry),
})

/** The deltas that have an index, by choice and index. */
export const groupsOf = (reply: Reply) =>
  [...toolStream(reply).groups.values()].filter(([head]) => head?.index !== undefined)

/** The first id of a group, then every other one with the delta that brought it. */
export function otherIds(group: readonly Delta[]): readonly { readonly delta: Delta; readonly before: string }[] {
  const before = group.map(({ entry }) => filled(entry.id)).find((id) => id !== undefined)
  if (before === undefined) return []
  return group.flatMap((delta) => {
    const id = filled(delta.entry.id)
    return id === undefined || id === before ? [] : [{ delta, before }]
  })
}

/** True where a delta with a new id begins a call of its own: it names a function, and the call before it can be whole. */
export function begins(delta: Delta, group: readonly Delta[]): boolean {
  const name = filled(delta.fn.name)
  if (name === undefined) return false
  const before = group.slice(0, delta.place)
  if (before.every(({ fn }) => filled(fn.name) !== name)) return true
  const text = before.map(({ fn }) => str(fn.arguments) ?? '').join('')
  return text === '' || parseJson(text) !== undefined
}
