import { startOf } from './_escapes.ts'

type Hide = (secret: string) => string
type Span = readonly [from: number, to: number]

const SHORTEST = 4

// Space, also as JSON inside a string writes it.
const GAP = String.raw`\s*(?:\\+[nrt]\s*){0,9}`

// A quote with its escapes, also as .NET writes it in a string.
const QUOTE = String.raw`(?:(?<plain>\\*)"|(?<coded>\\+)u0022)`
const CLOSED = String.raw`(?:\\*"|\\+u0022)`

/** What finds the fields of these names, a regular expression: in JSON, also in JSON inside a string, and in a form. */
export const fieldsNamed = (names: string): RegExp =>
  new RegExp(String.raw`${startOf('A-Za-z_')}(?:${names})(?:${CLOSED}\s*(?<json>:)${GAP}(?<list>\[${GAP})?|=)`, 'gi')

const OPEN = new RegExp(QUOTE, 'y')
const NEXT = new RegExp(`${CLOSED}${GAP},${GAP}${QUOTE}`, 'y')
const SCHEME = /['`]?(?:(?:bearer|basic|token|digest) +)?/iy
const END_OF_WORD = { json: /["\\&* \t\r\n,{}[\]]/g, form: /["&* \t\r\n,}]/g }
const QUOTED_IN_FORM = /(?<open>\\*")(?<word>[^"\\\s,:{}[\]]+)\k<open>/y

/** The text with the values of fields hidden, each whole. */
export function hideFields(text: string, fields: RegExp, hide: Hide): string {
  let hidden = ''
  let done = 0
  fields.lastIndex = 0
  for (let field = fields.exec(text); field !== null; field = fields.exec(text)) {
    for (const [from, to] of valuesAt(text, fields.lastIndex, field.groups ?? {})) {
      fields.lastIndex = to
      if (to - from < SHORTEST) continue
      hidden += text.slice(done, from) + hide(text.slice(from, to))
      done = to
    }
  }
  return hidden + text.slice(done)
}

function* valuesAt(text: string, at: number, { json, list }: Partial<Record<string, string>>): Iterable<Span> {
  const open = matchAt(OPEN, text, at)
  if (json !== undefined && open !== null) {
    let span = stringAt(text, at, open)
    yield span
    if (list === undefined) return
    for (let next = matchAt(NEXT, text, span[1]); next !== null; next = matchAt(NEXT, text, span[1])) {
      span = stringAt(text, span[1], next)
      yield span
    }
    return
  }
  const quoted = json === undefined ? matchAt(QUOTED_IN_FORM, text, at)?.groups : undefined
  const from = at + (quoted?.['open']?.length ?? 0)
  const to =
    quoted === undefined
      ? endOfWord(text, at, json === undefined ? 'form' : 'json')
      : from + (quoted['word']?.length ?? 0)
  if (!/^(?:null|true|false)$/.test(text.slice(from, to))) yield [from, to]
}

function endOfWord(text: string, from: number, kind: 'json' | 'form'): number {
  const start = from + (matchAt(SCHEME, text, from)?.[0].length ?? 0)
  const end = matchAt(END_OF_WORD[kind], text, start)?.index ?? text.length
  return text[end] === '"' ? beforeEscapes(text, from, end) : end
}

/** A string of JSON, whose opening quote is at the end of what was matched at a place. */
function stringAt(text: string, at: number, { 0: opening, groups }: RegExpExecArray): Span {
  const from = at + opening.length
  const coded = groups?.['coded']
  const to =
    coded === undefined ? endOfString(text, from, groups?.['plain']?.length ?? 0) : endOfCoded(text, from, coded)
  return [from, to]
}

const END = /["\n]/g

// A quote within a string has twice as many escapes before it as the string's own quotes, and one more.
function endOfString(text: string, from: number, escapes: number): number {
  for (let end = matchAt(END, text, from); end !== null; end = END.exec(text)) {
    if (end[0] === '\n') return end.index
    const before = end.index - beforeEscapes(text, from, end.index)
    if ((before + 1) % (2 * (escapes + 1)) !== 0) return end.index - Math.min(before, escapes)
  }
  return text.length
}

const END_CODED = /(?<!\\)(\\+)u0022|["\n]/g

// What is within a string has its escapes doubled, and those of a backslash before its end are doubled twice.
function endOfCoded(text: string, from: number, { length }: string): number {
  for (let end = matchAt(END_CODED, text, from); end !== null; end = END_CODED.exec(text)) {
    const escapes = end[1]?.length
    if (escapes === undefined) return beforeEscapes(text, from, end.index)
    if (escapes < length) return end.index
    if ((escapes - length) % (4 * length) === 0) return end.index + escapes - length
  }
  return text.length
}

/** Where the backslashes before a place begin. */
function beforeEscapes(text: string, from: number, at: number): number {
  let end = at
  while (end > from && text[end - 1] === '\\') end--
  return end
}

function matchAt(form: RegExp, text: string, at: number): RegExpExecArray | null {
  form.lastIndex = at
  return form.exec(text)
}
