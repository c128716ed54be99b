import { endsCalls, isCut } from '../wire/finish.ts'
import type { Reply } from '../wire/types.ts'
import {
  callOf,
  segments,
  streamedCalls,
  toolStream,
  where,
  written,
  type Delta,
  type Segment,
} from './_tools-stream.ts'
import { asJson, type Call, CHUNK, first, isCustom, notJson, wire } from './_tools.ts'
import type { Breach, Contract } from './contract.ts'
import { excerpt } from '../wire/text.ts'

const shared = { ...wire, needs: ['tools', 'stream'] } as const

const complete = (calls: readonly Call[]) => calls.filter(({ kind, finish }) => kind !== 'custom' && !isCut(finish))
const ofFunctions = (reply: Reply) => toolStream(reply).deltas.filter(({ entry }) => !isCustom(entry))

/** The calls whose arguments are long enough to come in parts, each as the deltas that brought them. */
const long = (reply: Reply) =>
  segments(reply)
    .map(({ head, rest }) => [head, ...rest].filter((delta) => written(delta) !== ''))
    .filter((all) => all.map(written).join('').length > 8)

/** How each choice that calls tools has finished, where it was not cut off. */
function ends(reply: Reply) {
  const { deltas, finishes } = toolStream(reply)
  const calling = new Set(deltas.map(({ choice }) => choice))
  return reply.answers.flatMap((answer) => {
    const end = calling.has(answer.index) ? finishes.get(answer.index) : undefined
    return end === undefined || isCut(end.reason) ? [] : [{ ...end, answer }]
  })
}

/** The calls of a choice that has several, all of them with an index. */
function parallel(reply: Reply): readonly (readonly Segment[])[] {
  const byChoice = Object.values(Object.groupBy(segments(reply), ({ head }) => head.choice))
  return byChoice.flatMap((all = []) =>
    all.length > 1 && all.every(({ head }) => head.index !== undefined) ? [all] : [],
  )
}

function mixed(reply: Reply, all: readonly Segment[]): Breach | undefined {
  const heads = new Map<number | undefined, Delta>()
  const same = first(all, ({ head }) => {
    const before = heads.get(head.index)
    heads.set(head.index, head)
    if (!before) return undefined
    const ids = `${asJson(before.entry.id)} and ${asJson(head.entry.id)}`
    return { says: `sent the calls ${ids} both under index ${head.index}`, ...where(head, '.index') }
  })
  return same ?? first(complete(all.flatMap((segment) => callOf(reply, segment) ?? [])), (call) => notJson(reply, call))
}

/** What streamed tool calls promise once they are put together. */
export const toolsStreamJoinedContracts: readonly Contract[] = [
  {
    ...shared,
    id: 'tools.stream.args-string',
    level: 'should',
    promise: 'Streams arguments as strings, never as null or as JSON.',
    hint: 'Add only strings to the arguments; read null as nothing.',
    source: `${CHUNK}[].function.arguments (string)`,
    applies: (reply) => ofFunctions(reply).length > 0,
    check: (reply) =>
      first(ofFunctions(reply), ({ event, path, fn }) => {
        const text = fn.arguments
        if (text === undefined || typeof text === 'string') return undefined
        return {
          says: `streamed arguments that are no string: ${asJson(text)}`,
          event,
          path: `${path}.function.arguments`,
          bytes: asJson(text),
        }
      }),
  },
  {
    ...shared,
    id: 'tools.stream.args-concat-json',
    level: 'must',
    promise: 'Streams arguments that are JSON once joined, unless the answer stops early.',
    hint: 'Parse arguments only after the finish reason, and retry where they are cut although it says tool_calls.',
    source: `${CHUNK}[].function.arguments ("in JSON format")`,
    blame: 'model',
    applies: (reply) => complete(streamedCalls(reply)).length > 0,
    check: (reply) => first(complete(streamedCalls(reply)), (call) => notJson(reply, call)),
  },
  {
    ...shared,
    id: 'tools.stream.args-incremental',
    level: 'info',
    promise: 'Streams long arguments in several deltas.',
    hint: 'Do not wait for partial arguments: this provider sends them at once.',
    source: 'measured: xAI, Zhipu and mostly Groq and Mistral send all arguments in one delta',
    applies: (reply) => long(reply).length > 0,
    check: (reply) => {
      const all = long(reply)
      const [only] = all[0] ?? []
      if (!only || all.some((group) => group.length > 1)) return undefined
      const { event, path } = only
      const text = written(only)
      return {
        says: `sent ${text.length} characters of arguments in one delta`,
        event,
        path: `${path}.function.arguments`,
        bytes: excerpt(text),
      }
    },
  },
  {
    ...shared,
    id: 'tools.stream.finish-tool-calls',
    level: 'must',
    promise: 'Finishes a stream that calls tools with the reason tool_calls, or stop where the tool was named.',
    hint: 'Look for tool calls whatever the finish reason says.',
    source: 'OpenAI API reference, finish_reason: tool_calls if the model called a tool',
    applies: (reply) => ends(reply).length > 0,
    check: (reply) =>
      first(ends(reply), ({ reason, event, path, answer }) =>
        endsCalls(answer, reply.asked)
          ? undefined
          : {
              says: `sent finish_reason ${asJson(reason)} after streamed tool calls`,
              event,
              path,
              bytes: asJson(reason),
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
    check: (reply) => first(parallel(reply), (all) => mixed(reply, all)),
  },
]
