import type { Seed } from './contract.ts'
import { completion, whole } from './seed.ts'

const tool = { type: 'function', function: { name: 'get_weather', parameters: { type: 'object' } } }

/** An answer that calls a tool. */
export const calling = (text: string, finish: string, ask: Record<string, unknown> = {}, tokens = 12) =>
  whole(
    completion(
      {
        content: null,
        tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: text } }],
      },
      { usage: { prompt_tokens: 40, completion_tokens: tokens, total_tokens: 40 + tokens } },
      { finish_reason: finish },
    ),
    { ask: { tools: [tool], ...ask } },
  )

/** An answer of some tokens, at most `limit` of which were asked for. */
export const limited = (
  limit: number,
  tokens: number,
  finish: string,
  usage: Record<string, unknown> = {},
  content = 'Hello',
) =>
  whole(
    completion(
      { content },
      { usage: { prompt_tokens: 8, completion_tokens: tokens, total_tokens: 8 + tokens, ...usage } },
      { finish_reason: finish },
    ),
    { ask: { max_tokens: limit } },
  )

const token = (text: string) => ({ token: text, logprob: -0.25, bytes: [...Buffer.from(text)], top_logprobs: [] })

/** An answer with log probabilities: the first token, the choice and the request can be changed. */
export const likely = (
  entry: Record<string, unknown> = {},
  choice: Record<string, unknown> = {},
  ask: Record<string, unknown> = {},
) => {
  const logprobs = { content: [{ ...token('Hello'), ...entry }, token(' there')], refusal: null }
  return whole(completion({}, {}, { logprobs, ...choice }), { ask: { logprobs: true, ...ask } })
}

/** Seeds of why an answer ended, and of log probabilities. */
export const finishSeeds: readonly Seed[] = [
  { contract: 'finish.enum', clean: whole(completion()), defect: whole(completion({}, {}, { finish_reason: 'eos' })) },
  { contract: 'finish.length', clean: limited(32, 32, 'length'), defect: limited(32, 33, 'stop') },
  {
    contract: 'finish.truncation-honest',
    clean: calling('{"city": "Par', 'length', { max_tokens: 12 }),
    defect: calling('{"city": "Par', 'tool_calls', { max_tokens: 12 }),
  },
  {
    contract: 'finish.tool_calls-iff-calls',
    clean: calling('{"city": "Paris"}', 'tool_calls'),
    defect: calling('{"city": "Paris"}', 'stop'),
  },
  {
    contract: 'logprobs.shape',
    clean: likely(),
    defect: likely({ logprob: 0.78 }),
  },
]
