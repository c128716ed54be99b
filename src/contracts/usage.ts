import { completionIn, isCount, isRecord, misfit, place } from './_chat.ts'
import { cap, lastCounted, type Counted } from './_usage.ts'
import type { Breach, Check, Contract } from './contract.ts'
import type { Answer, Reply, Usage } from '../wire/types.ts'
import { readUsage, wrongTotal } from '../wire/usage.ts'
import { usageStreamContracts } from './usage-stream.ts'

const base = {
  mode: 'wire',
  needs: [],
  source: 'OpenAI API reference, Chat Completions, The chat completion object, usage',
  blame: 'wire format',
} as const satisfies Partial<Contract>

/** What the token counts of a chat completion promise, whole or streamed; of a stream the last that came. */
export const usageContracts: readonly Contract[] = [
  {
    ...base,
    id: 'usage.present',
    level: 'must',
    promise: 'Reports `usage` in every whole completion.',
    hint: 'Count the tokens yourself where a bill or a limit depends on them.',
    applies: (reply) => completionIn(reply) !== undefined,
    check: (reply) => {
      const usage = completionIn(reply)?.usage
      return isRecord(usage) ? undefined : { says: misfit('usage', usage, 'an object'), path: '$.usage' }
    },
  },
  {
    ...base,
    id: 'usage.integers',
    level: 'must',
    promise: 'Counts prompt, completion and total tokens as integers from 0.',
    hint: 'Check each count before you add it up: `Number.isInteger(usage.total_tokens)`.',
    applies: (reply) => lastCounted(reply) !== undefined,
    check: ofLast(({ usage }) => {
      const key = ['prompt_tokens', 'completion_tokens', 'total_tokens'].find((name) => !isCount(usage[name]))
      return key === undefined ? undefined : [misfit(key, usage[key], 'an integer from 0'), `.${key}`]
    }),
  },
  {
    ...base,
    id: 'usage.sum',
    level: 'should',
    promise: 'Gives as `total_tokens` the sum of prompt and completion tokens.',
    hint: 'Bill by the parts or by the total, as the price list says; where reasoning is counted apart, add it.',
    applies: (reply) => all(told(reply), ['promptTokens', 'completionTokens', 'totalTokens']),
    check: ofLast((_, usage) => {
      const says = wrongTotal(usage, ['prompt_tokens', 'completion_tokens'])
      return says === undefined ? undefined : [says, '.total_tokens']
    }),
  },
  {
    ...base,
    id: 'usage.positive',
    level: 'should',
    promise: 'Counts at least one prompt token, and one completion token where it answered with anything.',
    hint: 'Treat a count of 0 as missing, never as free.',
    applies: (reply) => all(told(reply), ['promptTokens', 'completionTokens']),
    check: ofLast((_, { promptTokens = 0, completionTokens = 0 }, { answers }) => {
      if (promptTokens <= 0) return [`counted ${promptTokens} prompt tokens`, '.prompt_tokens']
      if (completionTokens > 0 || !answers.some(isSpoken)) return undefined
      return [`counted ${completionTokens} completion tokens for an answer that is not empty`, '.completion_tokens']
    }),
  },
  {
    ...base,
    id: 'usage.reasoning-le-completion',
    level: 'should',
    needs: ['reasoning'],
    promise: 'Counts reasoning tokens within the completion tokens.',
    hint: 'Take `max(0, completion - reasoning)` as visible, and bill reasoning apart where it stands apart.',
    applies: (reply) => all(told(reply), ['reasoningTokens', 'completionTokens']),
    check: ofLast((_, { reasoningTokens = 0, completionTokens = 0 }) =>
      reasoningTokens <= completionTokens
        ? undefined
        : [`counted ${reasoningTokens} reasoning tokens and only ${completionTokens} completion tokens`, ''],
    ),
  },
  {
    ...base,
    id: 'usage.cached-le-prompt',
    level: 'should',
    needs: ['cache'],
    promise: 'Counts cached tokens within the prompt tokens.',
    hint: 'Do not subtract cached from prompt tokens without a floor of 0.',
    applies: (reply) => all(told(reply), ['cachedTokens', 'promptTokens']),
    check: ofLast((_, { cachedTokens = 0, promptTokens = 0 }) =>
      cachedTokens <= promptTokens
        ? undefined
        : [`counted ${cachedTokens} cached tokens and only ${promptTokens} prompt tokens`, ''],
    ),
  },
  {
    ...base,
    id: 'usage.details-location',
    level: 'may',
    promise: 'Counts reasoning in `completion_tokens_details` and cached tokens in `prompt_tokens_details`.',
    hint: 'Read the count from wherever this provider keeps it; the SDK gives undefined.',
    applies: (reply) => all(told(reply), ['reasoningTokens']) || all(told(reply), ['cachedTokens']),
    check: ofLast(({ usage }, { reasoningTokens, cachedTokens }) => {
      const { completion_tokens_details: completion, prompt_tokens_details: prompt } = usage
      if (reasoningTokens !== undefined && !(isRecord(completion) && 'reasoning_tokens' in completion)) {
        return ['counted reasoning tokens outside `completion_tokens_details`', '.completion_tokens_details']
      }
      if (cachedTokens === undefined || (isRecord(prompt) && 'cached_tokens' in prompt)) return undefined
      return ['counted cached tokens outside `prompt_tokens_details`', '.prompt_tokens_details']
    }),
  },
  {
    ...base,
    id: 'usage.completion-le-cap',
    level: 'should',
    source: 'OpenAI API reference, Create chat completion, max_completion_tokens',
    promise: 'Keeps to the cap on completion tokens that the request sets.',
    hint: 'Leave room above the cap, and look for the least cap that this provider honours.',
    applies: (reply) => (cap(reply) ?? -1) >= 0 && all(told(reply), ['completionTokens']),
    check: ofLast((_, { completionTokens = 0 }, reply) => {
      const limit = cap(reply) ?? Infinity
      if (completionTokens <= limit) return undefined
      return [`counted ${completionTokens} completion tokens where the request allowed ${limit}`, '.completion_tokens']
    }),
  },
  ...usageStreamContracts,
]

function ofLast(look: (counted: Counted, usage: Usage, reply: Reply) => readonly [string, string] | undefined): Check {
  return (reply): Breach | undefined => {
    const counted = lastCounted(reply)
    const found = counted && look(counted, told(reply) ?? NOTHING, reply)
    return found && { says: found[0], ...place(counted.path + found[1], counted.event) }
  }
}

const NOTHING: Usage = {
  promptTokens: undefined,
  completionTokens: undefined,
  totalTokens: undefined,
  reasoningTokens: undefined,
  cachedTokens: undefined,
  path: '$.usage',
}

function told(reply: Reply): Usage | undefined {
  const counted = lastCounted(reply)
  return counted && readUsage(counted.usage, counted.path)
}

function all(usage: Usage | undefined, keys: readonly Exclude<keyof Usage, 'path'>[]): boolean {
  return usage !== undefined && keys.every((key) => usage[key] !== undefined)
}

function isSpoken({ text, refusal, reasoning, toolCalls }: Answer): boolean {
  return Boolean(text || refusal || reasoning) || toolCalls.length > 0
}
