import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Recording } from './format.ts'
import { makeAhead } from './playback.ts'
import { loadRecording, recordingFolder } from './store.ts'
import { unplayedOf, type Unplayed } from './unplayed.ts'
import { elapsed } from '../wire/clock.ts'

/** A longer recording is left to the test that asks for it: it may not run at all. */
const LONGEST = 1 << 20

/** A recording that was read, with its exchanges, the answers of which are made as far as they can be. */
interface Ready {
  readonly recording: Recording
  readonly unplayed: Unplayed[]
}

/** By file, with how it looked when it was read. */
const ready = new Map<string, Ready & { readonly state: string }>()

/**
 * Reads the recordings of a test file with some providers before its tests ask for them, while the worker waits for the
 * file; providers that the file itself declares are not known by then. It begins nothing further after `patience`
 * milliseconds, about as long as Vitest takes to hand a file over. What cannot be read is left to the test that asks for it.
 * Gives the clients that the recordings were made with; none where there is no recording.
 */
export function readAhead(
  fixtures: string,
  providers: readonly string[],
  testFile: string,
  root: string,
  patience = 4,
): Set<string> {
  ready.clear()
  const clients = new Set<string>()
  const until = elapsed() + patience
  for (const provider of providers) {
    const folder = recordingFolder(fixtures, provider, testFile)
    for (const name of namesIn(folder)) {
      if (elapsed() > until) return clients
      const file = join(folder, name)
      const found = readOrLeave(file, root, until)
      if (found === undefined) continue
      ready.set(file, found)
      clients.add(found.recording.origin.sdk)
    }
  }
  return clients
}

/** A recording that was read ahead, once and while its file stays as it was: whoever plays it again reads it again. */
export function takeReady(file: string): Ready | undefined {
  const found = ready.get(file)
  ready.delete(file)
  return found !== undefined && found.state === stateOf(file)?.state ? found : undefined
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch {
    return []
  }
}

function readOrLeave(file: string, root: string, until: number): (Ready & { readonly state: string }) | undefined {
  try {
    const before = stateOf(file)
    if (before === undefined || before.size > LONGEST) return undefined
    const recording = loadRecording(file, root)
    if (recording === undefined) return undefined
    const unplayed = unplayedOf(recording)
    for (const one of unplayed) {
      if (elapsed() > until) break
      if (one.exchange.response?.stream === undefined) makeAhead(one.response)
    }
    return { recording, unplayed, state: before.state }
  } catch {
    return undefined
  }
}

function stateOf(file: string): { readonly size: number; readonly state: string } | undefined {
  const stats = statSync(file, { throwIfNoEntry: false })
  // A pipe or a device has no end.
  if (stats?.isFile() !== true) return undefined
  return { size: stats.size, state: `${stats.ino} ${stats.mtimeMs} ${stats.size}` }
}
