import { isRecord, parseJson } from '../src/wire/guards.ts'
import { readReply } from '../src/wire/reply.ts'
import { isAsyncIterable, isResponse, isStreamResult, isStreamWithResponse } from './_guards.ts'

/**
 * What a client's caller can read in the end: a stream read to its end, so that what breaks on the way is seen, as the
 * list of its parts; a body as text, or as the list of its events.
 */
export async function drained(value: unknown): Promise<unknown> {
  if (isResponse(value)) return value.bodyUsed ? undefined : bodyOf(new Uint8Array(await value.arrayBuffer()))
  if (isStreamResult(value)) return value.text
  if (isStreamWithResponse(value)) return drained(value.data)
  if (isAsyncIterable(value)) return drainedStream(value)
  if (!isPlain(value)) return value
  const members: Record<string, unknown> = {}
  for (const [key, one] of Object.entries(value))
    members[key] = isAsyncIterable(one) || isResponse(one) ? await drained(one) : one
  return members
}

async function drainedStream(stream: AsyncIterable<unknown> & { readonly ended?: unknown }): Promise<unknown> {
  // The SDK's event streams would keep a late reader waiting for ever.
  if (stream.ended === true) return undefined
  const parts: unknown[] = []
  for await (const part of stream) parts.push(part)
  const bytes = parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part))
  if (!bytes.every((part) => part instanceof Uint8Array)) return parts
  const whole = bodyOf(Buffer.concat(bytes))
  return typeof whole === 'string' && parts.every((part) => typeof part === 'string') ? parts : whole
}

/** The events of an event stream, each as JSON where it is; else the text. */
function bodyOf(bytes: Uint8Array): unknown {
  const response = { status: 200, headers: {}, pieces: [{ at: 0, bytes }], end: 'closed' as const }
  const { stream, text } = readReply({
    request: undefined,
    response,
    provider: undefined,
    evidence: { seen: 'given', number: 1 },
  })
  return stream?.events.map(({ json, data }) => json ?? data) ?? text
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && [Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null)
}

/** JSON in a text in JSON, so many times. */
const DEEPEST = 16

/**
 * The texts in a value, as a reader of it would put them together: what stands at one place of all the items of a list is
 * one text (the deltas of chunks, the parts of a text), and a text that is JSON is read as such.
 */
export function textsOf(value: unknown, depth = 0): string[] {
  const places = new Map<string, string[]>()
  gather(value, '', places, new Set())
  return [...places.values()].map(together).flatMap((text) => {
    const json = depth < DEEPEST ? jsonIn(text) : undefined
    return json === undefined ? [text] : textsOf(json, depth + 1)
  })
}

/** An object or a list of JSON; where each line is JSON, as in NDJSON and in `0:"text"` of the Vercel AI SDK, all of them. */
function jsonIn(text: string): object | undefined {
  const json = /^\s*[[{]/.test(text) ? parseJson(text) : undefined
  if (typeof json === 'object' && json !== null) return json
  const items: unknown[] = []
  for (const line of text.split(/\r?\n/).filter((one) => one.trim() !== '')) {
    const [, type, rest] = /^(?:(\w{1,2}):(?=["[{])|(?=[[{]))(.*)$/.exec(line.trim()) ?? []
    const value = rest === undefined ? undefined : parseJson(rest)
    if (value === undefined) return undefined
    items.push(type === undefined ? value : { type, value })
  }
  return items.length === 0 ? undefined : items
}

function gather(value: unknown, place: string, places: Map<string, string[]>, met: Set<object>): void {
  if (typeof value === 'string') {
    const texts = places.get(place)
    if (texts === undefined) places.set(place, [value])
    else texts.push(value)
  }
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || met.has(value)) return
  met.add(value)
  if (value instanceof Map || value instanceof Set) return gather([...value.values()], place, places, met)
  if (Array.isArray(value)) {
    for (const item of value) gather(item, `${place}[${markOf(item)}]`, places, met)
    return
  }
  for (const [key, member] of Object.entries(value)) gather(member, `${place}.${key}`, places, met)
}

/** What tells the items of a list apart: a choice's index, an event's type, a message's role. */
function markOf(item: unknown): string {
  if (!isRecord(item)) return ''
  const mark = item.index ?? item.type ?? item.role
  return typeof mark === 'string' || typeof mark === 'number' ? String(mark) : ''
}

/** Parts are one text in a row; of a text that grows from part to part the last one is whole. */
function together(parts: readonly string[]): string {
  const steps = parts.filter((part, at) => part !== '' && part !== parts[at - 1])
  const isGrowing = steps.every((part, at) => part.startsWith(steps[at - 1] ?? ''))
  // Two parts of which the second begins as the first may be two answers that do.
  return (isGrowing && steps.length > 2 ? steps.at(-1) : undefined) ?? parts.join('')
}

/**
 * Whether a text that was handed on holds the beginning of an answer that was given up, elsewhere than in the answers that
 * count.
 */
export function holdsBegun(text: string, begun: string, wholes: readonly string[]): boolean {
  const start = begun.trim()
  if (start === '' || wholes.some((whole) => whole.includes(text.trim()))) return false
  const held = wholes.map((whole) => whole.trim()).filter((whole) => whole !== '' && text.includes(whole))
  const isShort = start.length < SHORT
  if (held.length === 0) {
    if (isShort) return text.trim() === start
    // The answer may have been changed on its way, trimmed or rendered.
    return countIn(text, start) > Math.max(0, ...wholes.map((whole) => countIn(whole, start)))
  }
  const lead = text.slice(0, Math.min(...held.map((whole) => text.indexOf(whole)))).trim()
  if (lead !== '' && start.startsWith(lead)) return true
  const rest = held
    .toSorted((a, b) => b.length - a.length)
    .reduce((left, whole) => left.replace(whole, () => '\n'), text)
  if (!isShort) return rest.includes(start)
  const isInWord = WORD.test(lead.at(-start.length - 1) ?? '') && WORD.test(start)
  return rest.trim() === start || (lead.endsWith(start) && !isInWord)
}

/** So short a beginning may stand by chance in an id, or inside of a word. */
const SHORT = 4
const WORD = /^[\p{L}\p{N}]/u

const countIn = (text: string, part: string) => text.split(part).length - 1
