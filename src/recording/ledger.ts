import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { sha256 } from '../wire/digest.ts'

/** What a full run found that no test used. Paths are relative to the ledger's root, with forward slashes. */
export interface Findings {
  /** When the run began, ISO 8601. */
  readonly at: string
  /** The providers that ran. */
  readonly providers: readonly string[]
  /** The folders of the recordings. */
  readonly fixtures: readonly string[]
  /** The test files that ran. */
  readonly tests: readonly string[]
  /** Recordings of which nothing was played. */
  readonly unused: readonly Unused[]
  /** Recordings of which some exchanges were not played. */
  readonly unplayed: readonly PlayedInPart[]
}

/** A recording that no test played, as it was then. */
export interface Unused {
  readonly file: string
  readonly sha256: string
  readonly why: 'its test file is gone' | 'no test plays it'
}

/** A recording that was played in part, as it was then. */
export interface PlayedInPart {
  readonly file: string
  readonly sha256: string
  /** Numbers of the exchanges, counted from 1. */
  readonly exchanges: readonly number[]
}

/** What is known of the last runs, so that a command can tell later what is unused. */
export interface Ledger {
  readonly format: typeof FORMAT
  /** When the last run ended, ISO 8601. */
  readonly at: string
  /** Why the last run was not a full one; absent where it was. */
  readonly narrowedBy?: string
  /** What the last full run found; absent where there was none. */
  readonly full?: Findings
}

const FORMAT = 1

const LAST_RUN = 'last-run.json'

const noteFile = (root: string, name: string) => join(root, 'node_modules/.vitest-llm-contracts', name)

/** What a run noted beside the project's modules under a name; undefined where there is none, or it is damaged. */
export function readNote(root: string, name: string): unknown {
  try {
    return JSON.parse(readFileSync(noteFile(root, name), 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Notes something beside the project's modules, whole or not at all.
 *
 * @throws what the file system throws.
 */
export function writeNote(root: string, name: string, value: object): void {
  const file = noteFile(root, name)
  const draft = `${file}.${process.pid}.tmp`
  mkdirSync(dirname(file), { recursive: true })
  try {
    writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`)
    renameSync(draft, file)
  } finally {
    rmSync(draft, { force: true })
  }
}

/** The ledger of a project; undefined where there is none that this version can read. */
export function readLedger(root: string): Ledger | undefined {
  const ledger = readNote(root, LAST_RUN) as Ledger | undefined
  return ledger?.format === FORMAT ? ledger : undefined
}

/**
 * Notes a run: a full one by what it found, any other by why it was none, which leaves the findings of the last full
 * run as they were. Whole or not at all.
 *
 * @throws what the file system throws.
 */
export function writeLedger(root: string, run: Findings | { readonly narrowedBy: string }, now: Date): void {
  const at = now.toISOString()
  const full = 'narrowedBy' in run ? readLedger(root)?.full : run
  const narrowed = 'narrowedBy' in run ? { narrowedBy: run.narrowedBy } : {}
  const ledger: Ledger = { format: FORMAT, at, ...narrowed, ...(full === undefined ? {} : { full }) }
  writeNote(root, LAST_RUN, ledger)
}

/** Forgets what the last full run found, once it has been acted upon. */
export function clearFindings(root: string, now: Date): void {
  const full = readLedger(root)?.full
  if (full !== undefined) writeLedger(root, { ...full, unused: [], unplayed: [] }, now)
}

/**
 * Why the findings can no longer be trusted, as a sentence: a recording they name, or a test file that ran, has changed
 * since. Undefined where they can. What is gone already is no trouble.
 */
export function changedSince(root: string, { at, tests, unused, unplayed }: Findings): string | undefined {
  for (const test of tests) {
    const stats = statSync(join(root, test), { throwIfNoEntry: false })
    if (stats === undefined) return `${test} is gone`
    if (stats.mtimeMs > Date.parse(at)) return `${test} has changed`
  }
  const changed = [...unused, ...unplayed].find(
    (one) => existsSync(join(root, one.file)) && sha256(readFileSync(join(root, one.file))) !== one.sha256,
  )
  return changed === undefined ? undefined : `${changed.file} has changed`
}
