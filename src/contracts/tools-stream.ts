import { filled, position } from '../wire/guards.ts'
import type { Reply } from '../wire/types.ts'
import { segments, toolStream, where, type Delta, type Segment } from './_tools-stream.ts'
import { asJson, CHUNK, first, isCustom, wire } from './_tools.ts'
import type { Breach, Contract } from './contract.ts'
import { toolsStreamClientContracts } from './tools-stream-client.ts'
import { toolsStreamJoinedContracts } from './tools-stream-joined.ts'

const shared = { ...wire, needs: ['tools', 'stream'] } as const

const speaks = (reply: Reply) => toolStream(reply).deltas.length > 0

const groupsOf = (reply: Reply) => toolStream(reply).groups.filter(([head]) => head?.index !== undefined)
const continued = (reply: Reply) => segments(reply).filter(({ rest }) => rest.length > 0)

function sharedIndex(group: readonly Delta[]): Breach | undefined {
  const before = group.map(({ entry }) => filled(entry.id)).find((id) => id !== undefined)
  const other = group.find(({ entry }) => filled(entry.id) !== undefined && entry.id !== before)
  if (before === undefined || !other) return undefined
  const ids = `${asJson(before)} and ${asJson(other.entry.id)}`
  return { says: `sent two ids under index ${other.index}: ${ids}`, ...where(other, '.id') }
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

function overwritten({ head, rest }: Segment): Breach | undefined {
  let [id, name] = [filled(head.entry.id), filled(head.fn.name)]
  for (const delta of rest) {
    const [nextId = id, nextName = name] = [filled(delta.entry.id), filled(delta.fn.name)]
    if (id !== undefined && nextId !== id) {
      return { says: `changed the id of a call from ${asJson(id)} to ${asJson(nextId)}`, ...where(delta, '.id') }
    }
    if (name !== undefined && nextName !== name) {
      const says = `changed the name of a call from ${asJson(name)} to ${asJson(nextName)}`
      return { says, ...where(delta, '.function.name') }
    }
    id = nextId
    name = nextName
  }
  return undefined
}

const incomplete = ({ entry, fn }: Delta): string[] => [
  ...(filled(entry.id) === undefined ? ['id'] : []),
  ...(entry.type === 'function' || (entry.type === 'custom' && isCustom(entry)) ? [] : ['type']),
  ...(filled(fn.name) === undefined ? ['name'] : []),
]

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
        const what = index === undefined ? 'without an index' : `with the index ${asJson(index)}`
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
      first(segments(reply), ({ head }) => {
        const missing = incomplete(head)
        if (missing.length === 0) return undefined
        const call = head.index === undefined ? 'a tool call' : `tool call ${head.index}`
        return { says: `began ${call} without ${missing.join(', ')}`, ...where(head) }
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
    check: (reply) => first(continued(reply), overwritten),
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
            says: `continued a tool call with the ${field} ""`,
            ...where(delta, field === 'id' ? '.id' : '.function.name'),
          }
        },
      ),
  },
  ...toolsStreamJoinedContracts,
  ...toolsStreamClientContracts,
]
