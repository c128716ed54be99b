import { chunksIn, isChat, isRecord, list, misfit, place } from './_chat.ts'
import { countedIn, lastCounted } from './_usage.ts'
import type { Breach, Check, Contract } from './contract.ts'
import { readChatStream } from '../wire/chat.ts'
import { isDone } from '../wire/sse.ts'
import type { Reply, Usage, WireEvent } from '../wire/types.ts'
import { readUsage } from '../wire/usage.ts'

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
      return { says: `sent no usage in ${events(chunksIn(reply).length)}`, ...place('$.usage', last?.event) }
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
      const [one, two] = [...bearing(reply)]
      if (one === undefined || two === undefined) return undefined
      return { says: `sent usage in ${events(bearing(reply).size)}, first in event ${one}`, ...place('$.usage', two) }
    },
  },
  {
    ...base,
    id: 'usage.stream.never-summed',
    level: 'must',
    mode: 'client',
    promise: 'Is billed by the last usage of a stream, however many came before it.',
    hint: 'Assign usage as it comes in place of adding it up.',
    source: 'measured: Perplexity, Databricks and SiliconFlow send a running count in every chunk, Groq sends it twice',
    blame: 'configuration',
    applies: (reply) => readable(reply) !== undefined,
    check: checkWith(readChatStream),
  },
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
    check: (reply) => {
      const all = bearing(reply)
      if (chunksIn(reply).some(({ json, event }) => all.has(event) && isEmpty(json.choices))) return undefined
      return { says: 'sent usage in a chunk that has a choice', ...place('$.choices', lastCounted(reply)?.event) }
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
      const [first] = countedIn(reply)
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

/**
 * The check of `usage.stream.never-summed` with a given reader of chunks: it must read the last usage, also where the
 * chunk that has it comes twice.
 */
export function checkWith(read: (events: readonly WireEvent[]) => { readonly usage: Usage | undefined }): Check {
  return (reply) => {
    const [sent, last] = [reply.stream?.events ?? [], readable(reply)]
    if (!last) return undefined
    const twice = sent.toSpliced(last.event, 0, ...sent.slice(last.event, last.event + 1))
    const wanted = totals(last.usage)
    for (const [events, often] of [
      [sent, ''],
      [twice, ' when it came twice'],
    ] as const) {
      const got = totals(read(events).usage)
      if (got === wanted) continue
      const says = `reported ${wanted} tokens at last, which were read as ${got}${often}`
      return { says, ...place(last.usage.path, last.event) }
    }
    return undefined
  }
}

/** The usage that a client takes: the last one up to `[DONE]` in which a count is a number. */
function readable(reply: Reply): { readonly usage: Usage; readonly event: number } | undefined {
  const done = doneIn(reply)
  for (const { usage, path, event } of countedIn(reply).toReversed()) {
    const read = event === undefined || event > done ? undefined : readUsage(usage, path)
    if (event !== undefined && read) return { usage: read, event }
  }
  return undefined
}

function totals(usage: Usage | undefined): string {
  const { promptTokens, completionTokens, totalTokens } = usage ?? {}
  return [promptTokens, completionTokens, totalTokens].map((count) => count ?? '?').join('/')
}

function misplaced(reply: Reply): Breach | undefined {
  const last = lastCounted(reply)
  if (last?.event === undefined) return undefined
  const at = place(last.path, last.event)
  if (last.event > doneIn(reply)) return { says: 'sent usage after `[DONE]`', ...at }
  const finish = finishIn(reply) ?? 0
  return last.event >= finish ? undefined : { says: `sent usage before the finish reason of event ${finish}`, ...at }
}

/** The event of the first `[DONE]`, or Infinity. */
function doneIn({ stream }: Reply): number {
  const done = stream?.events.findIndex(({ data, json }) => json === undefined && isDone(data)) ?? -1
  return done < 0 ? Infinity : done
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

function bearing(reply: Reply): ReadonlySet<number> {
  return new Set(countedIn(reply).flatMap(({ event }) => event ?? []))
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

function events(count: number): string {
  return count === 1 ? '1 chunk' : `${count} chunks`
}
