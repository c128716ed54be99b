import type { Json } from '../wire/exchange.ts'
import { printable } from '../wire/text.ts'

/** Bytes as people read them: `912 B`, `3.4 kB`. */
export function renderSize(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  const [value, unit] = bytes < 1_000_000 ? [bytes / 1000, 'kB'] : [bytes / 1_000_000, 'MB']
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`
}

/** Rows under their headings, columns aligned; safe to print. */
export function renderTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows].map((row) => row.map(printable))
  const widths = headings.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  return all
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** How much of long values is shown. */
export interface Cut {
  /** Characters of a string. */
  readonly text: number
  /** Items of an array. */
  readonly items: number
}

/** Everything, however long. */
export const WHOLE: Cut = { text: Infinity, items: Infinity }
/** Enough to recognise a value. */
export const BRIEF: Cut = { text: 160, items: 24 }

const LINE = 100

/** JSON over several lines, what is short on one; strings and arrays cut; safe to print. */
export function renderJson(value: Json, cut: Cut, indent = ''): string {
  const flat = renderFlat(value, cut)
  if (typeof value !== 'object' || value === null || indent.length + flat.length <= LINE || isVector(value)) return flat
  const inner = `${indent}  `
  const lines = Array.isArray(value)
    ? value.slice(0, cut.items).map((item) => renderJson(item, cut, inner))
    : Object.entries(value).map(([key, item]) => `${text(key, cut)}: ${renderJson(item, cut, inner)}`)
  const more = Array.isArray(value) ? value.length - lines.length : 0
  if (more > 0) lines.push(`… ${more} more`)
  const [open, close] = Array.isArray(value) ? '[]' : '{}'
  return `${open}\n${lines.map((line) => inner + line).join(',\n')}\n${indent}${close}`
}

const isVector = (value: Json) => Array.isArray(value) && value.every((item) => typeof item === 'number')

/** JSON on one line, with spaces; strings and arrays cut; safe to print. */
export function renderFlat(value: Json, cut: Cut): string {
  if (typeof value === 'string') return text(value, cut)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) {
    const items = value.slice(0, cut.items).map((item) => renderFlat(item, cut))
    if (value.length > items.length) items.push(`… ${value.length - items.length} more`)
    return `[${items.join(', ')}]`
  }
  const members = Object.entries(value).map(([key, item]) => `${text(key, cut)}: ${renderFlat(item, cut)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function text(value: string, cut: Cut): string {
  const more = value.length - cut.text
  return more > 0
    ? `${printable(JSON.stringify(value.slice(0, cut.text)))}… ${more} more characters`
    : printable(JSON.stringify(value))
}

/** Text over several lines, each safe to print. */
export function renderText(value: string, cut: Cut): string {
  const more = value.length - cut.text * 10
  const shown = more > 0 ? value.slice(0, cut.text * 10) : value
  const lines = shown.split(/\r\n|\n/).map(printable)
  return lines.join('\n') + (more > 0 ? `\n… ${more} more characters` : '')
}

/** A number with its noun: `1 file`, `2 files`. */
export function counted(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`
}
