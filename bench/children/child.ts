import { execFile } from 'node:child_process'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Runs a file of this folder in a process of its own, whose memory is nobody else's; gives what it printed as JSON. */
export async function inChild<T>(file: string, ...args: (string | number)[]): Promise<T> {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const { stdout } = await run(process.execPath, ['--expose-gc', path, ...args.map(String)])
  return JSON.parse(stdout) as T
}

/** What a process holds once its garbage is collected, in MB. */
export interface Held {
  /** Objects and buffers. */
  readonly live: number
  /** What the operating system counts. */
  readonly rss: number
}

/** Collects all garbage, what finalizers let go included, and looks. Needs `--expose-gc`. */
export async function held(): Promise<Held> {
  for (let times = 0; times < 3; times++) {
    globalThis.gc?.()
    await setImmediate()
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  return { live: (heapUsed + external) / 2 ** 20, rss: rss / 2 ** 20 }
}
