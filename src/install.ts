import { setImmediate } from 'node:timers'
import { afterAll, aroundEach, expect } from 'vitest'
import { matchers } from '../matchers/index.ts'
import { fileIn, withRecordings } from './attempt.ts'
import { readAhead } from './recording/ahead.ts'
import { loadSource } from './recording/network.ts'
import { answerWith } from './recording/playback.ts'
import type { Recorder } from './recording/recorder.ts'
import { forgetDeclared, recorder, settings } from './worker.ts'

// On the process, not in this module: without isolation Vitest may load this package anew for every test file, and the
// recorder of the file before must not go on answering.
const ANSWERING = Symbol.for('vitest-llm-contracts.answering')
const worker = globalThis as { [ANSWERING]?: { readonly recorder: Recorder; stop(): void } }

/** Gives every test of the file that is being collected its recordings, and `expect` the matchers. */
export async function install(): Promise<void> {
  forgetDeclared()
  const { mode, fixtures, providers, root } = settings()
  answerWith(mode === 'replay' ? undefined : Response)
  if (worker[ANSWERING]?.recorder !== recorder) {
    worker[ANSWERING]?.stop()
    expect.extend(matchers)
    const ways = [recorder.enable(), ...(mode === 'replay' ? [recorder.seal()] : [])]
    worker[ANSWERING] = { recorder, stop: () => ways.reverse().forEach((back) => back()) }
  }
  const { testPath } = expect.getState()
  if (mode === 'replay' && testPath !== undefined) {
    const names = providers.map(({ name }) => name)
    setImmediate(() => warmUp(readAhead(fixtures, names, fileIn(root, testPath), root)))
  }
  registerHooks()
  // Beside what the network takes it is nothing, and so the first request is as quick as any other.
  if (mode !== 'replay') await loadSource()
}

function registerHooks(): void {
  // Vitest notes for every hook where it was registered, a hundred frames deep, which would only ever say: here.
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  // Vitest reads the names of fixtures from the text of this function, and wants them taken apart.
  aroundEach((run, { task, skip }) => withRecordings(run, { task, skip }))
  afterAll(() => {
    const [stray] = recorder.takeStrays()
    if (stray !== undefined) throw stray
  })
  Error.stackTraceLimit = stackTraceLimit
}

/** Loads what a test file will most likely ask with, as its recordings tell. Who asks will meet what goes wrong again. */
function warmUp(clients: ReadonlySet<string>): void {
  if (clients.size > 0) loadSource().catch(() => undefined)
  if ([...clients].some((client) => client.startsWith('OpenAI/JS')))
    import('./providers/provider.ts').catch(() => undefined)
}
