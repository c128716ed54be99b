import { pieces } from './_chat.ts'
import type { Json, JsonObject } from './_json.ts'
import type { ChatRequest } from './_request.ts'

/** The token probabilities of a whole answer, where they are asked for. */
export function logprobsOf({ raw }: ChatRequest, text: string): Json {
  if (raw['logprobs'] !== true) return null
  const top = typeof raw['top_logprobs'] === 'number' ? raw['top_logprobs'] : 0
  const content = pieces(text).map((token): Json => {
    const one: JsonObject = { token, logprob: -0.01, bytes: [...Buffer.from(token)] }
    return { ...one, top_logprobs: Array.from({ length: top }, (_, at) => ({ ...one, logprob: -0.01 - at * 5 })) }
  })
  return { content }
}
