import type { Json } from '../src/wire/exchange.ts'
import { quoted } from '../src/wire/text.ts'

/** What stands in a text that should be one JSON document and is not; positions are characters from 0. */
export type JsonFault =
  | { readonly kind: 'empty' }
  /** A document inside a Markdown fence. */
  | { readonly kind: 'fenced' }
  /** A document with other text before or after it. */
  | { readonly kind: 'prose'; readonly before: string; readonly after: string }
  /** A document followed by another one, which begins at `at`. */
  | { readonly kind: 'several'; readonly at: number }
  /** The beginning of a document, right up to the end of the text. */
  | { readonly kind: 'cut' }
  /** `problem` says what stands at `at`, and what should. */
  | { readonly kind: 'malformed'; readonly at: number; readonly problem: string }
  /** No document anywhere. */
  | { readonly kind: 'text' }

type Scan = { readonly end: number } | { readonly cut: true } | { readonly at: number; readonly problem: string }

/** Reads a text that should be one JSON document: its value, or the usual fault by name. */
export function readJson(text: string): { readonly value: Json } | { readonly fault: JsonFault } {
  try {
    return { value: JSON.parse(text) as Json }
  } catch {
    return { fault: faultOf(text) }
  }
}

function faultOf(text: string): JsonFault {
  const body = text.trim()
  if (body === '') return { kind: 'empty' }
  const fenced = /```[\w-]*\s*([\s\S]*?)(?:```|$)/.exec(body)?.[1]
  if (fenced !== undefined && /^[{[]/.test(fenced)) {
    const inner = scan(fenced, 0)
    if ('end' in inner && fenced.slice(inner.end).trim() === '') return { kind: 'fenced' }
    if ('cut' in inner && body.startsWith('```')) return { kind: 'cut' }
  }
  if (!/^[{[]/.test(body)) return around(body)
  const start = text.length - text.trimStart().length
  const found = scan(body, 0)
  if ('cut' in found) return { kind: 'cut' }
  if ('at' in found) return { kind: 'malformed', at: start + found.at, problem: found.problem }
  const rest = body.slice(found.end).trimStart()
  // Blanks that JavaScript trims and JSON does not know, such as a byte order mark.
  if (rest === '') {
    const at = found.end === body.length && start > 0 ? text.search(/[^ \t\r\n]/) : start + found.end
    return { kind: 'malformed', at, problem: `${charAt(text, at)} around the document` }
  }
  if (/^[{[]/.test(rest) && 'end' in scan(rest, 0)) return { kind: 'several', at: start + body.length - rest.length }
  return { kind: 'prose', before: '', after: rest }
}

function around(body: string): JsonFault {
  let from = body.search(/[{[]/)
  while (from >= 0) {
    const found = scan(body, from)
    if ('end' in found)
      return { kind: 'prose', before: body.slice(0, from).trim(), after: body.slice(found.end).trim() }
    if ('cut' in found) break
    const next = body.slice(found.at).search(/[{[]/)
    from = next < 0 ? -1 : Math.max(found.at + next, from + 1)
  }
  return { kind: 'text' }
}

const punctuation = /[{}[\],:]/y
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])|(?:true|false|null)(?!\w)/y
// oxlint-disable-next-line no-control-regex -- RFC 8259 names them
const openString = /"[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})[^"\\\u0000-\u001f]*)*/y
const cutScalar = /^(?:t|tr|tru|f|fa|fal|fals|n|nu|nul|-?\d*\.?\d*(?:[eE][+-]?\d*)?)$/

const wanted = {
  value: 'a value',
  'value-or-end': 'a value or "]"',
  key: 'a property name in double quotes',
  'key-or-end': 'a property name in double quotes or "}"',
  colon: '":"',
  'comma-or-end': '',
} as const

/** Walks over the one document that begins at `from`, without recursion: the text may be hostile. */
function scan(text: string, from: number): Scan {
  const open: string[] = []
  let want: keyof typeof wanted = 'value'
  let at = from
  for (;;) {
    while (/[ \t\r\n]/.test(text[at] ?? '')) at += 1
    if (at >= text.length) return { cut: true }
    const token = tokenAt(text, at)
    if (!('kind' in token)) return token
    const { kind, end } = token
    const closes = kind === '}' || kind === ']'
    const expected = want === 'comma-or-end' ? `"," or "${open.at(-1) === '{' ? '}' : ']'}"` : wanted[want]
    const misfit = { at, problem: `${charAt(text, at)} where ${expected} should stand` }
    if (kind === 'bad') return misfit
    if (want === 'colon' ? kind !== ':' : kind === ':') return misfit
    if (kind === ':') want = 'value'
    else if (closes && want.endsWith('-or-end') && open.at(-1) === (kind === '}' ? '{' : '[')) {
      open.pop()
      if (open.length === 0) return { end }
      want = 'comma-or-end'
    } else if (closes) return misfit
    else if (kind === ',') {
      if (want !== 'comma-or-end') return misfit
      want = open.at(-1) === '{' ? 'key' : 'value'
    } else if (want === 'comma-or-end') return misfit
    else if (want === 'key' || want === 'key-or-end') {
      if (kind !== 'string') return misfit
      want = 'colon'
    } else if (kind === '{' || kind === '[') {
      open.push(kind)
      want = kind === '{' ? 'key-or-end' : 'value-or-end'
    } else {
      if (open.length === 0) return { end }
      want = 'comma-or-end'
    }
    at = end
  }
}

type Token = { readonly kind: string; readonly end: number } | Exclude<Scan, { end: number }>

function tokenAt(text: string, at: number): Token {
  const mark = match(punctuation, text, at)
  if (mark !== undefined) return { kind: text[at] ?? '', end: mark }
  const string = match(openString, text, at)
  if (string !== undefined) return stringEnd(text, string)
  const end = match(scalar, text, at)
  if (end !== undefined) return { kind: 'scalar', end }
  return cutScalar.test(text.slice(at, at + 40)) ? { cut: true } : { kind: 'bad', end: at }
}

function stringEnd(text: string, at: number): Token {
  if (text[at] === '"') return { kind: 'string', end: at + 1 }
  const rest = text.slice(at, at + 6)
  if (/^(?:\\(?:u[\dA-Fa-f]{0,3})?)?$/.test(rest)) return { cut: true }
  if (text[at] === '\\')
    return { at, problem: `${quoted(rest.slice(0, 2))} inside a string, an escape that JSON does not know` }
  return { at, problem: `${charAt(text, at)} unescaped inside a string` }
}

function charAt(text: string, at: number): string {
  return text[at] === '"' ? `'"'` : quoted(String.fromCodePoint(text.codePointAt(at) ?? 0xfffd))
}

function match(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at
  return pattern.test(text) ? pattern.lastIndex : undefined
}
