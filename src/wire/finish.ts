import type { Answer, Asked } from './types.ts'

// Words that say the answer stopped early, so that its arguments may end anywhere. Mistral: `model_length`; DeepSeek:
// `insufficient_system_resource` and `aborted`; OpenRouter and Groq: `error`; SGLang: `abort`; Zhipu: the last three.
const CUT = new Set([
  'length',
  'max_tokens',
  'content_filter',
  'model_length',
  'insufficient_system_resource',
  'aborted',
  'abort',
  'error',
  'sensitive',
  'network_error',
  'model_context_window_exceeded',
])

/** True where the finish reason itself says that the answer is incomplete: `isCut('length')`. */
export const isCut = (reason: string | undefined): boolean => reason !== undefined && CUT.has(reason)

/** The last finish reason with something in it; undefined where there is none. `lastFinish(reply.answers[0])` */
export const lastFinish = ({ finishReasons }: Answer): string | undefined => finishReasons.findLast(Boolean)

/**
 * Whether an answer that calls tools ends with a word that is true of it: `tool_calls`; `function_call` for the legacy
 * call, which has no id; `stop` where the request named the tool, as OpenAI says then, or where the request is not known;
 * or a word that says it was cut.
 *
 * @example
 * ```ts
 * endsCalls(reply.answers[0], reply.asked) // true for finish_reason "tool_calls"
 * ```
 */
export function endsCalls(answer: Answer, asked: Asked | undefined): boolean {
  const reason = lastFinish(answer)
  if (reason === 'function_call') return answer.toolCalls.every(({ id }) => id === undefined)
  if (reason === 'stop') return asked === undefined || asked.namedTool !== undefined
  return reason === 'tool_calls' || isCut(reason)
}
