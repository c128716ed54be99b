import type { ProviderSpec } from './spec.ts'
import { deepseek } from './deepseek.ts'
import { groq } from './groq.ts'
import { local } from './local.ts'
import { openai } from './openai.ts'
import { openllmapi } from './openllmapi.ts'
import { openrouter } from './openrouter.ts'
import { qwen } from './qwen.ts'
import { siliconflow } from './siliconflow.ts'
import { zhipu } from './zhipu.ts'

/**
 * The built-in providers, in the order of the matrix's columns.
 *
 * @example
 * ```ts
 * specs.map(({ name }) => name) // ['openai', 'qwen', 'deepseek', …]
 * ```
 */
export const specs: readonly ProviderSpec[] = [
  openai,
  qwen,
  deepseek,
  zhipu,
  siliconflow,
  groq,
  openrouter,
  openllmapi,
  local,
]
