import { filled, isRecord, jsonText, list, str, type JsonObject } from './guards.ts'
import type { Json } from './exchange.ts'

/** What has been said so far, as text; undefined where nothing was. */
export interface Said {
  text: string | undefined
  /** The content where it was JSON in place of text or parts; `text` then has its JSON text. */
  contentJson: Json | undefined
  refusal: string | undefined
  reasoning: string | undefined
}

/**
 * Adds what a chat `message` or `delta`, or an item of the Responses API that has `content`, says; true where that is
 * more than nothing. An empty refusal or reasoning counts as none (Snowflake sends `refusal: ""` in every chunk).
 * Reasoning in several fields of one message repeats itself (OpenRouter, Doubleword): the first counts.
 */
export function addMessage(said: Said, message: JsonObject): boolean {
  const { content } = message
  let spoke = false
  if (typeof content === 'string') {
    said.text = said.text === undefined ? content : said.text + content
    spoke = content !== ''
  } else if (content !== undefined && content !== null) spoke = addContent(said, content)

  const refusal = filled(message.refusal)
  if (refusal !== undefined) said.refusal = (said.refusal ?? '') + refusal
  const reasoning =
    filled(message.reasoning_content) ??
    filled(message.reasoning) ??
    filled(message.reasoning_text) ?? // Copilot
    (message.reasoning_details ? filled(joined(message.reasoning_details)) : undefined)
  if (reasoning !== undefined) said.reasoning = (said.reasoning ?? '') + reasoning
  return spoke || refusal !== undefined || reasoning !== undefined
}

/** The tool-call entries of a message or delta; the legacy `function_call` becomes one of them. */
export function callsIn(message: JsonObject): readonly Json[] {
  const { tool_calls: calls, function_call: legacy } = message
  // Snowflake sends an empty `function_call` beside every message.
  if (!isRecord(legacy) || !(legacy.name || legacy.arguments)) return list(calls)
  return [...list(calls), { function: legacy }]
}

const REASONING: ReadonlySet<unknown> = new Set(['thinking', 'reasoning', 'reasoning_text'])

function addContent(said: Said, content: Json): boolean {
  // Cloudflare's JSON mode answers with the object itself.
  if (!Array.isArray(content) || !content.every(isPart)) {
    said.text = (said.text ?? '') + jsonText(content)
    said.contentJson = content
    return true
  }
  let spoke = false
  for (const part of content) {
    const type = isRecord(part) ? part.type : 'text'
    const text = isRecord(part) ? str(type === 'refusal' ? part.refusal : (part.thinking ?? part.text)) : str(part)
    const field = type === 'refusal' ? 'refusal' : REASONING.has(type) ? 'reasoning' : 'text'
    // Mistral's `thinking` and Databricks' `summary` are themselves lists of text parts.
    const all = text ?? (isRecord(part) && field === 'reasoning' ? joined(part.thinking ?? part.summary) : undefined)
    if (all === undefined || (all === '' && field !== 'text')) continue
    said[field] = (said[field] ?? '') + all
    spoke ||= all !== ''
  }
  return spoke
}

function isPart(value: Json): boolean {
  return typeof value === 'string' || (isRecord(value) && typeof value.type === 'string')
}

/** The texts of a list of parts, one after the other. */
export function joined(parts: Json | undefined): string {
  let text = ''
  for (const part of list(parts)) if (isRecord(part)) text += str(part.text) ?? str(part.summary) ?? ''
  return text
}
