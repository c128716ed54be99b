import { filled, isRecord, jsonText, list, position, str, type JsonObject } from '../wire/guards.ts'
import { isDone } from '../wire/sse.ts'
import type { Reply, WireEvent } from '../wire/types.ts'
import { growing, type Growing } from './_growing.ts'
import { asJson, type Call, functionOf, isCustom, label } from './_tools.ts'
import { isChat, once } from './_once.ts'

/** One entry of a `delta.tool_calls`. */
export interface Delta {
  readonly event: number
  readonly path: string
  readonly choice: number
  readonly index: number | undefined
  readonly entry: JsonObject
  readonly fn: JsonObject
}

/** One call of a stream: the deltas that belong together, in order of arrival; never empty. */
export interface Segment {
  readonly head: Delta
  readonly rest: readonly Delta[]
}

/** The tool-call entries of a chat stream, and how each choice ended. */
export interface ToolStream {
  readonly deltas: readonly Delta[]
  /** The deltas of each choice and index, else of each id, else what continues them. */
  readonly groups: readonly (readonly Delta[])[]
  readonly finishes: ReadonlyMap<number, Finish>
}

/** A choice's last finish reason with something in it, else the empty one. */
interface Finish {
  readonly reason: string
  readonly event: number
  readonly path: string
  /** Index of the event with its first finish reason, whatever that is. */
  readonly since: number
}

const NONE: ToolStream = { deltas: [], groups: [], finishes: new Map() }
/** Reads the tool-call entries of a chat stream, up to the first `[DONE]`; nothing for any other reply. */
export const toolStream = once((reply): ToolStream =>
  !isChat(reply) || !reply.stream ? NONE : readToolStream(reply.stream.events),
)

function readToolStream(events: readonly WireEvent[]): ToolStream {
  const deltas: Delta[] = []
  const finishes = new Map<number, Finish>()
  for (const [event, { json, data }] of events.entries()) {
    if (json === undefined && isDone(data)) break
    for (const [at, choice] of list(isRecord(json) ? json.choices : undefined).entries()) {
      if (!isRecord(choice)) continue
      const number = position(choice.index) ?? at
      for (const [place, item] of list(isRecord(choice.delta) ? choice.delta.tool_calls : undefined).entries()) {
        const entry = isRecord(item) ? item : {}
        const path = `$.choices[${at}].delta.tool_calls[${place}]`
        deltas.push({ event, path, choice: number, index: position(entry.index), entry, fn: functionOf(entry) })
      }
      const reason = str(choice.finish_reason)
      const before = finishes.get(number)
      if (reason === undefined || (reason === '' && before)) continue
      finishes.set(number, { reason, event, path: `$.choices[${at}].finish_reason`, since: before?.since ?? event })
    }
  }
  return { deltas, groups: grouped(deltas), finishes }
}

/** By index as OpenAI's clients do; without one by id, and without that to the call before, unless it has a name. */
function grouped(deltas: readonly Delta[]): readonly Delta[][] {
  const groups: Delta[][] = []
  const known = new Map<string, Delta[]>()
  for (const delta of deltas) {
    const { choice, index, entry, fn } = delta
    const id = filled(entry.id)
    const [byIndex, byId, last] = [`${choice} ${index}`, `${choice} id ${id}`, `${choice} last`]
    const isNameless = id === undefined && filled(fn.name) === undefined
    const key = index !== undefined ? byIndex : id !== undefined ? byId : isNameless ? last : ''
    const group = known.get(key) ?? []
    if (group.length === 0) groups.push(group)
    group.push(delta)
    known.set(last, group)
    if (index !== undefined) known.set(byIndex, group)
    if (id !== undefined && !known.has(byId)) known.set(byId, group)
  }
  return groups
}

/** The calls of a stream: a group parts where a new id comes with a name and the call before can be whole. */
export const segments = once((reply): readonly Segment[] =>
  toolStream(reply).groups.flatMap((group) => {
    const all: { head: Delta; rest: Delta[] }[] = []
    let text = growing()
    for (const delta of group) {
      const last = all.at(-1)
      if (last && !begins(delta, last.head, text)) last.rest.push(delta)
      else {
        all.push({ head: delta, rest: [] })
        text = growing()
      }
      text.add(written(delta))
    }
    return all
  }),
)

function begins({ entry, fn }: Delta, head: Delta, text: Growing): boolean {
  const [id, name, known] = [filled(entry.id), filled(fn.name), filled(head.entry.id)]
  if (id === undefined || name === undefined || known === undefined || id === known) return false
  return name !== head.fn.name || text.isBlank() || text.value() !== undefined
}

/** The arguments in a delta, as text. */
export function written({ fn: { arguments: text } }: Delta): string {
  if (typeof text === 'string') return text
  return text === undefined || text === null ? '' : jsonText(text)
}

/** A segment as a call; undefined while its choice has not finished. */
export function callOf(reply: Reply, { head, rest }: Segment): Call | undefined {
  const finish = toolStream(reply).finishes.get(head.choice)?.reason
  if (finish === undefined) return undefined
  const all = [head, ...rest]
  const last = all.at(-1) ?? head
  const name = all
    .map(({ fn }) => filled(fn.name) ?? '')
    .reduce((name, part) => (part === name ? name : name + part), '')
  return {
    label: label(name),
    kind: isCustom(head.entry) ? 'custom' : 'function',
    path: head.path,
    event: head.event,
    textPath: last.path,
    textEvent: last.event,
    entry: head.entry,
    id: all.map(({ entry }) => filled(entry.id)).find((id) => id !== undefined),
    name,
    arguments: all.map(written).join(''),
    finish,
  }
}

/** The calls of a chat stream, put together, of the choices that have finished. */
export const streamedCalls = once((reply): readonly Call[] =>
  segments(reply).flatMap((segment) => callOf(reply, segment) ?? []),
)

/** A delta as evidence. */
export const where = ({ event, path, entry }: Delta, field = '') => ({
  event,
  path: `${path}${field}`,
  bytes: asJson(entry),
})
