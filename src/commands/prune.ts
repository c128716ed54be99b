import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { LlmContractsError } from '../errors.ts'
import { liesBelow, recordingFiles, removeEmptyFolders } from '../recording/folder.ts'
import { readRecording } from '../recording/format.ts'
import { changedSince, clearFindings, readLedger, type Findings, type Ledger } from '../recording/ledger.ts'
import { saveRecording } from '../recording/store.ts'
import { command, type Io } from './_command.ts'
import { counted } from './_look.ts'

const help = `
npx llm-contracts fixtures prune [--dry-run]

Removes the recordings that no test plays, and the exchanges that were not played, as found on the last full run:
\`npx vitest run\` in replay mode without any filter. Nothing is said of tests that failed or were skipped, and of
providers that did not run: what they need stays. Refuses if tests or recordings have changed since that run.

  --dry-run  only says what it would remove
`

/** `fixtures prune`: removes what the last full run did not use. Exit code 1 where nothing can be said. */
export const prune = command(
  { name: 'fixtures prune', operands: [], options: { 'dry-run': 'boolean' }, help },
  ({ options }, io) => {
    const findings = trustworthy(readLedger(io.cwd), io.cwd)
    const dry = options['dry-run'] === true
    const unused = removeUnused(findings, io.cwd, dry)
    const unplayed = removeUnplayed(findings, io.cwd, dry)
    for (const { line } of [...unused, ...unplayed]) io.out(line)
    const silent = providersOf(findings, io).filter((provider) => !findings.providers.includes(provider))
    if (silent.length > 0) io.out(`Left alone: the recordings of ${silent.join(', ')}, which did not run.`)
    io.out(renderTotal(unused.length, sum(unplayed), dry))
    if (!dry) clearFindings(io.cwd, new Date())
    return 0
  },
)

/** What was removed from one file. */
interface Removed {
  readonly line: string
  readonly exchanges: number
}

const sum = (removed: readonly Removed[]) => removed.reduce((total, { exchanges }) => total + exchanges, 0)

const FULL_RUN = 'Run `npx vitest run`, without filters and in replay mode, and prune after it.'

function trustworthy(ledger: Ledger | undefined, root: string): Findings {
  if (ledger?.full === undefined) {
    const last = ledger?.narrowedBy === undefined ? '' : ` (the last one was not full, because ${ledger.narrowedBy})`
    throw refusal(`No full run is known here${last}, so nothing can be said of what is unused. ${FULL_RUN}`)
  }
  const changed = changedSince(root, ledger.full)
  if (changed === undefined) return ledger.full
  throw refusal(`${changed} since the last full run (${ledger.full.at}), so its findings may be wrong. ${FULL_RUN}`)
}

const refusal = (message: string) => new LlmContractsError('no-full-run', message)

function removeUnused(findings: Findings, root: string, dry: boolean): Removed[] {
  return findings.unused.flatMap(({ file, why }) => {
    const path = join(root, file)
    const folder = folderOf(path, findings, root)
    if (folder === undefined || !existsSync(path)) return []
    if (!dry) {
      rmSync(path)
      removeEmptyFolders(path, folder)
    }
    return [{ line: `${file}: ${why}`, exchanges: 0 }]
  })
}

function removeUnplayed(findings: Findings, root: string, dry: boolean): Removed[] {
  return findings.unplayed.flatMap(({ file, exchanges }) => {
    const path = join(root, file)
    if (folderOf(path, findings, root) === undefined || !existsSync(path)) return []
    const recording = readRecording(readFileSync(path, 'utf8'), file)
    const kept = recording.exchanges.filter((_, index) => !exchanges.includes(index + 1))
    if (!dry) saveRecording(path, { ...recording, exchanges: kept }, root)
    const [noun, were] = exchanges.length === 1 ? ['exchange', 'was'] : ['exchanges', 'were']
    const which = `${noun} ${exchanges.join(', ')} of ${recording.exchanges.length}`
    return [{ line: `${file}: ${which} ${were} not played`, exchanges: exchanges.length }]
  })
}

/** The folder of recordings that a path lies in; what lies in none of them is not touched, whatever the ledger says. */
function folderOf(path: string, { fixtures }: Findings, root: string): string | undefined {
  return fixtures.map((name) => join(root, name)).find((folder) => liesBelow(path, folder))
}

/** Whoever has a folder below the recordings'. */
function providersOf({ fixtures }: Findings, io: Io): string[] {
  const names = fixtures.flatMap((name) => {
    const folder = join(io.cwd, name)
    return recordingFiles(folder).flatMap((file) => relative(folder, file).split(sep).slice(0, -1).slice(0, 1))
  })
  return [...new Set(names)]
}

function renderTotal(recordings: number, exchanges: number, dry: boolean): string {
  const parts = [
    ...(recordings === 0 ? [] : [counted(recordings, 'recording')]),
    ...(exchanges === 0 ? [] : [counted(exchanges, 'exchange')]),
  ]
  if (parts.length === 0) return 'Nothing to remove: every recording is in use.'
  return `${dry ? 'Would remove' : 'Removed'} ${parts.join(' and ')}.`
}
