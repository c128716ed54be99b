import { existsSync } from 'node:fs'
import type { Exchange, Failure, Piece, WireRequest, WireResponse } from '../wire/exchange.ts'
import type { Seen } from '../wire/seen.ts'
import { addressOf, type ResolvedProvider } from '../providers/resolve.ts'
import type { Settings } from '../settings.ts'
import { takeReady } from './ahead.ts'
import { Faults, type Fault } from './faults.ts'
import { FORMAT, readRecording, renderRecording, type RecordedExchange, type Recording } from './format.ts'
import type { TestIdentity } from './identity.ts'
import { missing, mixed, mustBeFresh, notIts } from './missing.ts'
import { originKind, originOf, type OriginKind } from './origin.ts'
import { packExchange, packRequest, unpackResponse } from './pack.ts'
import { watchKeys } from '../wire/secrets.ts'
import { loadRecording, mustHoldNoSecret, recordingFile, saveRecording, shown } from './store.ts'
import { take, unplayedOf, type Unplayed } from './unplayed.ts'
import { now } from '../wire/clock.ts'

/** One provider's part of a test: what is recorded, and what this run used of it. */
interface Track {
  readonly provider: ResolvedProvider
  readonly file: string
  readonly recording: Recording | undefined
  readonly unplayed: Unplayed[]
  /** What the requests used, in their order. */
  readonly used: Slot[]
}

/** The place of a request in its test: what was played for it, or what the network answered, once it has. */
export interface Slot {
  readonly recorded?: RecordedExchange
  live?: LiveExchange
}

/** The client that made a request, as its headers tell. */
export interface Client {
  /** Its `user-agent`; `fetch` without one. */
  readonly sdk: string
  /** Whether the OpenAI SDK asks again for what failed before. */
  readonly isRetry: boolean
}

/** An exchange that is still arriving, or has just arrived, from the network. */
export interface LiveExchange extends Exchange, Client {
  readonly response: WireResponse & { pieces: Piece[]; end: WireResponse['end']; broke?: Failure }
}

/** What the matrix says about where the evidence of a test came from. */
export interface TapeEvidence {
  readonly origin?: OriginKind
  readonly recordedOn?: string
  readonly recordings?: readonly { readonly file: string; readonly unplayed: readonly number[] }[]
}

/** Statuses that say nothing of what was asked: no connection, no permission, too much at once, a broken server. */
const RETRIED = /^(0|401|403|408|409|429|5\d\d)$/

const isFilled = ({ recorded, live }: Slot) => recorded !== undefined || live !== undefined
const liveIn = (used: readonly Slot[]) => used.flatMap(({ live }) => live ?? [])

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

  /** Where the evidence of this test came from: the weakest origin and the oldest day, over all providers it used. */
  evidence(): TapeEvidence {
    const origins: OriginKind[] = []
    const days: string[] = []
    const recordings: { file: string; unplayed: number[] }[] = []
    for (const { provider, recording, used, unplayed, file } of this.#tracks.values()) {
      const live = liveIn(used)
      if (live.length > 0) origins.push(originKind(provider, live))
      if (recording === undefined || used.every(({ recorded }) => recorded === undefined)) continue
      origins.push(recording.origin.kind)
      days.push(recording.recordedAt.slice(0, 10))
      recordings.push({ file: shown(file, this.#settings.root), unplayed: unplayed.map(({ number }) => number) })
    }
    const [origin] = origins.sort().reverse()
    const [recordedOn] = days.sort()
    return {
      ...(origin === undefined ? {} : { origin }),
      ...(recordedOn === undefined ? {} : { recordedOn }),
      ...(recordings.length === 0 ? {} : { recordings }),
    }
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
      const recording = this.#cut(track)
      if (recording === undefined) continue
      const { exchanges } = readRecording(renderRecording(recording), shown(track.file, this.#settings.root))
      for (const [index, { live }] of this.#kept(track).entries()) {
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
      const recording = this.#cut(track)
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

  /** What of a test is worth keeping: all, but for failures that its client retried and the test does not mean to see. */
  #kept({ used }: Track): Slot[] {
    const filled = used.filter(isFilled)
    if (this.expectsFailures) return filled
    return filled.filter(({ live }, at) => {
      if (live === undefined || !RETRIED.test(String(live.response.status))) return true
      return !filled
        .slice(at + 1)
        .some((later) => later.live?.isRetry === true && later.live.request?.text === live.request?.text)
    })
  }

  #cut(track: Track): Recording | undefined {
    const used = this.#kept(track)
    const live = liveIn(used)
    if (live.length === 0) return undefined
    const kept = used.some(({ recorded }) => recorded !== undefined) ? track.recording : undefined
    const origin = originOf(track.provider, live, kept?.origin)
    if (kept !== undefined && kept.origin.kind !== origin.kind) throw mixed(shown(track.file, this.#settings.root))
    return {
      format: FORMAT,
      provider: track.provider.name,
      test: { file: this.#test.file, name: this.#test.name },
      recordedAt: kept?.recordedAt ?? new Date(now()).toISOString(),
      origin,
      exchanges: used.flatMap(({ recorded, live: fresh }) => recorded ?? (fresh ? packExchange(fresh) : [])),
    }
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
