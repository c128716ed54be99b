// The one file that knows the package from inside; everything else measures what it hands out.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import OpenAI from 'openai'
import { resolveProvider } from '../../src/providers/resolve.ts'
import { specs } from '../../src/providers/index.ts'
import { renderRecording, type RecordedResponse, type Recording } from '../../src/recording/format.ts'
import { Recorder } from '../../src/recording/recorder.ts'
import type { Tape } from '../../src/recording/tape.ts'
import { recordingFile } from '../../src/recording/store.ts'
import type { Settings } from '../../src/settings.ts'
import type { Exchange } from '../../src/wire/exchange.ts'
import { readReply } from '../../src/wire/reply.ts'
import { watch, type Seen } from '../../src/wire/seen.ts'
import { answer, BASE_URL, contentType, events, question, streamed, type Kind } from '../workload.ts'
import { temporaryFolder } from '../folder.ts'
import type { Tool } from './tool.ts'

const FILE = 'bench.test.ts'
const providers = specs.map((spec) => resolveProvider(spec, {}))

/** The machinery as the setup file sets it up, with recordings of its own in a folder that it deletes at the end. */
export class Ours implements Tool, Disposable {
  readonly name = 'vitest-llm-contracts'
  readonly how: string
  readonly #callsPerTest: number
  #open: { tape: Tape; seen: Seen; left: number } | undefined
  readonly #root: string
  readonly #settings: Settings
  readonly #recorder = new Recorder(
    () => this.#settings,
    () => providers,
  )
  readonly #written = new Map<Kind, number>()
  readonly #played = new Map<Kind, number>()

  /** `callsPerTest`: how many calls share a test, and so its recording, which is read once. */
  constructor(root: string = temporaryFolder(), callsPerTest = 1) {
    this.#root = root
    this.#callsPerTest = callsPerTest
    this.how =
      callsPerTest === 1
        ? 'a test per call, its recording read from disk'
        : `${callsPerTest} calls in a test, its recording read from disk`
    this.#settings = {
      mode: 'replay',
      root,
      fixtures: join(root, 'fixtures'),
      providers,
      required: [],
      allow: [],
      timing: 0,
    }
  }

  /** Writes the recordings of this many more tests. */
  write(kind: Kind, count: number, response: RecordedResponse = recorded[kind]): void {
    const from = this.#written.get(kind) ?? 0
    this.#written.set(kind, from + count)
    for (let number = from; number < from + count; number++) this.#write(kind, number, response)
  }

  async begin(kind: Kind) {
    const ways = [this.#recorder.enable(), this.#recorder.seal()]
    const client = new OpenAI({ apiKey: 'none', baseURL: BASE_URL })
    return {
      client,
      test: <T>(call: () => Promise<T>) => this.#test(kind, call),
      end: async () => {
        await this.#close()
        ways.reverse().forEach((back) => back())
      },
    }
  }

  /** Deletes the recordings. */
  [Symbol.dispose](): void {
    rmSync(this.#root, { recursive: true, force: true })
  }

  // What `aroundEach` of the setup file does around a test that passes. A run plays each recording once, so does this.
  async #test<T>(kind: Kind, call: () => Promise<T>): Promise<T> {
    const test = (this.#open ??= this.#begin(kind))
    const { value } = await watch(() => this.#recorder.run(test.tape, call), test.seen)
    test.left -= 1
    if (test.left === 0) await this.#close()
    return value
  }

  #begin(kind: Kind): { tape: Tape; seen: Seen; left: number } {
    const number = this.#played.get(kind) ?? 0
    this.#played.set(kind, number + 1)
    const name = `${kind} ${number % (this.#written.get(kind) ?? Infinity)}`
    const seen: Seen = { exchanges: [], complaints: [] }
    const tape = this.#recorder.tape({ file: FILE, name, slug: name.replace(' ', '-'), provider: 'openai' }, seen)
    return { tape, seen, left: this.#callsPerTest }
  }

  async #close(): Promise<void> {
    const test = this.#open
    this.#open = undefined
    if (test === undefined) return
    await test.tape.end()
    await this.#recorder.settle(test.tape)
    if (test.seen.complaints[0] !== undefined) throw test.seen.complaints[0]
    test.tape.save()
  }

  #write(kind: Kind, number: number, response: RecordedResponse): void {
    const recording: Recording = {
      format: 1,
      provider: 'openai',
      test: { file: FILE, name: `${kind} ${number}` },
      recordedAt: '2026-11-22T00:00:00.000Z',
      origin: {
        kind: 'stand-in',
        baseURL: BASE_URL,
        sdk: 'bench',
        package: 'bench',
        modelsAsked: [question.model],
        modelsAnswered: [answer.model],
      },
      exchanges: Array.from({ length: this.#callsPerTest }, () => ({
        request: {
          method: 'POST',
          path: '/v1/chat/completions',
          headers: { 'content-type': 'application/json' },
          body: asJson(kind === 'json' ? question : streamed),
        },
        response,
      })),
    }
    const file = recordingFile(this.#settings.fixtures, 'openai', FILE, `${kind}-${number}`)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, renderRecording(recording))
  }
}

const asJson = (value: object) => JSON.parse(JSON.stringify(value))

/** A recorded event stream of any pieces, ten milliseconds apart. */
export function recordedStream(pieces: readonly string[]): RecordedResponse {
  const stream = pieces.map((piece, at) => [at * 10, piece] as const)
  const headers = { 'content-type': contentType.stream }
  return { status: 200, headers, stream, ms: pieces.length * 10, end: 'closed' }
}

const recorded: Readonly<Record<Kind, RecordedResponse>> = {
  json: {
    status: 200,
    headers: { 'content-type': contentType.json },
    body: asJson(answer),
    layout: 'indented-2',
    ms: 900,
    end: 'closed',
  },
  stream: recordedStream(events),
}

/** Reads the pieces of a streamed chat completion into a reply, as a matcher does; gives the number of its events. */
export function readEvents(pieces: readonly Uint8Array[]): number {
  const exchange: Exchange = {
    request: undefined,
    response: {
      status: 200,
      headers: { 'content-type': contentType.stream },
      pieces: pieces.map((bytes, at) => ({ at, bytes })),
      end: 'closed',
    },
    provider: undefined,
    evidence: { seen: 'given', number: 1 },
  }
  return readReply(exchange).stream?.events.length ?? 0
}
