import type { Dialect } from './_dialect.ts'
import { deepseek } from './deepseek.ts'
import { groq } from './groq.ts'
import { local } from './local.ts'
import { openai } from './openai.ts'
import { openllmapi } from './openllmapi.ts'
import { openrouter } from './openrouter.ts'
import { qwen } from './qwen.ts'
import { type StandIn, startStandIn } from './server.ts'
import { siliconflow } from './siliconflow.ts'
import { zhipu } from './zhipu.ts'

/** Every dialect, by the provider's name. */
export const dialects: Record<string, Dialect> = {
  openai,
  qwen,
  deepseek,
  zhipu,
  siliconflow,
  groq,
  openrouter,
  openllmapi,
  local,
}

/**
 * Starts a stand-in for every provider. `env` points a run at them: `<NAME>_BASE_URL` for each, and a dummy key in each
 * key variable.
 *
 * @example
 * const standIns = await startAll()
 * Object.assign(process.env, standIns.env)
 */
export async function startAll(): Promise<{
  env: Record<string, string>
  close(): Promise<void>
  /** Requests answered so far, by provider. */
  hits(): Record<string, number>
}> {
  const running = await Promise.all(
    Object.entries(dialects).map(async ([name, dialect]): Promise<[string, StandIn]> => [
      name,
      await startStandIn(dialect),
    ]),
  )
  const env: Record<string, string> = {}
  for (const [name, { baseURL }] of running) {
    env[`${name.toUpperCase()}_BASE_URL`] = baseURL
    for (const variable of dialects[name]?.keys ?? []) env[variable] = `stand-in-key-of-${name}`
  }
  return {
    env,
    close: async () => {
      await Promise.all(running.map(([, standIn]) => standIn.close()))
    },
    hits: () => Object.fromEntries(running.map(([name, { hits }]) => [name, hits])),
  }
}
