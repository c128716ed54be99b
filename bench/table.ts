import type { Ratio } from './measure.ts'

/** A table in Markdown, its columns aligned: the first to the left, numbers to the right. */
export function renderTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)))
  const numeric = head.map((_, column) => rows.length > 0 && rows.every((row) => /^[\d—~+]/.test(row[column] ?? '')))
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => pad(row[column] ?? '', width, numeric[column] === true)).join(' | ')} |`
  const rule = widths.map((width, column) =>
    numeric[column] === true ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  )
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n')
}

const pad = (text: string, width: number, right: boolean) => (right ? text.padStart(width) : text.padEnd(width))

/** `2.41x (2.35-2.50)` */
export function renderRatio({ value, spread: [low, high] }: Ratio): string {
  return `${value.toFixed(2)}x (${low.toFixed(2)}-${high.toFixed(2)})`
}

/** `<= 2.5x: meets`; judged as it is printed, to two digits. */
export function renderVerdict(value: number, target: number, unit = 'x'): string {
  return `<= ${target}${unit}: ${Number(value.toFixed(2)) <= target ? 'meets' : 'misses'}`
}

/** Milliseconds, to three digits. */
export function renderMs(ms: number): string {
  return `${Number(ms.toPrecision(3))} ms`
}
