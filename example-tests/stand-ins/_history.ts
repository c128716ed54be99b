import type { ChatRequest } from './_request.ts'

/** Ids of calls in the history that no tool message right after them answers. */
export function unanswered({ messages }: ChatRequest): string[] {
  return messages.flatMap(({ raw }, at) => {
    const calls = Array.isArray(raw['tool_calls']) ? raw['tool_calls'] : []
    const results = new Set<unknown>()
    for (let next = at + 1; messages[next]?.role === 'tool'; next += 1) results.add(messages[next]?.raw['tool_call_id'])
    return calls.flatMap((call) => {
      const id = typeof call === 'object' && call !== null && 'id' in call ? call['id'] : undefined
      return typeof id === 'string' && !results.has(id) ? [id] : []
    })
  })
}

/** What OpenAI says of such calls, and others with it. */
export const mustBeFollowed =
  "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'."
