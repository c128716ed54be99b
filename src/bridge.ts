import { LlmContractsError } from './errors.ts'
import type { Provider } from './providers/provider.ts'
import { openBridge, type Bridge } from './recording/bridge.ts'
import { recorder } from './worker.ts'

export type { Bridge } from './recording/bridge.ts'

/**
 * A loopback address that stands for a provider while the test runs, for what cannot be seen from inside this process: a
 * child process, a worker thread, a client on raw sockets. What arrives there is recorded and replayed as if the test
 * itself had asked. Who hangs up has given up, and a connection that breaks is broken there too. Redirects are followed
 * here. It closes with the test.
 *
 * @throws {LlmContractsError} `bad-option` outside a test.
 * @example
 * ```ts
 * const { baseURL } = await bridge(provider)
 * await execFile('node', ['app.js'], { env: { ...process.env, OPENAI_BASE_URL: baseURL } })
 * ```
 */
export async function bridge(provider: Provider): Promise<Bridge> {
  const tape = recorder.current()
  if (tape === undefined) {
    throw new LlmContractsError(
      'bad-option',
      'A bridge was opened outside a test. Open it in the test, or in beforeEach.',
    )
  }
  const opened = await openBridge(
    provider.baseURL,
    (asked) => recorder.answer(asked),
    (error) => {
      tape.seen.complaints.push(
        new LlmContractsError('transport', `The bridge could not pass a request on: ${String(error)}`, {
          cause: error,
        }),
      )
    },
  )
  tape.atEnd(() => opened.close())
  return opened
}
