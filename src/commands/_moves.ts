import { listed, printable } from '../wire/text.ts'
import type { Missing, Moved } from './compare.ts'
import { counted } from './_look.ts'

/** What a comparison found. */
interface Comparison {
  readonly from: string
  readonly to: string
  readonly moved: readonly Moved[]
  readonly missing: readonly Missing[]
  /** The app's features that break, and those of which too little is known. */
  readonly broken: readonly string[]
  readonly unknown: readonly string[]
  /** How many features the app uses. */
  readonly uses: number
  /** How many more contracts differ that concern none of them. */
  readonly hidden: number
  /** The providers whose recordings are of stand-ins. */
  readonly standIns: readonly string[]
}

const HEADINGS = { lost: 'Lost', won: 'Won', unknown: 'Unknown' } as const

/** A comparison in words: what is lost, won and unknown, then the answer. */
export function renderMoves({ from, to, moved, missing, broken, unknown, uses, hidden, standIns }: Comparison): string {
  const offered = missing.map(
    ({ feature, lack: { reason, source, date } }) => `  ${feature}  ${printable(reason)} (${source}, ${date})`,
  )
  const blocks = (['lost', 'won', 'unknown'] as const).map((move) => {
    const lines = moved.filter((one) => one.move === move).map((one) => renderMoved(one, from))
    return lines.length === 0 ? [] : [`${HEADINGS[move]} (${lines.length})`, ...lines, '']
  })
  const count = counted(uses, 'feature')
  const way = `on the way from ${from} to ${to}`
  const verb = broken.length === 1 ? 'breaks' : 'break'
  return [
    ...(offered.length === 0 ? [] : [`Not offered by ${to} (${offered.length})`, ...offered, '']),
    ...blocks.flat(),
    broken.length === 0
      ? `None of this app's ${count} is known to break ${way}.`
      : `${broken.length} of this app's ${count} ${verb} ${way}: ${listed(broken)}.`,
    ...(unknown.length === 0
      ? []
      : [`Too little is known of ${listed(unknown)}: run describeContracts on ${to}, live or recorded.`]),
    ...(hidden === 0
      ? []
      : [`${counted(hidden, 'more contract')} moved that no feature of the app rests on; --all shows them.`]),
    ...(standIns.length === 0
      ? []
      : [`The recordings of ${listed(standIns)} are of stand-ins, which are no measurement of the provider.`]),
  ].join('\n')
}

function renderMoved({ contract, move, from, to, reason, features = [] }: Moved, first: string): string {
  const why = `${move === 'won' ? `was ${from}` : to}${reason === undefined ? '' : `: ${printable(reason)}`}`
  const note = move === 'lost' && from !== 'kept' ? ` (not known of ${first})` : ''
  return `  ${contract}  ${why}${note}${features.length === 0 ? '' : `  [${features.join(', ')}]`}`
}
