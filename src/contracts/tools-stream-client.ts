import { isRecord, jsonText, list, str, type JsonObject } from '../wire/guards.ts'
import type { Exchange } from '../wire/exchange.ts'
import type { Answer, Reply } from '../wire/types.ts'
import { growing } from './_growing.ts'
import { own, trying, type CheckWith, type Reader } from './_reread.ts'
import { eventsOf, rewritten, withDeltas } from './_tools-rewrite.ts'
import { segments, toolStream, written, type Delta } from './_tools-stream.ts'
import { asJson, first, isCustom } from './_tools.ts'
import type { Breach, Contract } from './contract.ts'
import { once } from './_once.ts'
import { isChatStream } from './_stream.ts'

const shared = { mode: 'client', needs: ['tools', 'stream'], blame: 'configuration' } as const
const hint = "Report this exchange to the client's authors: the fault is the reader's, not the provider's."

const isEmpty = (calls: unknown) => Array.isArray(calls) && calls.length === 0
const without = ({ tool_calls: calls, ...delta }: JsonObject): JsonObject =>
  calls === undefined || isEmpty(calls) ? delta : { ...delta, tool_calls: calls }
const withEmpty = (delta: JsonObject): JsonObject => ({ tool_calls: [], ...delta })
const asItIs = (delta: JsonObject) => delta

/** What a consumer would act on. */
const facts = (answers: readonly Answer[]) =>
  jsonText(
    answers.map(({ index, text, toolCalls, finishReasons, contentEvents }) => ({
      index,
      text: text ?? null,
      calls: toolCalls.map(({ id, name, arguments: said }) => [id ?? null, name, said]),
      finishReasons: [...finishReasons],
      contentEvents,
    })),
  )

function emptyIsNothing(reply: Reply, read: Reader): Breach | undefined {
  const events = eventsOf(reply)
  const readWith = (change: (delta: JsonObject) => JsonObject) =>
    facts(
      read(
        rewritten(
          reply,
          events.map((event) => [withDeltas(event, change) ?? event.data]),
          'closed',
        ),
      ).answers,
    )
  const bare = readWith(without)
  if (readWith(asItIs) === bare && readWith(withEmpty) === bare) return undefined
  const event = events.findIndex((event) => withDeltas(event, withEmpty) !== undefined)
  const path = '$.choices[0].delta.tool_calls'
  return { says: 'was read otherwise with and without an empty delta.tool_calls', event, path, bytes: '[]' }
}

/** The first delta after which a call's arguments are JSON while its choice has not finished. */
const early = once((reply): Delta | undefined => {
  const { finishes } = toolStream(reply)
  for (const { head, rest } of segments(reply)) {
    const end = finishes.get(head.choice)?.since ?? 0
    const text = growing()
    for (const delta of [head, ...rest]) {
      text.add(written(delta))
      if (delta.event < end && written(delta).trimEnd().endsWith('}') && isRecord(text.value())) return delta
    }
  }
  return undefined
})

function waits(reply: Reply, read: Reader): Breach | undefined {
  const delta = early(reply)
  if (!delta) return undefined
  const cut = eventsOf(reply).slice(0, delta.event + 1)
  const half = read(
    rewritten(
      reply,
      cut.map(({ data }) => [data]),
      'aborted',
    ),
  )
  const answer = half.answers.find(({ index }) => index === delta.choice)
  const reason = answer?.finishReasons[0]
  if (reason === undefined) return undefined
  return {
    says: `was read as finished (${asJson(reason)}) while only the arguments of a call could be parsed`,
    event: delta.event,
    path: `${delta.path}.function.arguments`,
    bytes: asJson(delta.entry),
  }
}

/** The first deltas of calls whose name can be told apart when it comes in two parts. */
function splittable(reply: Reply): readonly Delta[] {
  const { deltas, groups } = toolStream(reply)
  if (deltas.some(({ index }) => index === undefined)) return []
  return groups.flatMap(([head, next]) => {
    const name = str(head?.fn.name) ?? ''
    if (!head || isCustom(head.entry) || name.length < 2 || name.slice(1) === name[0]) return []
    return next?.event === head.event ? [] : [head]
  })
}

