import type { Json } from '../../src/wire/exchange.ts'

type Random = () => number

/** Numbers from 0 to 1, the same for the same seed. */
export function seeded(seed: number): Random {
  let state = seed
  return () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648
}

/** A body broken in one to three ways: bytes dropped or doubled, the end cut off, parts of its JSON swapped or nested. */
export function mutated(body: string, random: Random): Uint8Array {
  let text = body
  for (let left = 1 + Math.floor(random() * 3); left > 0; left -= 1) text = pick(ways, random)(text, random)
  const bytes = Buffer.from(text)
  // Now and then through the middle of a character.
  return random() < 0.1 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes
}

const ways = [dropped, truncated, doubled, inJson(swapped), inJson(swapped), inJson(nested), inJson(without)]

function dropped(text: string, random: Random): string {
  const from = Math.floor(random() * text.length)
  return text.slice(0, from) + text.slice(from + 1 + Math.floor(random() * 40))
}

function truncated(text: string, random: Random): string {
  return text.slice(0, Math.floor(random() * text.length))
}

function doubled(text: string, random: Random): string {
  const lines = text.split('\n\n')
  const at = Math.floor(random() * lines.length)
  return lines.toSpliced(at, 0, lines[at] ?? '').join('\n\n')
}

/** Changes one part of the body's JSON, or of that in one of its events. */
function inJson(change: (part: Json, random: Random) => Json | undefined) {
  return (text: string, random: Random): string => {
    const lines = /^data:/m.test(text) ? text.split('\n') : [text]
    const places = [...lines.keys()].filter((at) => /^(?:data: ?)?\s*[{[]/.test(lines[at] ?? ''))
    if (places.length === 0) return text
    const at = pick(places, random)
    const [, head = '', json = ''] = /^((?:data: ?)?)([^]*)$/.exec(lines[at] ?? '') ?? []
    try {
      const value = changed(JSON.parse(json) as Json, change, random)
      return lines.with(at, head + (JSON.stringify(value) ?? '')).join('\n')
    } catch {
      return text
    }
  }
}

function changed(
  value: Json,
  change: (part: Json, random: Random) => Json | undefined,
  random: Random,
): Json | undefined {
  if (typeof value !== 'object' || value === null || random() < 0.1) return change(value, random)
  const keys = Object.keys(value)
  if (keys.length === 0) return change(value, random)
  const key = pick(keys, random)
  if (Array.isArray(value)) return value.with(Number(key), changed(value[Number(key)] ?? null, change, random) ?? null)
  return { ...value, [key]: changed(value[key] ?? null, change, random) } as Json
}

const others: readonly Json[] = [null, true, 0, -1.5, '', 'stop', '{"a":1}', [], {}, [null], { message: 1 }, [[{}]]]

function swapped(_: Json, random: Random): Json {
  return pick(others, random)
}

function nested(part: Json, random: Random): Json {
  let value = part
  for (let depth = random() < 0.1 ? 500 : 1; depth > 0; depth -= 1) value = random() < 0.5 ? [value] : { error: value }
  return value
}

function without(): undefined {
  return undefined
}

function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)] as T
}
