import { filled, parseJson, position, str } from '../wire/_guards.ts'
import type { Reply } from '../wire/types.ts'
import { streamedCalls, toolStream, type Delta } from './_tools-stream.ts'
import { CHUNK, first, functionOf, isCut, isCustom, label, notJson, shown, wire } from './_tools.ts'
import type { Breach, Contract } from './contract.ts'
import { toolsStreamArgumentsContracts } from './tools-stream-arguments.ts'

const shared = { ...wire, needs: ['tools', 'stream'] } as const

const speaks = (reply: Reply) => toolStream(reply).deltas.length > 0

const where = ({ event, path, entry }: Delta, field = '') => ({ event, path: `${path}${field}`, bytes: shown(entry) })

/** The deltas that have an index, by choice and index. */
const groupsOf = (reply: Reply) => [...toolStream(reply).groups.values()].filter(([head]) => head?.index !== undefined)
/** Each group's first delta with those that follow. */
const continued = (reply: Reply) =>
  groupsOf(reply).flatMap(([head, ...rest]) => (head && rest.length > 0 ? [{ head, rest }] : []))

/** The first id of a group, then every other one with the delta that brought it. */
function otherIds(group: readonly Delta[]): readonly { readonly delta: Delta; readonly before: string }[] {
  const before = group.map(({ entry }) => filled(entry.id)).find((id) => id !== undefined)
  if (before === undefined) return []
  return group.flatMap((delta) => {
    const id = filled(delta.entry.id)
    return id === undefined || id === before ? [] : [{ delta, before }]
  })
}

/** True where a delta with a new id begins a call of its own: it names a function, and the call before it can be whole. */
function begins(delta: Delta, group: readonly Delta[]): boolean {
  const name = filled(delta.fn.name)
  if (name === undefined) return false
  const before = group.slice(0, delta.place)
  if (before.every(({ fn }) => filled(fn.name) !== name)) return true
  const text = before.map(({ fn }) => str(fn.arguments) ?? '').join('')
  return text === '' || parseJson(text) !== undefined
}

function sharedIndex(group: readonly Delta[]): Breach | undefined {
  const other = otherIds(group)[0]
  if (!other) return undefined
  const { delta, before } = other
  return {
    says: `sent two ids under index ${delta.index}: ${shown(before)} and ${shown(delta.entry.id)}`,
    ...where(delta, '.id'),
  }
}

/** An index that is further than the ones before it allow, in a choice that has finished. */
function skippedIndex(reply: Reply): Breach | undefined {
  const { finishes } = toolStream(reply)
  const heads = groupsOf(reply).flatMap(([head]) => (head && finishes.has(head.choice) ? [head] : []))
  const known = new Set(heads.map(({ choice, index }) => `${choice} ${index}`))
  return first(heads, (head) => {
    const { choice, index = 0 } = head
    if (index === 0 || known.has(`${choice} ${index - 1}`)) return undefined
    return { says: `sent a tool call with index ${index} and none with index ${index - 1}`, ...where(head, '.index') }
  })
}

function overwritten(head: Delta, rest: readonly Delta[]): Breach | undefined {
  const group = [head, ...rest]
  const [id, name] = [head.entry.id, head.fn.name]
  return first(rest, (delta) => {
    const [nextId, nextName] = [delta.entry.id, delta.fn.name]
    const newId = Boolean(filled(id)) && Boolean(filled(nextId)) && nextId !== id
    if (newId && begins(delta, group)) return undefined
    if (newId) return { says: `changed the id of a call from ${shown(id)} to ${shown(nextId)}`, ...where(delta, '.id') }
    if (!filled(name) || !filled(nextName) || nextName === name || otherIds(group.slice(0, delta.place)).length > 0)
      return undefined
    return {
      says: `changed the name of a call from ${shown(name)} to ${shown(nextName)}`,
      ...where(delta, '.function.name'),
    }
  })
}

const incomplete = ({ entry }: Delta): string[] => [
  ...(filled(entry.id) === undefined ? ['id'] : []),
  ...(entry.type === 'function' || (entry.type === 'custom' && isCustom(entry)) ? [] : ['type']),
  ...(filled(functionOf(entry).name) === undefined ? ['name'] : []),
]

/** The choices that finished by their own will, each with whether a tool was named for it. */
function ends(reply: Reply) {
  const { deltas, finishes } = toolStream(reply)
  const calling = new Set(deltas.map(({ choice }) => choice))
  return [...finishes].flatMap(([choice, end]) => (calling.has(choice) && !isCut(end.reason) ? [end] : []))
}

const mayStop = ({ asked }: Reply) => asked?.namedTool !== undefined

/** The groups of a choice with several calls that all have an index. */
function parallel(reply: Reply): readonly (readonly Delta[])[] {
  const { deltas } = toolStream(reply)
  const ids = new Map<number, Set<unknown>>()
  for (const { choice, entry } of deltas) {
    const seen = ids.get(choice) ?? new Set()
    if (filled(entry.id) !== undefined) seen.add(entry.id)
    ids.set(choice, seen)
  }
  const lost = new Set(deltas.filter(({ index }) => index === undefined).map(({ choice }) => choice))
  return groupsOf(reply).filter(([head]) => head && !lost.has(head.choice) && (ids.get(head.choice)?.size ?? 0) > 1)
}

