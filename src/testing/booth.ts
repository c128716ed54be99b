import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, onTestFinished } from 'vitest'
import { completeEntry } from '../providers/entry.ts'
import { resolveProvider, type ResolvedProvider } from '../providers/resolve.ts'
import { intercept } from '../recording/network.ts'
import { Recorder } from '../recording/recorder.ts'
import type { Tape } from '../recording/tape.ts'
import type { Mode, Settings } from '../settings.ts'
import { watch, type Seen } from '../wire/seen.ts'
import { Endpoint } from './endpoint.ts'

/** What one attempt at one test left behind. */
export interface Attempt<T> {
  readonly value: T
  readonly seen: Seen
  readonly tape: Tape
  /** The pieces of every answer, each byte one sign. */
  readonly pieces: readonly (readonly string[])[]
}

/** A user's project in small: a provider at an endpoint on loopback, a folder, and a recorder. */
export class Booth {
  readonly endpoint: Endpoint
  readonly root: string = realpathSync(mkdtempSync(join(tmpdir(), 'llm-contracts-')))
  readonly provider: ResolvedProvider
  readonly providers: readonly ResolvedProvider[]
  readonly recorder: Recorder
  readonly allow: string[] = []
  mode: Mode = 'replay'

  constructor(endpoint: Endpoint) {
    this.endpoint = endpoint
    const baseURL = `${endpoint.origin}/v1`
    this.provider = resolveProvider(completeEntry({ name: 'acme', baseURL, models: { chat: 'm' } }), {})
    this.providers = [this.provider]
    this.recorder = new Recorder(
      () => this.settings,
      () => this.providers,
    )
  }

  get settings(): Settings {
    const { mode, root, allow } = this
    return { mode, root, fixtures: join(root, 'fixtures'), providers: this.providers, required: [], allow, timing: 0 }
  }

  url(path = '/chat/completions'): string {
    return `${this.provider.baseURL}${path}`
  }

  post(body: unknown, init: RequestInit = {}): Promise<Response> {
    const headers = { 'content-type': 'application/json', authorization: 'Bearer secret-of-the-test' }
    return fetch(this.url(), { method: 'POST', headers, body: JSON.stringify(body), ...init })
  }

  /** Where the recording of a test lies. */
  file(test = 'does something'): string {
    return join(this.root, `fixtures/acme/a/${test.replaceAll(' ', '-')}.json`)
  }

  /** One attempt at a test: runs `work` with a tape and, if nothing was complained of, saves. */
  async attempt<T>(mode: Mode, work: (tape: Tape) => Promise<T>, test = 'does something'): Promise<Attempt<T>> {
    this.mode = mode
    const seen: Seen = { exchanges: [], complaints: [] }
    const identity = { file: 'a.test.ts', name: test, slug: test.replaceAll(' ', '-'), provider: 'acme' }
    const tape = this.recorder.tape(identity, seen)
    const { value } = await watch(() => this.recorder.run(tape, () => work(tape)), seen)
    await this.recorder.settle(tape)
    if (seen.complaints.length === 0) tape.save()
    const pieces = seen.exchanges.map(({ response }) =>
      response.pieces.map(({ bytes }) => Buffer.from(bytes).toString('latin1')),
    )
    return { value, seen, tape, pieces }
  }
}

let inUse: Booth | undefined

/** Lets the booth opened last answer this file's requests. Call it once, at the top of a test file. */
export function useBooths(): void {
  let stop: (() => void) | undefined
  beforeAll(() => {
    stop = intercept((asked) => (inUse as Booth).recorder.answer(asked))
  })
  afterAll(() => stop?.())
}

/** Opens a booth for the running test, which closes it at its end. */
export async function booth(answer: ConstructorParameters<typeof Endpoint>[0]): Promise<Booth> {
  const opened = new Booth(await new Endpoint(answer).listen())
  inUse = opened
  onTestFinished(async () => {
    await opened.endpoint.close()
    rmSync(opened.root, { recursive: true, force: true })
  })
  return opened
}
