import { setTimeout as wait } from 'node:timers/promises'
import type { Dialect } from './_dialect.ts'
import type { Trace } from './_ids.ts'
import { type Json, type JsonObject, compact } from './_json.ts'
import type { ChatRequest } from './_request.ts'
import { type Answer, answer } from './model.ts'

/** An answer with everything a dialect needs to frame it. */
export interface Completion {
  readonly id: string
  readonly trace: Trace
  readonly created: number
  /** The model named in the answer. */
  readonly model: string
  readonly request: ChatRequest
  readonly choices: readonly Choice[]
  readonly usage: {
    readonly prompt: number
    readonly completion: number
    readonly total: number
    readonly reasoning: number
    /** Of the prompt, what came from the cache. */
    readonly cached: number
  }
}

interface Choice extends Answer {
  readonly index: number
  readonly calls: readonly Call[]
}

export interface Call {
  readonly index: number
  readonly id: string
  readonly name: string
  readonly json: string
}

/** What happens in a stream, in order. `index` is the choice's; `spent` counts the completion tokens so far. */
export type Step = { readonly index: number; readonly spent: number; readonly choice: Choice } & (
  | { readonly kind: 'start' }
  | { readonly kind: 'reasoning'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'calls'; readonly calls: readonly Call[] }
  | { readonly kind: 'finish'; readonly last: boolean }
  | { readonly kind: 'usage' }
)

/** The events of each step: an object becomes a `data:` line, a string is written as it is; none where absent. */
export type Events = {
  readonly [Kind in Step['kind']]?: (step: Extract<Step, { kind: Kind }>) => readonly (JsonObject | string)[]
}

/** Asks the model and gathers what framing needs. */
export function complete(dialect: Dialect, request: ChatRequest, trace: Trace, cached = 0): Completion {
  const said = answer(request, dialect.manner(request))
  const choices = Array.from({ length: Math.max(1, request.n) }, (_, index): Choice => {
    const calls = said.toolCalls.map(({ name, json }, at) => ({
      index: at,
      id: dialect.callId(trace, index * 16 + at),
      name,
      json,
    }))
    return Object.assign({ index, calls }, said)
  })
  const completion = said.completionTokens * choices.length
  return {
    id: dialect.completionId(trace),
    trace,
    created: trace.created,
    model: dialect.answeredModel?.(request.model) ?? request.model,
    request,
    choices,
    usage: {
      prompt: said.promptTokens,
      completion,
      total: said.promptTokens + completion,
      reasoning: said.reasoningTokens * choices.length,
      cached,
    },
  }
}

/** Text as it arrives: a few characters at a time, nothing lost. */
export function pieces(text: string): string[] {
  return text.match(/\s*\S{1,12}|\s+/gu) ?? []
}

/** The steps of a stream, the choices taking turns. */
function stepsOf({ choices, usage }: Completion): Step[] {
  const lanes = choices.map((choice) => laneOf(choice, choices.length))
  const steps = Array.from({ length: Math.max(...lanes.map((lane) => lane.length)) }).flatMap((_, at) =>
    lanes.flatMap((lane) => lane[at] ?? []),
  )
  const [first] = choices
  return first === undefined ? [] : [...steps, { kind: 'usage', index: 0, spent: usage.completion, choice: first }]
}

function laneOf(choice: Choice, of: number): Step[] {
  const { index } = choice
  const common = { index, choice }
  let written = 0
  const told = (kind: 'reasoning' | 'text', text = '') =>
    pieces(text).map((piece): Step => {
      written += piece.length
      return { index, choice, kind, text: piece, spent: Math.min(choice.completionTokens, Math.ceil(written / 4)) }
    })
  const end = { ...common, spent: choice.completionTokens }
  return [
    { ...common, kind: 'start', spent: 0 },
    ...told('reasoning', choice.reasoning),
    ...told('text', choice.text),
    ...(choice.calls.length > 0 ? [{ ...end, kind: 'calls', calls: choice.calls } as const] : []),
    { ...end, kind: 'finish', last: index === of - 1 },
  ]
}

/** The event stream, piece by piece, with a breath before each so that arrival times are real. */
export async function* streamOf(dialect: Dialect, completion: Completion, breath = 4): AsyncGenerator<string> {
  const said = dialect.events(completion)
  const events = stepsOf(completion).flatMap((step) => eventsOf(said, step))
  for (const event of [...events, 'data: [DONE]\n\n']) {
    await wait(breath)
    yield typeof event === 'string' ? event : `data: ${compact(event)}\n\n`
  }
}

function eventsOf(said: Events, step: Step): readonly (JsonObject | string)[] {
  if (step.kind === 'start') return said.start?.(step) ?? []
  if (step.kind === 'reasoning') return said.reasoning?.(step) ?? []
  if (step.kind === 'text') return said.text?.(step) ?? []
  if (step.kind === 'calls') return said.calls?.(step) ?? []
  if (step.kind === 'finish') return said.finish?.(step) ?? []
  return said.usage?.(step) ?? []
}

/** OpenAI's three counts. */
export function counts({ usage }: Completion): JsonObject {
  return { prompt_tokens: usage.prompt, completion_tokens: usage.completion, total_tokens: usage.total }
}

/** `{ id, type, function }`, with the index first where the dialect writes one. */
export function callOf({ index, id, name, json }: Call, indexed: boolean): JsonObject {
  const call: JsonObject = { id, type: 'function', function: { name, arguments: json } }
  return indexed ? { index, ...call } : call
}

/** The deltas of a call as OpenAI sends them: name first, then the arguments in pieces. */
export function callDeltas({ index, id, name, json }: Call): JsonObject[] {
  const first: Json = { index, id, type: 'function', function: { name, arguments: '' } }
  return [first, ...pieces(json).map((piece): JsonObject => ({ index, function: { arguments: piece } }))]
}
