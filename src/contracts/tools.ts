import { filled, isRecord, list, str, type JsonObject } from '../wire/guards.ts'
import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'
import { streamedCalls } from './_tools-stream.ts'
import { asJson, at, first, MESSAGE, wholeCalls, wholeChoices, wire } from './_tools.ts'
import type { Breach, Contract } from './contract.ts'
import { toolsArgumentsContracts } from './tools-arguments.ts'
import { toolsChoiceContracts } from './tools-choice.ts'
import { excerpt } from '../wire/text.ts'

const shared = { ...wire, needs: ['tools'] } as const

const modern = (reply: Reply) => wholeCalls(reply).filter(({ kind }) => kind !== 'legacy')
const everyCall = (reply: Reply) => [...wholeCalls(reply), ...streamedCalls(reply)]
const withId = (reply: Reply) => everyCall(reply).filter(({ id }) => filled(id) !== undefined)

/** True where every tool that was offered has a name: a built-in one may answer by a name of its own. */
function namesAll({ asked }: Reply): boolean {
  const offered = [...list(asked?.body.tools), ...list(asked?.body.functions)]
  return asked !== undefined && offered.length > 0 && offered.every((tool) => nameOf(tool) !== undefined)
}

const nameOf = (tool: Json) => {
  if (!isRecord(tool)) return undefined
  return filled(([tool.function, tool.custom].find(isRecord) ?? tool).name)
}

/** Ids of the calls in the conversation so far, each with where it stood in the request. */
function earlier({ asked }: Reply): ReadonlyMap<Json, number> {
  const ids = new Map<Json, number>()
  for (const [place, message] of list(asked?.body.messages).entries()) {
    for (const call of list(isRecord(message) ? message.tool_calls : undefined)) {
      if (isRecord(call) && filled(call.id) !== undefined) ids.set(call.id ?? null, place)
    }
  }
  return ids
}

function sameId(reply: Reply): Breach | undefined {
  const before = earlier(reply)
  const seen = new Set<Json>()
  return first(withId(reply), (call) => {
    const id = call.id ?? null
    const place = before.get(id)
    const where = { ...at(call, call.event === undefined ? '.id' : ''), bytes: asJson(id) }
    if (seen.has(id)) return { says: `sent two tool calls with the id ${asJson(id)}`, ...where }
    if (place !== undefined) {
      return {
        says: `sent ${call.label} with the id ${asJson(id)}, which a call in messages[${place}] already has`,
        ...where,
      }
    }
    seen.add(id)
    return undefined
  })
}

const callsIn = (message: JsonObject) => list(message.tool_calls)
/** A message that calls tools and has no text to say beside it. */
const silent = ({ message }: { message: JsonObject }) =>
  callsIn(message).length > 0 &&
  (message.content === undefined || message.content === null || str(message.content)?.trim() === '')
const quiet = ({ message }: { message: JsonObject }) => callsIn(message).length === 0

/** What tool calls promise in a whole answer, and some of it in a stream too. */
export const toolsContracts: readonly Contract[] = [
  {
    ...shared,
    id: 'tools.call.id-nonempty',
    level: 'must',
    promise: 'Gives every tool call an id with something in it.',
    hint: 'Make up an id before you answer the call: the tool message must name it.',
    source: `${MESSAGE}[].id (required string)`,
    applies: (reply) => modern(reply).length > 0,
    check: (reply) =>
      first(modern(reply), (call) => {
        if (filled(call.id) !== undefined) return undefined
        const what = call.id === undefined ? 'without an id' : `with the id ${asJson(call.id)}`
        return { says: `sent ${call.label} ${what}`, ...at(call, '.id'), bytes: asJson(call.entry) }
      }),
  },
  {
    ...shared,
    id: 'tools.call.id-unique',
    level: 'must',
    promise: 'Gives every tool call of a conversation an id of its own.',
    hint: 'Rename the ids before you send the results back: a result is matched to its call by id alone.',
    source: 'OpenAI API reference, tool messages: tool_call_id names the one call that is answered',
    applies: (reply) => withId(reply).length > 0,
    check: sameId,
  },
  {
    ...shared,
    id: 'tools.call.type',
    level: 'should',
    promise: 'Says of every tool call that its type is function, or custom.',
    hint: 'Take a missing type for function.',
    source: `${MESSAGE}[].type; measured: Mistral omits it in 33 of 103 answers`,
    applies: (reply) => modern(reply).length > 0,
    check: (reply) =>
      first(modern(reply), (call) => {
        const { type } = call.entry
        if (type === 'function' || (type === 'custom' && call.kind === 'custom')) return undefined
        const what = type === undefined ? 'without a type' : `with the type ${asJson(type)}`
        return { says: `sent ${call.label} ${what}`, ...at(call, '.type'), bytes: asJson(call.entry) }
      }),
  },
  {
    ...shared,
    id: 'tools.call.name-known',
    level: 'must',
    promise: 'Calls only tools that were offered.',
    hint: 'Answer the call with an error message so that the model can try again, and count how often it happens.',
    source: 'OpenAI API reference, tools: "a list of tools the model may call"',
    blame: 'model',
    applies: (reply) => namesAll(reply) && everyCall(reply).length > 0,
    check: (reply) =>
      first(everyCall(reply), (call) => {
        if (reply.asked?.tools.has(call.name ?? '')) return undefined
        const offered = excerpt([...(reply.asked?.tools.keys() ?? [])].join(', '))
        const blame = call.name ? {} : ({ blame: 'wire format' } as const)
        return {
          says: `sent ${call.label}, while it was offered ${offered}`,
          ...blame,
          ...at(call),
          bytes: asJson(call.entry),
        }
      }),
  },
  ...toolsArgumentsContracts,
  {
    ...shared,
    id: 'tools.message.content-null',
    level: 'may',
    promise: 'Sends content null beside tool calls where it has nothing to say.',
    hint: 'Treat null, an absent and an empty content alike.',
    source: 'OpenAI API reference, chat completion object: choices[].message.content (string or null)',
    applies: (reply) => wholeChoices(reply).some(silent),
    check: (reply) =>
      first(wholeChoices(reply).filter(silent), ({ path, message: { content } }) => {
        if (content === null) return undefined
        const what = content === undefined ? 'without content' : `with content ${asJson(content)} in place of null`
        return { says: `sent tool calls ${what}`, path: `${path}.message.content`, bytes: asJson(content) }
      }),
  },
  {
    ...shared,
    id: 'tools.none.omitted',
    level: 'may',
    promise: 'Leaves tool_calls out where it calls no tool.',
    hint: 'Ask for the length of tool_calls, not for its presence.',
    source: 'measured: OpenAI leaves the key out; seven providers send [] and some null',
    applies: (reply) => wholeChoices(reply).some(quiet),
    check: (reply) =>
      first(wholeChoices(reply).filter(quiet), ({ path, message: { tool_calls: calls } }) =>
        calls === undefined
          ? undefined
          : {
              says: `sent tool_calls ${asJson(calls)} beside a plain answer`,
              path: `${path}.message.tool_calls`,
              bytes: asJson(calls),
            },
      ),
  },
  ...toolsChoiceContracts,
]
