import { either, nearest } from '../providers/nearest.ts'
import type { Contract } from './contract.ts'
import { contracts } from './index.ts'

const ids = contracts.map(({ id }) => id)
const areas = [...new Set(ids.flatMap((id) => id.split('.').map((_, at, words) => words.slice(0, at).join('.'))))]
const first = areas.filter((area) => area !== '' && !area.includes('.'))

/** The contracts of one id, or of one area: the first words of their ids. None where the name is unknown. */
export function contractsNamed(name: string): readonly Contract[] {
  return contracts.filter(({ id }) => id === name || id.startsWith(`${name}.`))
}

/** What an unknown name may have meant, as a sentence: the nearest id or area, or all areas. */
export function adviceOnName(name: string): string {
  const word = name.slice(0, 100)
  // `embeddings` for emb, `json` for json_schema.
  const alike = first.find((area) => word.length > 2 && (area.startsWith(word) || word.startsWith(area)))
  const meant = nearest(word, [...ids, ...areas.slice(1)]) ?? alike
  return meant === undefined
    ? `The areas are ${either(first).replace(/ or (?=\S+$)/, ' and ')}.`
    : `Write ${meant} instead.`
}
