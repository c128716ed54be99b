import { existsSync } from 'node:fs'
import type { Exchange, WireRequest, WireResponse } from '../wire/exchange.ts'
import type { Seen } from '../wire/seen.ts'
import { addressOf, type ResolvedProvider } from '../providers/resolve.ts'
import type { Settings } from '../settings.ts'
import { takeReady } from './ahead.ts'
import { Faults, type Fault } from './faults.ts'
import { readRecording, renderRecording, type Recording } from './format.ts'
import type { TestIdentity } from './identity.ts'
import { missing, mixed, mustBeFresh, notIts } from './missing.ts'
import { originKind } from './origin.ts'
import { packRequest, unpackResponse } from './pack.ts'
import { watchKeys } from '../wire/secrets.ts'
import { loadRecording, mustHoldNoSecret, recordingFile, saveRecording, shown } from './store.ts'
import {
  keptRecording,
  evidenceIn,
  keptOf,
  liveIn,
  type Client,
  type LiveExchange,
  type Slot,
  type TapeEvidence,
  type Track,
} from './track.ts'
import { take, unplayedOf } from './unplayed.ts'

/**
 * The recordings of one attempt at one test. It plays, notes what was used, and writes at the end; it knows nothing of
 * the network.
 */
export class Tape {
  readonly seen: Seen
  /** What the test does to its answers on purpose. */
  readonly faults: Faults = new Faults()
  /** Whether the test means to see failures; a failure that the SDK retried is else not kept. */
  expectsFailures = false
  /** What is under way for the test, and has not arrived yet. */
  readonly arriving: Set<Promise<unknown>> = new Set()
  /** Factor of the recorded times at which bodies are played. */
  timing: number
  readonly #settings: Settings
  readonly #test: TestIdentity
  readonly #tracks = new Map<string, Track>()
  readonly #closers: (() => Promise<void>)[] = []
  #numbers = 0

  constructor(settings: Settings, test: TestIdentity, seen: Seen) {
    this.#settings = settings
    this.#test = test
    this.seen = seen
    this.timing = settings.timing
  }

  /** Has the end of the test wait for something that is under way. */
  awaits(something: Promise<unknown>): void {
    this.arriving.add(something)
    const done = () => void this.arriving.delete(something)
    something.then(done, done)
  }

  /** Has `close` called when the test ends. */
  atEnd(close: () => Promise<void>): void {
    this.#closers.push(close)
  }

  /** Whether the test is over: what it asks from now on belongs to nobody. */
  isOver = false