function mixed(reply: Reply): Breach | undefined {
  const groups = parallel(reply)
  const one = first(groups, (group) => {
    const other = otherIds(group).find(({ delta }) => begins(delta, group))
    if (!other) return undefined
    const { delta } = other
    const [from, to] = [label(str(group[0]?.fn.name)), label(str(delta.fn.name))]
    return { says: `sent ${from} and ${to} both under index ${delta.index}`, ...where(delta, '.index') }
  })
  const events = new Set(groups.flat().map(({ event }) => event))
  const calls = streamedCalls(reply).filter(
    ({ event = -1, kind, finish }) => kind !== 'custom' && !isCut(finish) && events.has(event),
  )
  return one ?? first(calls, (call) => notJson(reply, call))
}

const hasIndex = ({ entry }: Delta) => position(entry.index) !== undefined

/** What streamed tool calls promise. */
export const toolsStreamContracts: readonly Contract[] = [
  {
    ...shared,
    id: 'tools.stream.index-int',
    level: 'must',
    promise: 'Gives every streamed tool-call delta an integer index.',
    hint: 'Join such deltas by id, or by order where there is none; OpenAI clients join by index.',
    source: `${CHUNK}[].index (required integer)`,
    applies: speaks,
    check: (reply) =>
      first(toolStream(reply).deltas, (delta) => {
        if (hasIndex(delta)) return undefined
        const { index } = delta.entry
        const what = index === undefined ? 'without an index' : `with the index ${shown(index)}`
        return { says: `sent a tool-call delta ${what}`, ...where(delta, '.index') }
      }),
  },
  {
    ...shared,
    id: 'tools.stream.index-stable',
    level: 'must',
    promise: 'Counts streamed tool calls from index 0 without a gap and keeps one id for each.',
    hint: 'Start a new call where a new id comes with a name, and do not use the index as a place in an array.',
    source: `${CHUNK}[].index; measured: OpenAI keeps it in every stream`,
    applies: (reply) => groupsOf(reply).length > 0,
    check: (reply) => first(groupsOf(reply), sharedIndex) ?? skippedIndex(reply),
  },
  {
    ...shared,
    id: 'tools.stream.first-delta-complete',
    level: 'must',
    promise: 'Begins every streamed tool call with its id, its type and its name.',
    hint: 'Keep what comes first and wait for the rest before you show or run the call.',
    source: `${CHUNK}; measured: OpenAI sends id, type and name in the first delta of every call`,
    applies: speaks,
    check: (reply) =>
      first(toolStream(reply).groups.values(), ([head]) => {
        const missing = head ? incomplete(head) : []
        if (!head || missing.length === 0) return undefined
        const call = head.index === undefined ? 'a tool call' : `tool call ${head.index}`
        return { says: `began ${call} without ${missing.join(' and ')}`, ...where(head) }
      }),
  },
  {
    ...shared,
    id: 'tools.stream.id-not-overwritten',
    level: 'must',
    promise: 'Never changes the id or the name of a call that it continues.',
    hint: 'Keep the first id that is not empty, and compare the name with the tools you offer.',
    source: `${CHUNK}; measured: no provider sends another value in 345 streams`,
    applies: (reply) => continued(reply).length > 0,
    check: (reply) => first(continued(reply), ({ head, rest }) => overwritten(head, rest)),
  },
  {
    ...shared,
    id: 'tools.stream.no-empty-string-continuation',
    level: 'should',
    promise: 'Leaves id and name out of later deltas of a call, in place of sending empty ones.',
    hint: 'Ignore empty ids and names after the first delta.',
    source: 'measured: OpenAI leaves them out; DashScope sends "" in every continuation',
    applies: (reply) => continued(reply).length > 0,
    check: (reply) =>
      first(
        continued(reply).flatMap(({ rest }) => rest),
        (delta) => {
          const field = delta.entry.id === '' ? 'id' : delta.fn.name === '' ? 'name' : undefined
          if (field === undefined) return undefined
          return {
            says: `continued tool call ${delta.index} with the ${field} ""`,
            ...where(delta, field === 'id' ? '.id' : '.function.name'),
          }
        },
      ),
  },
  ...toolsStreamArgumentsContracts,
  {
    ...shared,
    id: 'tools.stream.finish-tool-calls',
    level: 'must',
    promise: 'Finishes a stream that calls tools with the reason tool_calls, or stop where the tool was named.',
    hint: 'Look for tool calls whatever the finish reason says.',
    source: 'OpenAI API reference, finish_reason: tool_calls if the model called a tool',
    applies: (reply) => ends(reply).length > 0,
    check: (reply) =>
      first(ends(reply), ({ reason, event, path }) =>
        reason === 'tool_calls' || (reason === 'stop' && mayStop(reply))
          ? undefined
          : {
              says: `sent finish_reason ${shown(reason)} after streamed tool calls`,
              event,
              path,
              bytes: shown(reason),
            },
      ),
  },
  {
    ...shared,
    id: 'tools.stream.parallel-distinct',
    level: 'must',
    needs: ['tools.parallel', 'stream'],
    promise: 'Streams parallel calls under an index each, with arguments that are JSON each.',
    hint: 'Start a new call where a new id comes with a name; the index alone would join two calls into one.',
    source: `${CHUNK}[].index; measured: gateways in front of Gemini have sent parallel calls all with index 0`,
    applies: (reply) => parallel(reply).length > 0,
    check: mixed,
  },
]
