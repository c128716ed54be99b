import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Recording } from './format.ts'
import { loadRecording, recordingFolder } from './store.ts'

const ready = new Map<string, Recording>()

/**
 * Reads the recordings of a test file before its tests ask for them, while the worker waits for the file. It begins no
 * further one after `patience` milliseconds, about as long as Vitest takes to hand a file over. What cannot be read is left
 * to the test that asks for it. Gives whether there was anything.
 */
export function readAhead(
  fixtures: string,
  providers: readonly string[],
  testFile: string,
  root: string,
  patience = 4,
): boolean {
  ready.clear()
  const until = performance.now() + patience
  for (const provider of providers) {
    const folder = recordingFolder(fixtures, provider, testFile)
    for (const name of namesIn(folder)) {
      if (performance.now() > until) return ready.size > 0
      const file = join(folder, name)
      const recording = readOrLeave(file, root)
      if (recording !== undefined) ready.set(file, recording)
    }
  }
  return ready.size > 0
}

/** A recording that was read ahead, once: whoever plays it again reads it again. */
export function takeReady(file: string): Recording | undefined {
  const recording = ready.get(file)
  ready.delete(file)
  return recording
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.json'))
  } catch {
    return []
  }
}

function readOrLeave(file: string, root: string): Recording | undefined {
  try {
    return loadRecording(file, root)
  } catch {
    return undefined
  }
}
