import { readNote, writeNote } from '../recording/ledger.ts'
import type { TestRecord } from './verdict.ts'

/** A verdict that the last run which asked for it reached. */
export type Result = Pick<
  TestRecord,
  'provider' | 'contract' | 'file' | 'verdict' | 'reason' | 'level' | 'mode' | 'origin'
> & {
  /** When its run ended, ISO 8601. */
  readonly at: string
}

const RESULTS = 'results.json'
const FORMAT = 1

/** The newest verdict of every contract and provider that any run of this project reached. */
export function readResults(root: string): readonly Result[] {
  const noted = readNote(root, RESULTS) as { format?: unknown; results?: readonly Result[] } | undefined
  return noted?.format === FORMAT && Array.isArray(noted.results) ? noted.results : []
}

/**
 * Notes the verdicts of a run over those of earlier ones. One that was not tried says nothing against an earlier one.
 *
 * @throws what the file system throws.
 */
export function writeResults(root: string, records: readonly TestRecord[], now: Date): void {
  const results = new Map(readResults(root).map((result) => [keyOf(result), result]))
  for (const { provider, contract, file, verdict, reason, level, mode, origin } of records) {
    const result = {
      provider,
      contract,
      file,
      verdict,
      mode,
      at: now.toISOString(),
      ...(reason === undefined ? {} : { reason }),
      ...(level === undefined ? {} : { level }),
      ...(origin === undefined ? {} : { origin }),
    }
    const key = keyOf(result)
    if (verdict !== 'unchecked' || !results.has(key)) results.set(key, result)
  }
  writeNote(root, RESULTS, { format: FORMAT, results: [...results.values()] })
}

const keyOf = ({ provider, file, contract }: Pick<Result, 'provider' | 'file' | 'contract'>) =>
  JSON.stringify([provider, file, contract])
