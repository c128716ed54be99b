import { filled, isRecord, list, position, str, type JsonObject } from './guards.ts'
import { addDeltas, addWhole, finishCalls, noCalls, type Calls } from './_calls.ts'
import { addMessage, callsIn, type Said } from './_message.ts'
import type { Json } from './exchange.ts'
import { isDone } from './sse.ts'
import type { Answer, Usage, WireEvent } from './types.ts'
import { readUsage } from './usage.ts'

/** What a body or a stream says, apart from errors. */
export interface Facts {
  readonly answers: readonly Answer[]
  readonly usage: Usage | undefined
  readonly model: string | undefined
}

interface Draft extends Said {
  readonly index: number
  contentEvents: number
  readonly finishReasons: string[]
  calls: Calls
  /** The last whole message in a stream whose choices carry one in place of a delta. */
  message: JsonObject | undefined
}

/**
 * Reads a whole body of chat completions or legacy completions; embeddings give usage and model. A choice without
 * `index` has its array position.
 *
 * @example
 * ```ts
 * readChat({ choices: [{ message: { content: 'Hi' }, finish_reason: 'stop' }] }).answers[0]?.text // 'Hi'
 * ```
 */
export function readChat(body: Json | undefined): Facts {
  if (!isRecord(body)) return { answers: [], usage: undefined, model: undefined }
  const drafts = new Map<number, Draft>()
  list(body.choices).forEach((choice, at) => {
    if (!isRecord(choice)) return
    const draft = draftAt(drafts, position(choice.index) ?? at)
    const message = [choice.message, choice.delta].find(isRecord)
    if (message) say(draft, message, addWhole)
    else sayText(draft, choice)
    finishReason(draft, choice)
  })
  return { answers: finish(drafts), usage: usageIn(body), model: filled(body.model) }
}

/**
 * Reads the chunks of a chat or legacy completions stream into whole answers, up to the first `[DONE]`, where clients
 * stop. Usage is the last one that came, since some providers send a running count in every chunk. Where choices carry
 * `message` and no delta has brought a text (calls, reasoning), the last such message counts, as the whole so far.
 *
 * @example
 * ```ts
 * readChatStream(readStream(pieces, 'chat').events).answers[0]?.text
 * ```
 */
export function readChatStream(events: readonly WireEvent[]): Facts {
  const drafts = new Map<number, Draft>()
  let usage: Usage | undefined
  let model: string | undefined
  for (const { json, data } of events) {
    if (json === undefined && isDone(data)) break
    if (!isRecord(json)) continue
    const choices = list(json.choices)
    for (let at = 0; at < choices.length; at++) {
      const choice = choices[at]
      if (!isRecord(choice)) continue
      const draft = draftAt(drafts, position(choice.index) ?? at)
      if (isRecord(choice.delta)) say(draft, choice.delta, addDeltas)
      else if (!isRecord(choice.message)) sayText(draft, choice)
      if (isRecord(choice.message)) draft.message = choice.message
      finishReason(draft, choice)
    }
    usage = usageIn(json) ?? usage
    model ??= filled(json.model)
  }
  return { answers: finish(drafts), usage, model }
}

function draftAt(drafts: Map<number, Draft>, index: number): Draft {
  let draft = drafts.get(index)
  if (!draft) drafts.set(index, (draft = draftOf(index)))
  return draft
}

function draftOf(index: number): Draft {
  return {
    index,
    text: undefined,
    contentJson: undefined,
    refusal: undefined,
    reasoning: undefined,
    contentEvents: 0,
    finishReasons: [],
    calls: noCalls(),
    message: undefined,
  }
}

function say(draft: Draft, message: JsonObject, add: typeof addDeltas): void {
  const spoke = addMessage(draft, message)
  const calls = callsIn(message)
  if (calls.length > 0) add(draft.calls, calls)
  if (spoke || calls.length > 0) draft.contentEvents++
}

/** Legacy completions carry `text` in the choice itself; Together repeats it there beside a delta. */
function sayText(draft: Draft, choice: JsonObject): void {
  const text = str(choice.text)
  if (text === undefined) return
  draft.text = (draft.text ?? '') + text
  if (text !== '') draft.contentEvents++
}

function finishReason(draft: Draft, choice: JsonObject): void {
  if (typeof choice.finish_reason === 'string') draft.finishReasons.push(choice.finish_reason)
}

function finish(drafts: Map<number, Draft>): Answer[] {
  return [...drafts.values()].sort((a, b) => a.index - b.index).map(answer)
}

function answer(draft: Draft): Answer {
  const { index, finishReasons, message } = draft
  if (message) {
    const whole = draftOf(index)
    say(whole, message, addWhole)
    if (draft.calls.all.length === 0) draft.calls = whole.calls
    draft.text ||= whole.text ?? draft.text
    draft.refusal ??= whole.refusal
    draft.reasoning ??= whole.reasoning
    draft.contentJson ??= whole.contentJson
    draft.contentEvents ||= whole.contentEvents
  }
  const toolCalls = finishCalls(draft.calls)
  const { text, refusal, reasoning, contentEvents, contentJson } = draft
  return {
    index,
    text: text === '' && toolCalls.length > 0 ? undefined : text,
    refusal,
    reasoning,
    toolCalls,
    finishReasons,
    contentEvents,
    ...(contentJson === undefined ? {} : { contentJson }),
  }
}

function usageIn(json: JsonObject): Usage | undefined {
  if (json.usage) {
    const usage = readUsage(json.usage, '$.usage')
    if (usage) return usage
  }
  if (isRecord(json.x_groq)) {
    const usage = readUsage(json.x_groq.usage, '$.x_groq.usage')
    if (usage) return usage
  }
  const choices = list(json.choices)
  for (let at = 0; at < choices.length; at++) {
    const choice = choices[at]
    const usage = isRecord(choice) && choice.usage ? readUsage(choice.usage, `$.choices[${at}].usage`) : undefined
    if (usage) return usage
  }
  return undefined
}
