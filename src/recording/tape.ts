import type { Answerer, Exchange, Json, Piece, WireRequest, WireResponse } from '../wire/exchange.ts'
import type { Seen } from '../wire/seen.ts'
import { readReply } from '../wire/reply.ts'
import { addressOf, type ResolvedProvider } from '../providers/_resolve.ts'
import type { Settings } from '../settings.ts'
import { LlmContractsError } from '../errors.ts'
import { packageVersion } from '../package.ts'
import {
  FORMAT,
  packResponse,
  unpackPieces,
  type Origin,
  type RecordedExchange,
  type RecordedRequest,
  type Recording,
} from './format.ts'
import type { TestIdentity } from './identity.ts'
import { below, canonical, differences, keyOf } from './match.ts'
import { keptHeaders, keptPath } from './redact.ts'
import { loadRecording, recordingFile, saveRecording, shown } from './store.ts'

/** One provider's part of a test: what is recorded, and what this run used of it. */
interface Track {
  readonly provider: ResolvedProvider
  readonly file: string
  readonly recording: Recording | undefined
  readonly unplayed: { readonly key: string; readonly number: number; readonly exchange: RecordedExchange }[]
  /** In the order of the requests; a live one is packed when the test has passed. */
  readonly used: (RecordedExchange | LiveExchange)[]
}

/** An exchange that is still arriving, or has just arrived, from the network. */
export interface LiveExchange extends Exchange {
  readonly response: WireResponse & { pieces: Piece[]; end: WireResponse['end'] }
  readonly sdk: string
}

/** What playing a request gave: the exchange to answer with, or undefined where the network must be asked. */
export type Play = Exchange | undefined

/**
 * The recordings of one run of one test. It plays, notes what was used, and writes at the end; it knows nothing of the
 * network.
 */
export class Tape {
  readonly seen: Seen
  readonly #settings: Settings
  readonly #test: TestIdentity
  readonly #tracks = new Map<string, Track>()
  #numbers = 0

  constructor(settings: Settings, test: TestIdentity, seen: Seen) {
    this.#settings = settings
    this.#test = test
    this.seen = seen
  }

  /** The provider that the test's suite names. */
  get provider(): string | undefined {
    return this.#test.provider
  }

  /** Where the evidence of this test came from: the weakest origin and the oldest day, over all providers it used. */
  evidence(): { origin?: Origin['kind']; recordedOn?: string } {
    const origins: Origin['kind'][] = []
    const days: string[] = []
    for (const { provider, recording, used } of this.#tracks.values()) {
      const live = used.filter((exchange) => 'sdk' in exchange)
      if (live.length > 0) origins.push(originKind(provider, live))
      if (live.length === used.length || recording === undefined) continue
      origins.push(recording.origin.kind)
      days.push(recording.recordedAt.slice(0, 10))
    }
    const [origin] = origins.sort().reverse()
    const [recordedOn] = days.sort()
    return { ...(origin === undefined ? {} : { origin }), ...(recordedOn === undefined ? {} : { recordedOn }) }
  }

  /**
   * The recorded exchange for a request, or undefined where it must come from the network.
   *
   * @throws {LlmContractsError} `missing-recording` in replay, `bad-recording` for a file that cannot be read.
   */
  play(provider: ResolvedProvider, request: WireRequest): Play {
    const { mode } = this.#settings
    if (mode === 'live') return undefined
    const track = this.#track(provider)
    if (mode === 'rerecord') return undefined
    const asked = packRequest(request)
    const key = keyOf(asked, basePathOf(addressOf(provider)))
    const at = track.unplayed.findIndex((recorded) => recorded.key === key)
    const found = track.unplayed[at]
    if (found !== undefined) {
      track.unplayed.splice(at, 1)
      track.used.push(found.exchange)
      return this.#replayed(track, found.exchange, found.number, request)
    }
    if (mode === 'replay') throw this.#missing(track, asked)
    if (track.recording?.origin.kind === 'stand-in' && originKind(provider) === 'live') {
      throw new LlmContractsError(
        'missing-recording',
        `${shown(track.file, this.#settings.root)} was recorded from a stand-in, and a live exchange must not be mixed into it. ` +
          'Run with LLM_CONTRACTS=rerecord to record the whole test live.',
      )
    }
    return undefined
  }

