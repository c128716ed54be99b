import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './project.ts'

/** One promise as the catalogue beside the repository lists it. */
interface Listed {
  readonly id: string
  readonly mode: string
  readonly severity: string
  readonly gate: readonly string[] | null
}

/** The catalogue's promises of some modes; skips the test where the catalogue does not lie beside the repository. */
export function listedIn(modes: readonly string[], skip: (condition: boolean, note: string) => void): Listed[] {
  const file = join(repository, '../shared/contract-catalogue.json')
  skip(!existsSync(file), 'the catalogue does not lie beside this repository')
  return (JSON.parse(readFileSync(file, 'utf8')) as Listed[]).filter(({ mode }) => modes.includes(mode))
}
