import { isRecord, list, parseJson } from '../wire/guards.ts'
import type { Json } from '../wire/exchange.ts'
import { isCut } from '../wire/finish.ts'
import type { Reply } from '../wire/types.ts'
import { streamedCalls } from './_tools-stream.ts'
import { asJson, atText, type Call, first, MESSAGE, notJson, wholeCalls, wire } from './_tools.ts'
import type { Contract } from './contract.ts'

const shared = { ...wire, needs: ['tools'] } as const

const isFunction = ({ kind }: Call) => kind !== 'custom'
const hasText = ({ arguments: text }: Call) => typeof text === 'string'

/** The calls of functions whose arguments are text and whose answer did not stop early. */
const complete = (calls: readonly Call[]) =>
  calls.filter((call) => isFunction(call) && hasText(call) && !isCut(call.finish))
const allComplete = (reply: Reply) => [...complete(wholeCalls(reply)), ...complete(streamedCalls(reply))]

const parsed = ({ arguments: text }: Call) => (typeof text === 'string' ? parseJson(text) : undefined)
const withJson = (reply: Reply) => allComplete(reply).filter((call) => parsed(call) !== undefined)

// What a schema may say and still allow no parameter.
const PLAIN = new Set([
  'type',
  'properties',
  'required',
  'additionalProperties',
  'title',
  'description',
  '$schema',
  'strict',
])

/** True for a parameters schema that declares no parameter, and none at all. */
function takesNothing(schema: Json | undefined): boolean {
  if (schema === undefined || schema === null) return true
  if (!isRecord(schema) || !Object.keys(schema).every((key) => PLAIN.has(key))) return false
  const { type = 'object', properties = {}, required = [], additionalProperties: more = false } = schema
  return (
    type === 'object' &&
    isRecord(properties) &&
    Object.keys(properties).length === 0 &&
    list(required).length === 0 &&
    more === false
  )
}

const withoutParameters = (reply: Reply) =>
  allComplete(reply).filter(({ name = '' }) => {
    const tools = reply.asked?.tools
    return tools?.has(name) === true && takesNothing(tools.get(name))
  })

/** What the arguments of a tool call promise. */
export const toolsArgumentsContracts: readonly Contract[] = [
  {
    ...shared,
    id: 'tools.args.string',
    level: 'must',
    promise: 'Sends the arguments of every tool call as a string.',
    hint: 'Encode the arguments again before you parse them, or report it: OpenAI clients call JSON.parse on a string.',
    source: `${MESSAGE}[].function.arguments (string)`,
    applies: (reply) => wholeCalls(reply).some(isFunction),
    check: (reply) =>
      first(wholeCalls(reply).filter(isFunction), (call) => {
        if (hasText(call)) return undefined
        const what =
          call.arguments === undefined
            ? 'without arguments'
            : `with arguments that are no string: ${asJson(call.arguments)}`
        return { says: `sent ${call.label} ${what}`, ...atText(call), bytes: asJson(call.arguments) }
      }),
  },
  {
    ...shared,
    id: 'tools.args.json',
    level: 'must',
    promise: 'Sends arguments that are JSON unless the answer stops early.',
    hint: 'Look at the end of the arguments: cut ones need a higher token limit, empty ones are to be read as {}.',
    source: `${MESSAGE}[].function.arguments ("in JSON format")`,
    blame: 'model',
    applies: (reply) => complete(wholeCalls(reply)).length > 0,
    check: (reply) => first(complete(wholeCalls(reply)), (call) => notJson(reply, call)),
  },
  {
    ...shared,
    id: 'tools.args.object',
    level: 'must',
    promise: 'Sends arguments whose JSON is an object.',
    hint: 'Read null as {} for tools without parameters; anything else cannot be passed by parameter name.',
    source:
      'OpenAI API reference, function tools: parameters are a JSON Schema object; measured: Groq sends null at times',
    applies: (reply) => withJson(reply).length > 0,
    check: (reply) =>
      first(withJson(reply), (call) => {
        if (isRecord(parsed(call))) return undefined
        const text = asJson(parsed(call))
        return {
          says: `sent ${call.label} with arguments that are JSON but no object: ${text}`,
          ...atText(call),
          bytes: text,
        }
      }),
  },
  {
    ...shared,
    id: 'tools.args.empty-object',
    level: 'should',
    promise: 'Calls a tool without parameters with the arguments {}.',
    hint: 'Read empty or null arguments as {} before you parse them.',
    source: 'measured: OpenAI sends "{}"; Databricks sends an empty string and Groq sometimes null',
    applies: (reply) => withoutParameters(reply).length > 0,
    check: (reply) =>
      first(withoutParameters(reply), (call) =>
        isRecord(parsed(call))
          ? undefined
          : {
              says: `sent ${call.label}, which takes no parameters, with arguments ${asJson(call.arguments)}, not {}`,
              ...atText(call),
              bytes: asJson(call.arguments),
            },
      ),
  },
]
