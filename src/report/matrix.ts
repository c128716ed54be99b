import { styleText } from 'node:util'
import type { TestRecord, Verdict } from './verdict.ts'

type Style = Parameters<typeof styleText>[0]

const MARKS: Readonly<Record<Verdict, readonly [mark: string, style: Style, meaning: string]>> = {
  kept: ['✓', 'green', 'kept'],
  broken: ['✗', 'red', 'broken'],
  gap: ['▲', 'yellow', 'broken as declared (gap)'],
  unsupported: ['–', 'dim', 'not offered, as declared'],
  ignored: ['○', 'yellow', 'accepted without effect'],
  inconclusive: ['?', 'magenta', 'inconclusive'],
  unchecked: ['·', 'dim', 'not tried'],
}

/** How the matrix is drawn. */
export interface Look {
  /** Columns of the terminal; wider tables are split into blocks of providers. */
  readonly width: number
  readonly color: boolean
}

/**
 * The contracts by providers as a table for a terminal, with counts, the first line of every failure, and what the
 * evidence is worth. Empty text where there are no records.
 */
export function renderMatrix(records: readonly TestRecord[], look: Look): string {
  if (records.length === 0) return ''
  const paint = (style: Style, text: string) => (look.color ? styleText(style, text, { validateStream: false }) : text)
  const providers = [...new Set(records.map(({ provider }) => provider))]
  const rows = rowsOf(records)
  const labelWidth = Math.min(
    Math.max(...rows.map(({ label }) => label.length)),
    Math.max(24, Math.floor(look.width / 2)),
  )
  const lines = ['', paint('bold', 'Contracts by providers')]
  for (const block of blocks(providers, look.width - labelWidth - 2)) {
    lines.push('', `${' '.repeat(labelWidth)}${block.map((name) => `  ${paint('bold', name)}`).join('')}`)
    for (const { label, cells, heading } of rows) {
      const cut = label.length > labelWidth ? `${label.slice(0, labelWidth - 1)}…` : label.padEnd(labelWidth)
      if (heading) lines.push(paint('dim', cut.trimEnd()))
      else lines.push(cut + block.map((name) => cell(cells.get(name), name.length, paint)).join(''))
    }
    const kept = block.map((name) =>
      counts(records.filter(({ provider }) => provider === name)).padStart(name.length + 2),
    )
    lines.push(`${'kept'.padEnd(labelWidth)}${kept.join('')}`)
  }
  lines.push('', legend(records, paint), ...failures(records, paint), '', ...evidence(records, paint), '')
  return lines.join('\n')
}

interface Row {
  readonly label: string
  readonly heading: boolean
  readonly cells: ReadonlyMap<string, Verdict>
}

const WORST: readonly Verdict[] = ['broken', 'inconclusive', 'ignored', 'gap', 'unsupported', 'unchecked', 'kept']

function rowsOf(records: readonly TestRecord[]): Row[] {
  const rows: Row[] = []
  for (const [file, inFile] of Map.groupBy(records, (record) => record.file)) {
    rows.push({ label: file, heading: true, cells: new Map() })
    for (const [contract, tests] of Map.groupBy(inFile, (record) => record.contract)) {
      const cells = new Map<string, Verdict>()
      for (const { provider, verdict } of tests) {
        const before = cells.get(provider)
        if (before === undefined || WORST.indexOf(verdict) < WORST.indexOf(before)) cells.set(provider, verdict)
      }
      rows.push({ label: `  ${contract}`, heading: false, cells })
    }
  }
  return rows
}

function blocks(providers: readonly string[], width: number): string[][] {
  const found: string[][] = [[]]
  let used = 0
  for (const name of providers) {
    const needs = name.length + 2
    if (used + needs > width && used > 0) {
      found.push([])
      used = 0
    }
    found.at(-1)?.push(name)
    used += needs
  }
  return found
}

function cell(verdict: Verdict | undefined, width: number, paint: (style: Style, text: string) => string): string {
  const left = Math.floor((width - 1) / 2)
  const [mark, style] = verdict === undefined ? [' ', 'dim' as Style] : MARKS[verdict]
  return `  ${' '.repeat(left)}${paint(style, mark)}${' '.repeat(width - 1 - left)}`
}

function counts(records: readonly TestRecord[]): string {
  return `${records.filter(({ verdict }) => verdict === 'kept').length}/${records.length}`
}

function legend(records: readonly TestRecord[], paint: (style: Style, text: string) => string): string {
  const parts = Object.entries(MARKS).flatMap(([verdict, [mark, style, meaning]]) => {
    const count = records.filter((record) => record.verdict === verdict).length
    return count === 0 ? [] : [`${paint(style, mark)} ${count} ${meaning}`]
  })
  return parts.join('   ')
}

// Failures stand alone; what is declared or was not tried stands once for each reason.
function failures(records: readonly TestRecord[], paint: (style: Style, text: string) => string): string[] {
  const lines: string[] = []
  const told = records.filter(({ verdict, reason }) => verdict !== 'kept' && reason !== undefined)
  const grouped = Map.groupBy(told, ({ provider, contract, verdict, reason }) =>
    verdict === 'broken'
      ? `${provider} ${contract}`
      : `${verdict === 'unchecked' ? '' : provider} ${verdict} ${reason}`,
  )
  for (const group of [...grouped.values()].sort((a, b) => order(a) - order(b))) {
    const [{ verdict, contract, reason }] = group as [TestRecord]
    const [mark, style] = MARKS[verdict]
    const who = [...new Set(group.map(({ provider }) => provider))].join(', ')
    const what = group.length === 1 ? contract : `${group.length} contracts`
    lines.push(`${paint(style, `${mark} ${who}`)}  ${what}: ${reason}`)
  }
  return lines.length === 0 ? [] : ['', ...lines]
}

const order = ([first]: readonly TestRecord[]) => WORST.indexOf(first?.verdict ?? 'kept')

function evidence(records: readonly TestRecord[], paint: (style: Style, text: string) => string): string[] {
  const mode = [...new Set(records.map((record) => record.mode))].join(', ')
  const live = records.filter(({ origin }) => origin === 'live').length
  const standIn = records.filter(({ origin }) => origin === 'stand-in').length
  const days = records.flatMap(({ recordedOn }) => recordedOn ?? []).sort()
  const dates =
    days.length === 0 ? '' : `, recorded ${days[0] === days.at(-1) ? days[0] : `${days[0]} to ${days.at(-1)}`}`
  const lines = [`Evidence: mode ${mode}; ${live} from live traffic, ${standIn} from stand-ins${dates}.`]
  if (standIn > 0) {
    lines.push(
      paint(
        'yellow',
        "Stand-ins speak each provider's documented dialect on this machine; they are no measurement of the provider.",
      ),
      'Replace them with the real thing: set the key, then LLM_CONTRACTS=rerecord LLM_PROVIDERS=<name> npx vitest run',
    )
  }
  return lines
}
