import { printable } from '../wire/text.ts'
import type { Json, Piece } from '../wire/exchange.ts'
import { readItems, type StreamItem } from '../wire/sse.ts'
import { renderFlat, WHOLE, type Cut } from './_look.ts'

/** A stream as a line for each event or comment, behind its arrival in ms; uncut, the data stands as it was. */
export function renderStream(pieces: readonly Piece[], cut: Cut): string {
  const items = readItems(pieces)
  const width = String(Math.round(items.at(-1)?.at ?? 0)).length
  return items.map((item) => `${String(Math.round(item.at)).padStart(width)} ms  ${renderItem(item, cut)}`).join('\n')
}

function renderItem(item: StreamItem, cut: Cut): string {
  if (item.kind !== 'event') {
    const text = printable(item.text.trim().slice(0, cut.text))
    return item.kind === 'comment' ? `: ${text}` : `no event: ${text}`
  }
  const name = item.event === undefined ? '' : `event: ${printable(item.event)}  `
  return `${name}${renderData(item.data, cut)}`
}

function renderData(data: string, cut: Cut): string {
  const json = parsed(data)
  if (cut === WHOLE || json === undefined) return printable(cut === WHOLE ? data : data.slice(0, cut.text))
  return isObject(json) ? (chatChunk(json, cut) ?? otherEvent(json, cut)) : renderFlat(json, cut)
}

/** Of a chat chunk: what each choice adds, why it ends, and what stands beside the choices. */
function chatChunk({ choices, usage, error }: JsonObject, cut: Cut): string | undefined {
  if (!Array.isArray(choices)) return undefined
  const parts = choices.flatMap((choice) => {
    if (!isObject(choice)) return renderFlat(choice, cut)
    const { index = 0, delta, message, text, finish_reason: reason } = choice
    const label = choices.length > 1 || index !== 0 ? [`[${renderFlat(index, cut)}]`] : []
    const said = delta ?? message ?? (text === undefined ? {} : { text })
    return [...label, renderFlat(said, cut), ...labelled('finish_reason', reason, cut)]
  })
  parts.push(...labelled('usage', usage, cut), ...labelled('error', error, cut))
  return parts.length === 0 ? 'no choices' : parts.join('  ')
}

const labelled = (label: string, value: Json | undefined, cut: Cut) =>
  value === undefined || value === null ? [] : [`${label} ${renderFlat(value, cut)}`]

// Of the Responses API's deltas only what they add; their ids and numbers say nothing to a reader.
function otherEvent(json: JsonObject, cut: Cut): string {
  const { type, delta } = json
  return renderFlat(typeof delta === 'string' && typeof type === 'string' ? { delta } : json, cut)
}

type JsonObject = { readonly [key: string]: Json }

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function parsed(data: string): Json | undefined {
  try {
    return JSON.parse(data) as Json
  } catch {
    return undefined
  }
}
