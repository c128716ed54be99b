// What a terminal would obey or hide: control characters, zero-width and bidirectional marks, line separators.
const unsafe = /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]|\p{Cs}/gu
const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** The text with everything escaped that a terminal would obey or hide. */
export function printable(text: string): string {
  return text.replace(unsafe, (char) => named[char] ?? `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The beginning of a text that a provider wrote, safe to print; cut to `length` characters. */
export function excerpt(text: string, length = 80): string {
  const start = printable(text.slice(0, length * 2))
    .slice(0, length)
    .replace(/[\ud800-\udbff]$/u, '')
  return start.length < text.length ? `${start}…` : start
}

/** The end of such a text, for what was cut off. */
export function excerptEnd(text: string, length = 80): string {
  if (text.length <= length) return excerpt(text, length)
  return `…${printable(text.slice(-length).replace(/^[\udc00-\udfff]/u, ''))}`
}

/** The neighbourhood of one position in such a text. */
export function excerptAt(text: string, at: number): string {
  const from = Math.max(0, at - 30)
  const to = Math.min(text.length, at + 30)
  const part = text.slice(from, to).replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '')
  return `${from > 0 ? '…' : ''}${printable(part)}${to < text.length ? '…' : ''}`
}

/** A text in double quotes, cut and safe to print. */
export function quoted(text: string, length = 80): string {
  return `"${excerpt(text, length)}"`
}

/** A value as short code: how an argument or a field is shown. */
export function inCode(value: unknown, length = 60): string {
  return excerpt(code(value, 0), length)
}

function code(value: unknown, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return value.name || 'function'
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return String(value)
  if ('asymmetricMatch' in value) return asymmetric(value, depth)
  if (depth > 4) return Array.isArray(value) ? '[…]' : '{…}'
  if (Array.isArray(value)) return `[${value.map((item) => code(item, depth + 1)).join(', ')}]`
  const pairs = Object.entries(value).map(([key, item]) => `${property(key)}: ${code(item, depth + 1)}`)
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`
}

/** What was thrown, in a line. */
export function thrown(error: unknown): string {
  return error instanceof Error ? excerpt(`${error.name}: ${error.message}`, 200) : inCode(error, 200)
}

interface Asymmetric {
  readonly sample?: unknown
  toString(): string
  toAsymmetricMatcher?(): string
}

function asymmetric(matcher: Asymmetric, depth: number): string {
  if (matcher.toAsymmetricMatcher !== undefined) {
    if (!Array.isArray(matcher.sample)) return matcher.toAsymmetricMatcher()
    // Of one that was added to `expect` Vitest would print the arguments whole: of a schema hundreds of lines.
    return `${matcher.toString()}(${matcher.sample.map((one) => titleOf(one) ?? code(one, depth + 1)).join(', ')})`
  }
  return matcher.sample === undefined ? matcher.toString() : `${matcher.toString()} ${code(matcher.sample, depth + 1)}`
}

/** What a schema calls itself: its title, else its description; `schema` where Zod and its like give none. */
export function titleOf(value: unknown): string | undefined {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return undefined
  const { title, description, meta } = value as { title?: unknown; description?: unknown; meta?: unknown }
  const isStandard = '~standard' in value
  const told: unknown = typeof meta === 'function' && isStandard ? meta.call(value) : undefined
  const names = [title, (told as { title?: unknown } | undefined)?.title, description]
  const name = names.find((text): text is string => typeof text === 'string' && text.trim() !== '')
  return name === undefined ? (isStandard ? 'schema' : undefined) : excerpt(name.trim(), 40)
}

function property(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)
}

/** One more step of a JSON path: `.name`, `["odd name"]` or `[0]`. */
export function step(key: PropertyKey): string {
  if (typeof key === 'number') return `[${key}]`
  const name = String(key)
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `["${excerpt(name, 40)}"]`
}

/** What a JSON value is, in words: `an object`, `a string`, `null`. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value)
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

/** A list as English has it: `a, b and c`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1) ?? ''
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`
}

/** A number with its noun: `1 event`, `2 events`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** The first five of a list, and how many more there are. */
export function firstFive(lines: readonly string[]): string[] {
  return lines.length <= 5 ? [...lines] : [...lines.slice(0, 5), `and ${lines.length - 5} more`]
}

/** Whether a text holds a part, or matches a pattern somewhere. */
export function includes(text: string, part: string | RegExp): boolean {
  return typeof part === 'string' ? text.includes(part) : text.search(part) >= 0
}

/** A sentence about the provider: `It did that.`, without a full stop after a quotation. */
export function it(clause: string): string {
  return `It ${clause}${/["…]$/.test(clause) ? '' : '.'}`
}