  /** Closes what was opened for the test. */
  async end(): Promise<void> {
    await Promise.allSettled(this.#closers.splice(0).map((close) => close()))
  }

  /** The provider that the test's suite names. */
  get provider(): string | undefined {
    return this.#test.provider
  }

  /** Whether a recording of the test was there before it ran. */
  get isRecorded(): boolean {
    return [...this.#tracks.values()].some(({ file }) => existsSync(file))
  }

  /** Whether the network answered anything that could be kept. */
  get hasNews(): boolean {
    return [...this.#tracks.values()].some(({ used }) => used.some(({ live }) => live !== undefined))
  }

  /** Whether there is a recording of the test with one provider. */
  hasRecordingFor(provider: string): boolean {
    return existsSync(recordingFile(this.#settings.fixtures, provider, this.#test.file, this.#test.slug))
  }

  /** The provider that was asked last, answered or not. */
  get asked(): string | undefined {
    return [...this.#tracks.keys()].at(-1)
  }

  /** Where the evidence of this test came from. */
  evidence(): TapeEvidence {
    return evidenceIn(this.#tracks.values(), this.#settings.root)
  }

  /**
   * The recorded exchange for a request, or its place where the network must be asked.
   *
   * @throws {LlmContractsError} `missing-recording` in replay, `bad-recording` for a file that cannot be read.
   */
  play(provider: ResolvedProvider, request: WireRequest): Exchange | Slot {
    const { mode, root } = this.#settings
    const track = this.#track(provider)
    const slot: Slot = {}
    if (mode === 'live' || mode === 'rerecord') {
      track.used.push(slot)
      return slot
    }
    const found = take(track.unplayed, request, addressOf(provider))
    if (found !== undefined) {
      track.used.push({ recorded: found.exchange })
      return this.#replayed(track, found.number, found.response, request)
    }
    if (mode === 'replay') {
      const selected = this.#settings.providers.some(({ name }) => name === provider.name)
      throw missing({ ...track, test: this.#test, root, selected }, packRequest(request, 'masked'))
    }
    if (track.recording?.origin.kind === 'stand-in' && originKind(provider) === 'live') {
      throw mixed(shown(track.file, root))
    }
    track.used.push(slot)
    return slot
  }

  /** Begins an exchange with the network in its place; the recorder fills in its response. */
  open(
    slot: Slot,
    provider: ResolvedProvider,
    request: WireRequest,
    response: WireResponse,
    client: Client,
  ): LiveExchange {
    const exchange: LiveExchange = {
      request,
      response: { ...response, pieces: [...response.pieces] },
      provider,
      evidence: { seen: 'live', number: ++this.#numbers, standIn: originKind(provider, [{ response }]) === 'stand-in' },
      ...client,
    }
    slot.live = exchange
    return exchange
  }

  /** An exchange that only a fault answered; it is played by nobody and never written. */
  invented(provider: ResolvedProvider, request: WireRequest, fault: Fault & { answer: WireResponse }): Exchange {
    const evidence = { seen: 'replay', number: ++this.#numbers, fault: fault.name } as const
    return { request, response: fault.answer, provider, evidence }
  }

  /**
   * What the network answered in this test, read back from what would be written: each live exchange with its recorded
   * self, as a replay will see it.
   */
  *rehearse(): Iterable<readonly [live: LiveExchange, replayed: Exchange]> {
    if (this.#settings.mode === 'live') return
    for (const track of this.#tracks.values()) {
      const kept = this.#kept(track)
      const recording = this.#keptRecording(track, kept)
      if (recording === undefined) continue
      const { exchanges } = readRecording(renderRecording(recording), shown(track.file, this.#settings.root))
      for (const [index, { live }] of kept.entries()) {
        const exchange = exchanges[index]
        if (live === undefined || exchange === undefined) continue
        yield [live, this.#replayed(track, index + 1, unpackResponse(exchange), live.request as WireRequest)]
      }
    }
  }

  /**
   * Writes the recording of every provider that the network answered for, and gives the way back. Call it only for a test
   * that has passed.
   */
  save(): () => void {
    if (this.#settings.mode === 'live') return () => {}
    const { root } = this.#settings
    const cuts = [...this.#tracks.values()].flatMap((track) => {
      const recording = this.#keptRecording(track)
      return recording === undefined ? [] : [{ file: track.file, recording }]
    })
    for (const { file, recording } of cuts) mustHoldNoSecret(file, recording, root)
    const ways = cuts.map(({ file, recording }) => saveRecording(file, recording, root))
    return () => ways.reverse().forEach((back) => back())
  }

  /** The status of the last 401, 403 or 5xx that would be kept; undefined without one. */
  failures(): number | undefined {
    const kept = [...this.#tracks.values()].flatMap((track) => liveIn(this.#kept(track)))
    return kept
      .map(({ response }) => response.status)
      .findLast((status) => status === 401 || status === 403 || status >= 500)
  }

  #kept(track: Track): Slot[] {
    return keptOf(track, this.expectsFailures)
  }

  #keptRecording(track: Track, kept = this.#kept(track)): Recording | undefined {
    return keptRecording(track, kept, this.#test, this.#settings.root)
  }

  #track(provider: ResolvedProvider): Track {
    const known = this.#tracks.get(provider.name)
    if (known !== undefined) return known
    watchKeys(provider.keyVariables)
    const { fixtures, root, mode, maxAge } = this.#settings
    const file = recordingFile(fixtures, provider.name, this.#test.file, this.#test.slug)
    const ready = mode === 'replay' ? takeReady(file) : undefined
    const recording =
      ready?.recording ?? (mode === 'live' || mode === 'rerecord' ? undefined : loadRecording(file, root))
    if (recording !== undefined && recording.test.file !== this.#test.file)
      throw notIts(recording, shown(file, root), this.#test)
    if (recording !== undefined && mode === 'replay') mustBeFresh(recording, maxAge, shown(file, root), this.#test)
    const track: Track = { provider, file, recording, unplayed: ready?.unplayed ?? unplayedOf(recording), used: [] }
    this.#tracks.set(provider.name, track)
    return track
  }

  #replayed(
    { provider, file, recording }: Track,
    number: number,
    response: WireResponse,
    request: WireRequest,
  ): Exchange {
    return {
      request,
      response,
      provider,
      evidence: {
        seen: 'replay',
        file: shown(file, this.#settings.root),
        number,
        standIn: recording?.origin.kind === 'stand-in',
      },
    }
  }
}