  /** Begins an exchange with the network; the recorder fills in its response. */
  open(
    provider: Answerer & ResolvedProvider,
    request: WireRequest,
    status: number,
    headers: Record<string, string>,
    sdk: string,
  ): LiveExchange {
    const exchange: LiveExchange = {
      request,
      response: { status, headers, pieces: [], end: 'open' },
      provider,
      evidence: { seen: 'live', number: ++this.#numbers },
      sdk,
    }
    if (this.#settings.mode !== 'live') this.#track(provider).used.push(exchange)
    return exchange
  }

  /** Writes the recording of every provider that the network answered for. Call it only for a test that has passed. */
  save(): void {
    for (const track of this.#tracks.values()) {
      const live = track.used.filter((exchange) => 'sdk' in exchange)
      if (live.length === 0) continue
      const exchanges = track.used.map((exchange) => ('sdk' in exchange ? packExchange(exchange) : exchange))
      const recording: Recording = {
        format: FORMAT,
        provider: track.provider.name,
        test: { file: this.#test.file, name: this.#test.name },
        recordedAt: new Date().toISOString(),
        origin: originOf(track.provider, live),
        exchanges,
      }
      saveRecording(track.file, recording, this.#settings.root)
    }
  }

  #track(provider: ResolvedProvider): Track {
    const known = this.#tracks.get(provider.name)
    if (known !== undefined) return known
    const { fixtures, root, mode } = this.#settings
    const file = recordingFile(fixtures, provider.name, this.#test.file, this.#test.slug)
    const recording = mode === 'live' ? undefined : loadRecording(file, root)
    const basePath = basePathOf(recording?.origin.baseURL)
    const unplayed = (recording?.exchanges ?? []).map((exchange, index) => ({
      key: keyOf(exchange.request, basePath),
      number: index + 1,
      exchange,
    }))
    const track: Track = { provider, file, recording, unplayed, used: [] }
    this.#tracks.set(provider.name, track)
    return track
  }

  #replayed(track: Track, recorded: RecordedExchange, number: number, request: WireRequest): Exchange {
    const { status, headers, end } = recorded.response
    return {
      request,
      response: { status, headers, pieces: unpackPieces(recorded.response), end },
      provider: track.provider,
      evidence: { seen: 'replay', file: shown(track.file, this.#settings.root), number },
    }
  }

  #missing(track: Track, asked: RecordedRequest): LlmContractsError {
    const { root } = this.#settings
    const name = track.provider.name
    const file = shown(track.file, root)
    const command = `LLM_CONTRACTS=${track.recording === undefined ? 'record' : 'rerecord'} LLM_PROVIDERS=${name} npx vitest run ${this.#test.file}`
    const lines = [`No recording of ${asked.method} ${asked.path} for ${name} in the test "${this.#test.name}".`]
    const nearest = this.#nearest(track, asked)
    if (track.recording === undefined) lines.push(`Looked for ${file}, which does not exist.`)
    else if (nearest === undefined) lines.push(`Looked in ${file}, which holds no exchange.`)
    else if (nearest.differences.length === 0) {
      lines.push(
        `${file} holds this request, and every copy of it has been played: it was asked more often than recorded.`,
      )
    } else {
      lines.push(`Nearest in ${file}: exchange ${nearest.number}, which differs at`)
      for (const { path, recorded, asked: now } of nearest.differences.slice(0, 5)) {
        lines.push(`  ${path}: recorded ${recorded}, asked ${now}`)
      }
      if (nearest.differences.length > 5) lines.push(`  and ${nearest.differences.length - 5} more places`)
    }
    lines.push('', `Record it: ${command}`)
    return new LlmContractsError('missing-recording', lines.join('\n'))
  }

  #nearest(track: Track, asked: RecordedRequest) {
    const { recording, provider } = track
    const there = basePathOf(recording?.origin.baseURL)
    const here = { ...asked, path: below(asked.path, basePathOf(addressOf(provider))) }
    return (recording?.exchanges ?? [])
      .map(({ request }, index) => ({
        number: index + 1,
        differences: differences({ ...request, path: below(request.path, there) }, here),
      }))
      .sort((a, b) => a.differences.length - b.differences.length)[0]
  }
}

function basePathOf(baseURL: string | undefined): string {
  return baseURL === undefined ? '' : new URL(baseURL).pathname
}

/** A request as a recording keeps it. */
function packRequest(request: WireRequest): RecordedRequest {
  const { method, url, contentType, text } = request
  const shell = {
    method,
    path: keptPath(url),
    headers: contentType === undefined ? {} : { 'content-type': contentType },
  }
  if (text === '') return shell
  try {
    return { ...shell, body: JSON.parse(canonical(JSON.parse(text) as Json)) as Json }
  } catch {
    return { ...shell, body: text }
  }
}

function packExchange(exchange: LiveExchange): RecordedExchange {
  return {
    request: packRequest(exchange.request as WireRequest),
    response: packResponse(exchange.response, keptHeaders(exchange.response.headers)),
  }
}

const isLoopback = (url: string) => /^(localhost|127\.|\[::1\]|0\.0\.0\.0)/.test(new URL(url).hostname)

// A hosted provider answered from a loopback address is no measurement of that provider, whatever answered.
function originKind(provider: ResolvedProvider, answered?: readonly LiveExchange[]): Origin['kind'] {
  if (answered?.some(({ response }) => response.headers['x-llm-contracts-origin'] === 'stand-in')) return 'stand-in'
  const hosted = provider.declaredBaseURLs.length > 0 && !provider.declaredBaseURLs.some(isLoopback)
  return hosted && provider.baseURL !== undefined && isLoopback(provider.baseURL) ? 'stand-in' : 'live'
}

function originOf(provider: ResolvedProvider, live: readonly LiveExchange[]): Origin {
  const base = new URL(addressOf(provider))
  if (isLoopback(base.href)) base.port = ''
  const replies = live.map(readReply)
  const distinct = (models: (string | undefined)[]) => [...new Set(models.filter((model) => model !== undefined))]
  return {
    kind: originKind(provider, live),
    baseURL: base.href.replace(/\/$/, ''),
    sdk: live[0]?.sdk ?? 'unknown',
    package: packageVersion(),
    modelsAsked: distinct(replies.map((reply) => reply.asked?.model)),
    modelsAnswered: distinct(replies.map((reply) => reply.model)),
  }
}
