import { str } from '../wire/_guards.ts'
import type { Reply } from '../wire/types.ts'
import { streamedCalls, toolStream, type Delta } from './_tools-stream.ts'
import { CHUNK, clip, first, isCut, isCustom, notJson, shown, wire } from './_tools.ts'
import type { Contract } from './contract.ts'

const shared = { ...wire, needs: ['tools', 'stream'] } as const

const complete = (reply: Reply) =>
  streamedCalls(reply).filter(({ kind, finish }) => kind !== 'custom' && !isCut(finish))
const ofFunctions = (reply: Reply) => toolStream(reply).deltas.filter(({ entry }) => !isCustom(entry))

const written = ({ fn }: Delta) => (str(fn.arguments) ?? '').length
/** The calls whose arguments are long enough to come in parts, each as the deltas that brought them. */
const long = (reply: Reply) =>
  [...toolStream(reply).groups.values()]
    .map((group) => group.filter((delta) => written(delta) > 0))
    .filter((group) => group.reduce((sum, delta) => sum + written(delta), 0) > 8)

/** What the arguments of streamed tool calls promise. */
export const toolsStreamArgumentsContracts: readonly Contract[] = [
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
          says: `streamed arguments that are no string: ${shown(text)}`,
          event,
          path: `${path}.function.arguments`,
          bytes: shown(text),
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
    applies: (reply) => complete(reply).length > 0,
    check: (reply) => first(complete(reply), (call) => notJson(reply, call)),
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
      const { event, path, fn } = only
      const text = str(fn.arguments) ?? ''
      return {
        says: `sent ${text.length} characters of arguments in one delta`,
        event,
        path: `${path}.function.arguments`,
        bytes: clip(text),
      }
    },
  },
]
