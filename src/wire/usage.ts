import { isRecord, num, type JsonObject } from './guards.ts'
import type { Json } from './exchange.ts'
import type { Usage } from './types.ts'

/**
 * Reads one `usage` object in either spelling: chat (`prompt_tokens`, …) or Responses (`input_tokens`, …).
 * Undefined where no token count in it is a number. `path` is where it stood.
 *
 * @example
 * ```ts
 * readUsage({ prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 }, '$.usage')?.totalTokens // 11
 * ```
 */
export function readUsage(usage: Json | undefined, path: string): Usage | undefined {
  if (!isRecord(usage)) return undefined
  const promptTokens = num(usage.prompt_tokens) ?? num(usage.input_tokens)
  const completionTokens = num(usage.completion_tokens) ?? num(usage.output_tokens)
  const totalTokens = num(usage.total_tokens)
  if (promptTokens === undefined && completionTokens === undefined && totalTokens === undefined) return undefined
  const reasoningTokens =
    detail(usage, ['completion_tokens_details', 'output_tokens_details'], 'reasoning_tokens') ??
    num(usage.reasoning_tokens) // Copilot
  const cachedTokens =
    // Mistral spells the object `prompt_token_details`.
    detail(usage, ['prompt_tokens_details', 'input_tokens_details', 'prompt_token_details'], 'cached_tokens') ??
    num(usage.cached_tokens) ?? // Moonshot, Together
    num(usage.num_cached_tokens) ?? // Mistral
    num(usage.prompt_cache_hit_tokens) ?? // DeepSeek
    num(usage.cache_read_input_tokens) // Databricks
  return { promptTokens, completionTokens, totalTokens, reasoningTokens, cachedTokens, path }
}

/**
 * All tokens that were generated, and those of them that are no reasoning. Some (xAI) count reasoning beside the
 * completion and only the total holds both; then it is added. Undefined where the wire counts no completion.
 *
 * @example
 * ```ts
 * generatedTokens(readUsage({ prompt_tokens: 5, completion_tokens: 2, total_tokens: 17, reasoning_tokens: 10 }, '$.usage')) // { all: 12, visible: 2 }
 * ```
 */
export function generatedTokens(
  usage: Usage | undefined,
): { readonly all: number; readonly visible: number } | undefined {
  const { promptTokens = 0, completionTokens, totalTokens, reasoningTokens = 0 } = usage ?? {}
  if (completionTokens === undefined) return undefined
  const isApart = reasoningTokens > 0 && totalTokens === promptTokens + completionTokens + reasoningTokens
  if (isApart) return { all: completionTokens + reasoningTokens, visible: completionTokens }
  return { all: completionTokens, visible: Math.max(0, completionTokens - reasoningTokens) }
}

/**
 * What a report says whose total is not the sum of its parts, as a clause after "It"; undefined where it is, or where a
 * count is missing. `names` are the wire's names of both parts.
 *
 * @example
 * ```ts
 * wrongTotal(usage, ['prompt_tokens', 'completion_tokens']) // 'reported total_tokens 12, where …'
 * ```
 */
export function wrongTotal(
  { promptTokens: first, completionTokens: second, totalTokens: total, reasoningTokens = 0 }: Usage,
  [prompt, completion]: readonly [prompt: string, completion: string],
): string | undefined {
  if (first === undefined || second === undefined || total === undefined || total === first + second) return undefined
  const apart = reasoningTokens > 0 && total === first + second + reasoningTokens
  const why = apart ? `: the difference is its ${reasoningTokens} reasoning_tokens` : ''
  return `reported total_tokens ${total}, where ${prompt} ${first} + ${completion} ${second} = ${first + second}${why}`
}

function detail(usage: JsonObject, objects: readonly string[], key: string): number | undefined {
  for (const name of objects) {
    const details = usage[name]
    const count = isRecord(details) ? num(details[key]) : undefined
    if (count !== undefined) return count
  }
  return undefined
}
