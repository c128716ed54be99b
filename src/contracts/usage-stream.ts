import { chunksIn, isRecord, list, misfit, place } from './_chat.ts'
import { countedIn, doneIn, lastCounted, type Counted } from './_usage.ts'
import type { Breach, Contract } from './contract.ts'
import type { Reply } from '../wire/types.ts'
import { neverSummed } from './usage-stream-client.ts'
import { isChat } from './_once.ts'
import { counted } from '../wire/text.ts'

const base = {
  mode: 'wire',
  needs: ['stream'],
  source: 'OpenAI API reference, Create chat completion, stream_options.include_usage',
  blame: 'wire format',
  applies: (reply: Reply) => chunksIn(reply).length > 0 && countedIn(reply).length > 0,
} as const satisfies Partial<Contract>

/** What the token counts of a chat stream promise. */
export const usageStreamContracts: readonly Contract[] = [
  {
    ...base,
    id: 'usage.stream.present',
    level: 'must',
    promise: 'Sends usage in a stream that asks for it by `include_usage`.',
    hint: 'Count the tokens yourself, or ask for a whole completion where a bill depends on them.',
    applies: (reply) => isEnded(reply) && reply.asked?.includeUsage === true,
    check: (reply) => {
      if (countedIn(reply).length > 0) return undefined
      const last = chunksIn(reply).at(-1)
      return { says: `sent no usage in ${counted(chunksIn(reply).length, 'chunk')}`, ...place('$.usage', last?.event) }
    },
  },
  {
    ...base,
    id: 'usage.stream.exactly-one',
    level: 'should',
    promise: 'Sends usage in exactly one chunk.',
    hint: 'Keep the last usage of a stream and never add them up.',
    applies: (reply) => base.applies(reply) && !isContinuous(reply),
    check: (reply) => {
      const [first] = countedIn(reply)
      const next = countedIn(reply).find(({ event }) => event !== first?.event)
      if (!next) return undefined
      const { size } = new Set(countedIn(reply).map(({ event }) => event))
      return {
        says: `sent usage in ${counted(size, 'chunk')}, first in event ${first?.event}`,
        ...place(next.path, next.event),
      }
    },
  },
  neverSummed,
  {
    ...base,
    id: 'usage.stream.final-position',
    level: 'should',
    promise: 'Sends usage no earlier than the finish reason, and before `[DONE]`.',
    hint: 'Read the stream to its end before you take its usage.',
    applies: (reply) => base.applies(reply) && finishIn(reply) !== undefined,
    check: misplaced,
  },
  {
    ...base,
    id: 'usage.stream.choices-empty',
    level: 'may',
    promise: 'Sends usage in a chunk of its own, with `choices: []`.',
    hint: 'Look for usage in every chunk, also in those that have a choice.',
    applies: (reply) => base.applies(reply) && standard(reply).length > 0,
    check: (reply) => {
      const all = new Set(standard(reply).map(({ event }) => event))
      if (chunksIn(reply).some(({ json, event }) => all.has(event) && isEmpty(json.choices))) return undefined
      return { says: 'sent usage in a chunk that has a choice', ...place('$.choices', standard(reply).at(-1)?.event) }
    },
  },
  {
    ...base,
    id: 'usage.stream.null-elsewhere',
    level: 'may',
    promise: 'Sends `usage: null` in every chunk but the one with usage, where usage is asked for.',
    hint: 'Take a missing `usage` for null.',
    applies: (reply) => base.applies(reply) && reply.asked?.includeUsage === true && chunksIn(reply).length > 1,
    check: (reply) => {
      const last = lastCounted(reply)?.event
      const odd = chunksIn(reply).find(({ json, event }) => event !== last && json.usage !== null)
      return odd && { says: misfit('usage', odd.json.usage, 'null'), ...place('$.usage', odd.event) }
    },
  },
  {
    ...base,
    id: 'usage.stream.absent-when-off',
    level: 'may',
    promise: 'Sends no usage in a stream that does not ask for it.',
    hint: 'Expect usage in any stream; nothing else is at stake.',
    applies: (reply) => isEnded(reply) && reply.asked !== undefined && !isUsageAsked(reply),
    check: (reply) => {
      const [first] = standard(reply)
      return first && { says: 'sent usage without having been asked', ...place(first.path, first.event) }
    },
  },
  {
    ...base,
    id: 'usage.stream.not-in-choices',
    level: 'should',
    promise: 'Sends usage beside `choices`, never inside a choice alone.',
    hint: 'Read `choices[0].usage` too; the SDK drops it.',
    check: (reply) => {
      const all = countedIn(reply)
      const inside = all.find(({ path }) => path.startsWith('$.choices'))
      if (!inside || all.some(({ path }) => path === '$.usage')) return undefined
      return { says: 'sent usage inside a choice and nowhere else', ...place(inside.path, inside.event) }
    },
  },
]

function misplaced(reply: Reply): Breach | undefined {
  const last = lastCounted(reply)
  if (last?.event === undefined) return undefined
  const at = place(last.path, last.event)
  if (last.event > doneIn(reply)) return { says: 'sent usage after `[DONE]`', ...at }
  const finish = finishIn(reply) ?? 0
  return last.event >= finish ? undefined : { says: `sent usage before the finish reason of event ${finish}`, ...at }
}

/** The event by which every choice has had its first finish reason. */
function finishIn(reply: Reply): number | undefined {
  const seen = new Set<unknown>()
  let last: number | undefined
  for (const { json, event } of chunksIn(reply)) {
    for (const choice of list(json.choices)) {
      if (!isRecord(choice) || typeof choice.finish_reason !== 'string' || seen.has(choice.index)) continue
      seen.add(choice.index)
      last = event
    }
  }
  return last
}

function isEnded(reply: Reply): boolean {
  const { stream, answers, exchange } = reply
  if (!isChat(reply) || chunksIn(reply).length === 0 || exchange.response.end !== 'closed') return false
  return stream?.terminated === true || answers.some(({ finishReasons }) => finishReasons.length > 0)
}

/** The counts that stand where clients look for them, not in Groq's own `x_groq`. */
function standard(reply: Reply): readonly Counted[] {
  return countedIn(reply).filter(({ path }) => path !== '$.x_groq.usage')
}

/** OpenRouter asks by `usage: { include: true }`, which is its own. */
function isUsageAsked({ asked }: Reply): boolean {
  const own = asked?.body.usage
  return asked?.includeUsage === true || isContinuous({ asked }) || (isRecord(own) && own.include === true)
}

/** vLLM and SGLang send a running count where the request asks for it. */
function isContinuous({ asked }: Pick<Reply, 'asked'>): boolean {
  const options = asked?.body.stream_options
  return isRecord(options) && options.continuous_usage_stats === true
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0
}
