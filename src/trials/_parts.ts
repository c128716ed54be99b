import type { Json } from '../wire/exchange.ts'
import type { Answer, Reply, ToolCall } from '../wire/types.ts'
import type { Way } from './trial.ts'

/** Both ways of asking. */
export const BOTH: readonly Way[] = ['whole', 'streamed']
/** In one piece only. */
export const WHOLE: readonly Way[] = ['whole']
/** Streamed only. */
export const STREAMED: readonly Way[] = ['streamed']

/** A message of the user. */
export const user = (content: Json) => ({ role: 'user', content })
/** A message of the system. */
export const system = (content: Json) => ({ role: 'system', content })
/** An answer of the assistant in a history. */
export const assistant = (content: Json, more: { readonly [key: string]: Json } = {}) => ({
  role: 'assistant',
  content,
  ...more,
})
/** The result of a tool call in a history. */
export const toolResult = (id: string, content: Json) => ({ role: 'tool', tool_call_id: id, content })
/** A call in a history. */
export const toolCall = (id: string, name: string, args: string) => ({
  id,
  type: 'function',
  function: { name, arguments: args },
})

/** A function that is offered; its parameters are the properties, all required, unless it is a whole schema. */
export function tool(
  name: string,
  description: string,
  parameters: { readonly [key: string]: Json },
  more: { readonly [key: string]: Json } = {},
) {
  return { type: 'function', function: { name, description, parameters, ...more } }
}

/** A closed object schema, all of whose properties are required. */
export function object(properties: { readonly [key: string]: Json }) {
  return { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
}

/** The first answer of a reply, empty where there is none. */
export function answerOf({ answers }: Reply): Answer {
  return answers[0] ?? EMPTY
}

const EMPTY: Answer = {
  index: 0,
  text: undefined,
  refusal: undefined,
  reasoning: undefined,
  toolCalls: [],
  finishReasons: [],
  contentEvents: 0,
}

/** The text of the first answer; empty where it has none. */
export const textOf = (reply: Reply): string => answerOf(reply).text ?? ''

/** The tool calls of the first answer. */
export const callsOf = (reply: Reply): readonly ToolCall[] => answerOf(reply).toolCalls

/** The finish reason of the first answer. */
export const finishOf = (reply: Reply): string | undefined => answerOf(reply).finishReasons.at(-1)

/** Whether a reply refuses the request itself: a 4xx, or an error inside a stream. */
export const isRefusal = ({ status, error }: Reply): boolean =>
  (status >= 400 && status < 500) || (status === 200 && error !== undefined)

/** The words of an error, its message first, for telling what it names. */
export function wordsOf({ error, text }: Reply): string {
  const words = [error?.code, error?.param, error?.type].filter((word) => typeof word === 'string')
  return [error?.message ?? text, ...words].join(' ')
}
