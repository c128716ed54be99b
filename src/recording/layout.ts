import type { Json } from '../wire/exchange.ts'

const base = ['compact', 'spaced', 'indented-2', 'indented-4'] as const
type Base = (typeof base)[number]

/** How JSON was laid out on the wire; `+newline` where a line feed follows. `spaced` is Python's `json.dumps`. */
export type Layout = Base | `${Base}+newline`

/** Whether a value names a layout. */
export const isLayout = (value: unknown): value is Layout =>
  base.some((style) => value === style || value === `${style}+newline`)

/** Renders a value in a layout. */
export function layOut(value: Json, layout: Layout): string {
  const [style, newline] = layout.split('+') as [Base, string | undefined]
  return render(value, style) + (newline === undefined ? '' : '\n')
}

function render(value: Json, style: Base): string {
  if (style === 'spaced') return spaced(value)
  return JSON.stringify(value, null, style === 'compact' ? 0 : Number(style.at(-1)))
}

function spaced(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([key, member]) => `${JSON.stringify(key)}: ${spaced(member)}`)
  return `{${members.join(', ')}}`
}

/**
 * The value and layout that give back exactly this text; undefined where none does (duplicate keys, `1.0`, escapes that
 * need not be, no object or array), so that such a body is kept as text.
 */
export function layoutOf(text: string): { value: Json; layout: Layout } | undefined {
  const first = text.trimStart()[0]
  if (first !== '{' && first !== '[') return undefined
  try {
    const value = JSON.parse(text) as Json
    for (const style of base) {
      for (const layout of [style, `${style}+newline`] as const) {
        if (layOut(value, layout) === text) return { value, layout }
      }
    }
  } catch {
    // Not JSON, or nested too deeply to walk: kept as text.
  }
  return undefined
}
