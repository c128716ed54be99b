import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { readRecording, type Recording } from '../recording/format.ts'
import { shown } from '../recording/store.ts'
import type { Io } from './_command.ts'
import { wrongCall } from './_command.ts'

/** What `--help` says of the option that most commands share. */
export const FIXTURES_HELP = "--fixtures <folder>  the plugin's option of that name; fixtures if absent"

/** The folder of the recordings, which must be there. */
export function fixturesFolder(option: string | undefined, io: Io): string {
  const folder = resolve(io.cwd, option ?? 'fixtures')
  if (kindOf(folder) === 'folder') return folder
  throw wrongCall(
    `There is no folder ${nameOf(folder, io)} here. ` +
      "Run this in the folder of vitest.config, or name the recordings' folder with --fixtures.",
  )
}

/** What lies at a path. */
export function kindOf(path: string): 'file' | 'folder' | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats?.isDirectory() === true ? 'folder' : stats?.isFile() === true ? 'file' : undefined
}

/** A path as people read it: relative to where they stand. */
export function nameOf(path: string, io: Io): string {
  return shown(path, io.cwd) || '.'
}

/** The recording in a file that somebody named. */
export function openRecording(operand: string, io: Io): { file: string; name: string; recording: Recording } {
  const file = resolve(io.cwd, operand)
  const name = nameOf(file, io)
  const kind = kindOf(file)
  if (kind !== 'file') throw wrongCall(kind === undefined ? `There is no ${name}.` : `${name} is a folder.`)
  return { file, name, recording: readRecording(readFileSync(file, 'utf8'), name) }
}
