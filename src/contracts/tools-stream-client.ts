import { isRecord, jsonText, list, parseJson, str, type JsonObject } from '../wire/_guards.ts'
import type { Exchange, Json } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import { isDone } from '../wire/sse.ts'
import type { Answer, Reply, WireEvent } from '../wire/types.ts'
import { toolStream, type Delta } from './_tools-stream.ts'
import { clip, first, shown } from './_tools.ts'
import type { Breach, Check, Contract } from './contract.ts'

/** Whatever reads an exchange: this package's `readReply`, or a wrong one in a test. */
export type Reader = (exchange: Exchange) => Reply

const shared = { mode: 'client', needs: ['tools', 'stream'], blame: 'infrastructure' } as const
const hint = 'Report it to vitest-llm-contracts with the recording: its own reader has misread these bytes.'

/** The same exchange with other events; every byte of an event that is not changed stays. */
function rewritten(reply: Reply, texts: readonly (readonly string[])[], end: 'closed' | 'aborted'): Exchange {
  const pieces = texts.flatMap((datas, at) =>
    datas.map((data) => {
      const name = reply.stream?.events[at]?.event
      const lines = data.split('\n').map((line) => `data: ${line}\n`)
      return { at, bytes: Buffer.from(`${name === undefined ? '' : `event: ${name}\n`}${lines.join('')}\n`) }
    }),
  )
  return { ...reply.exchange, response: { ...reply.exchange.response, pieces, end } }
}

const write = (json: Json, fallback: string) => jsonText(json) || fallback

/** An event with each choice's delta changed; undefined where there is none to change. */
function withDeltas({ json }: WireEvent, change: (delta: JsonObject) => JsonObject): JsonObject | undefined {
  if (!isRecord(json) || !list(json.choices).some((choice) => isRecord(choice) && isRecord(choice.delta)))
    return undefined
  const choices = list(json.choices).map((choice) =>
    isRecord(choice) && isRecord(choice.delta) ? { ...choice, delta: change(choice.delta) } : choice,
  )
  return { ...json, choices }
}

const eventsOf = ({ stream }: Reply) => {
  const events = stream?.events ?? []
  const end = events.findIndex(({ json, data }) => json === undefined && isDone(data))
  return end < 0 ? events : events.slice(0, end)
}

const isEmpty = (calls: Json | undefined) => Array.isArray(calls) && calls.length === 0
const without = ({ tool_calls: calls, ...delta }: JsonObject): JsonObject =>
  calls === undefined || isEmpty(calls) ? delta : { ...delta, tool_calls: calls }
const withEmpty = (delta: JsonObject): JsonObject => ({ tool_calls: [], ...delta })

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
  const each = (change: (delta: JsonObject) => JsonObject) =>
    events.map((event) => [write(withDeltas(event, change) ?? null, '').replace(/^null$/, '') || event.data])
  const bare = facts(read(rewritten(reply, each(without), 'closed')).answers)
  const padded = facts(read(rewritten(reply, each(withEmpty), 'closed')).answers)
  if (bare === padded && bare === facts(read(reply.exchange).answers)) return undefined
  const event = events.findIndex((event) => withDeltas(event, withEmpty))
  return {
    says: 'read delta.tool_calls [] as more than nothing',
    event,
    path: '$.choices[0].delta.tool_calls',
    bytes: '[]',
  }
}

/** The first delta after which a call's arguments are JSON while its choice has not finished. */
function early(reply: Reply): Delta | undefined {
  const { groups, finishes } = toolStream(reply)
  for (const group of groups.values()) {
    let text = ''
    for (const delta of group) {
      const part = str(delta.fn.arguments) ?? ''
      text += part
      if (!part.trimEnd().endsWith('}') || delta.event >= (finishes.get(delta.choice)?.event ?? 0)) continue
      if (isRecord(parseJson(text))) return delta
    }
  }
  return undefined
}

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
  if (reason === undefined && half.stream?.terminated !== true) return undefined
  return {
    says: `took a call for finished (${shown(reason)}) while only its arguments could be parsed`,
    event: delta.event,
    path: `${delta.path}.function.arguments`,
    bytes: shown(delta.entry),
  }
}

/** Deltas whose name can be told apart when it comes in two parts. */
const splittable = (reply: Reply) =>
  toolStream(reply).deltas.filter(({ place, index, fn }) => {
    const name = str(fn.name) ?? ''
    return place === 0 && index !== undefined && name.length > 1 && name.slice(1) !== name.slice(0, 1)
  })

function joinsNames(reply: Reply, read: Reader): Breach | undefined {
  const events = eventsOf(reply)
  const expected = names(reply.answers)
  return first(splittable(reply).slice(0, 4), ({ event, path, fn, entry, choice }) => {
    const name = str(fn.name) ?? ''
    const [head, tail] = [name.slice(0, 1), name.slice(1)]
    const source = events[event]
    const start = source && withDeltas(source, (delta) => renamed(delta, entry, { ...fn, name: head }))
    if (!source || !start || !isRecord(source.json)) return undefined
    const rest = { index: entry.index ?? 0, function: { name: tail } }
    const more = { ...source.json, choices: [{ index: choice, delta: { tool_calls: [rest] }, finish_reason: null }] }
    const both = [jsonText(start), jsonText(more)]
    if (both.includes('')) return undefined
    const found = names(
      read(
        rewritten(
          reply,
          events.map(({ data }, at) => (at === event ? both : [data])),
          'closed',
        ),
      ).answers,
    )
    if (found === expected) return undefined
    const says = `read the name ${clip(name)}, split into ${head} and ${clip(tail)}, as ${clip(found)}`
    return { says, event, path: `${path}.function.name`, bytes: shown(entry) }
  })
}

const names = (answers: readonly Answer[]) =>
  answers.flatMap(({ toolCalls }) => toolCalls.map(({ name }) => name)).join(', ')

const renamed = (delta: JsonObject, entry: JsonObject, fn: JsonObject): JsonObject => ({
  ...delta,
  tool_calls: list(delta.tool_calls).map((call) => (call === entry ? { ...entry, function: fn } : call)),
})

const asksForTools = ({ asked }: Reply) => asked !== undefined && asked.tools.size > 0
const isChatStream = ({ api, status, stream }: Reply) =>
  api === 'chat' && status >= 200 && status < 300 && stream !== undefined
const showsEmpty = (reply: Reply) =>
  eventsOf(reply).some(({ json }) =>
    list(isRecord(json) ? json.choices : undefined).some(
      (choice) => isRecord(choice) && isRecord(choice.delta) && isEmpty(choice.delta.tool_calls),
    ),
  )
const hasDelta = (reply: Reply) => eventsOf(reply).some((event) => withDeltas(event, (delta) => delta) !== undefined)

const checks: Readonly<Record<string, (reply: Reply, read: Reader) => Breach | undefined>> = {
  'tools.stream.empty-array-delta': emptyIsNothing,
  'tools.stream.no-early-execution': waits,
  'tools.stream.split-name': joinsNames,
}

/** The check of one client contract with another reader, so that a test can see it fail. */
export const toolsStreamCheckWith =
  (id: string, read: Reader): Check =>
  (reply) =>
    checks[id]?.(reply, read)

const entry = (contract: Omit<Contract, 'mode' | 'needs' | 'blame' | 'check' | 'hint'>): Contract => ({
  ...shared,
  hint,
  ...contract,
  check: toolsStreamCheckWith(contract.id, readReply),
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
    source:
      'measured: clients that ran a call as soon as its arguments could be parsed ran it with arguments that were not whole',
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