/** The exchange with the name of a call in two deltas: its first letter, then the rest in an event of its own. */
function withSplitName(reply: Reply, { event, fn, entry, choice }: Delta): Exchange | undefined {
  const events = eventsOf(reply)
  const name = str(fn.name) ?? ''
  const head = { ...entry, function: { ...fn, name: name.slice(0, 1) } }
  const tail = { index: entry.index ?? 0, function: { name: name.slice(1) } }
  const start = events[event] && withDeltas(events[event], (delta) => replaced(delta, entry, head))
  const rest = { choices: [{ index: choice, delta: { tool_calls: [tail] }, finish_reason: null }] }
  if (start === undefined) return undefined
  const both = [start, jsonText(rest)]
  return rewritten(
    reply,
    events.map(({ data }, at) => (at === event ? both : [data])),
    'closed',
  )
}

const replaced = (delta: JsonObject, old: JsonObject, entry: JsonObject): JsonObject => ({
  ...delta,
  tool_calls: list(delta.tool_calls).map((call) => (call === old ? entry : call)),
})

function joinsNames(reply: Reply, read: Reader): Breach | undefined {
  const expected = names(reply.answers)
  return first(splittable(reply).slice(0, 4), (delta) => {
    const split = withSplitName(reply, delta)
    const found = split && names(read(split).answers)
    if (found === undefined || found === expected) return undefined
    const says = `was read as calling ${asJson(found)} where a name came in two deltas, not ${asJson(expected)}`
    return { says, event: delta.event, path: `${delta.path}.function.name`, bytes: asJson(delta.entry) }
  })
}

const names = (answers: readonly Answer[]) =>
  answers.flatMap(({ toolCalls }) => toolCalls.map(({ name }) => name)).join(', ')

const asksForTools = ({ asked }: Reply) => asked !== undefined && asked.tools.size > 0
const showsEmpty = (reply: Reply) =>
  eventsOf(reply).some(({ json }) =>
    list(isRecord(json) ? json.choices : undefined).some(
      (choice) => isRecord(choice) && isRecord(choice.delta) && isEmpty(choice.delta.tool_calls),
    ),
  )
const hasDelta = (reply: Reply) => eventsOf(reply).some((event) => withDeltas(event, asItIs) !== undefined)

/** The checks of the contracts with mode `client`, by id: each takes the reader that is to be tried. */
export const toolsStreamCheckWith = {
  'tools.stream.empty-array-delta': trying(emptyIsNothing),
  'tools.stream.no-early-execution': trying(waits),
  'tools.stream.split-name': trying(joinsNames),
} as const satisfies Readonly<Record<string, CheckWith>>

type Entry = Pick<Contract, 'level' | 'promise' | 'source' | 'applies'> & { id: keyof typeof toolsStreamCheckWith }

const entry = (contract: Entry): Contract => ({
  ...shared,
  hint,
  ...contract,
  check: own(toolsStreamCheckWith[contract.id]),
})

/** What a client must make of streamed tool calls, tried on this package's own reader. */
export const toolsStreamClientContracts: readonly Contract[] = [
  entry({
    id: 'tools.stream.empty-array-delta',
    level: 'may',
    promise: 'Is read the same with and without an empty delta.tool_calls.',
    source: 'measured: forks of vLLM send delta.tool_calls [] in text deltas',
    applies: (reply) =>
      isChatStream(reply) &&
      hasDelta(reply) &&
      (asksForTools(reply) || toolStream(reply).deltas.length > 0 || showsEmpty(reply)),
  }),
  entry({
    id: 'tools.stream.no-early-execution',
    level: 'must',
    promise: 'Is read as unfinished until its finish reason, though the arguments so far be JSON.',
    source: 'measured: clients that ran a call once its arguments could be parsed ran it with half of them',
    applies: (reply) => early(reply) !== undefined,
  }),
  entry({
    id: 'tools.stream.split-name',
    level: 'may',
    promise: 'Is read with the same tool names where a name comes in two deltas.',
    source: 'measured: rare gateways split a name over deltas; OpenAI’s Python client joins such parts',
    applies: (reply) => splittable(reply).length > 0,
  }),
]
