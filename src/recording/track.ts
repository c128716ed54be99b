import type { Exchange, Failure, Piece, WireResponse } from '../wire/exchange.ts'
import type { ResolvedProvider } from '../providers/resolve.ts'
import { FORMAT, type RecordedExchange, type Recording } from './format.ts'
import type { TestIdentity } from './identity.ts'
import { mixed } from './missing.ts'
import { originKind, originOf, type OriginKind } from './origin.ts'
import { packExchange } from './pack.ts'
import { shown } from './store.ts'
import type { Unplayed } from './unplayed.ts'
import { now } from '../wire/clock.ts'

/** One provider's part of a test: what is recorded, and what this run used of it. */
export interface Track {
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
  readonly response: WireResponse & {
    pieces: Piece[]
    end: WireResponse['end']
    broke?: Failure
    cancelledAt?: number
  }
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
/** What the network answered. */
export const liveIn = (used: readonly Slot[]) => used.flatMap(({ live }) => live ?? [])

/** Where the evidence of a test came from: the weakest origin and the oldest day, over all providers it used. */
export function evidenceIn(tracks: Iterable<Track>, root: string): TapeEvidence {
  const origins: OriginKind[] = []
  const days: string[] = []
  const recordings: { file: string; unplayed: number[] }[] = []
  for (const { provider, recording, used, unplayed, file } of tracks) {
    const live = liveIn(used)
    if (live.length > 0) origins.push(originKind(provider, live))
    if (recording === undefined || used.every(({ recorded }) => recorded === undefined)) continue
    origins.push(recording.origin.kind)
    days.push(recording.recordedAt.slice(0, 10))
    recordings.push({ file: shown(file, root), unplayed: unplayed.map(({ number }) => number) })
  }
  const [origin] = origins.sort().reverse()
  const [recordedOn] = days.sort()
  return {
    ...(origin === undefined ? {} : { origin }),
    ...(recordedOn === undefined ? {} : { recordedOn }),
    ...(recordings.length === 0 ? {} : { recordings }),
  }
}

/** What of a test is worth keeping: all, but for failures that its client retried and the test does not mean to see. */
export function keptOf({ used }: Track, expectsFailures: boolean): Slot[] {
  const filled = used.filter(isFilled)
  if (expectsFailures) return filled
  return filled.filter(({ live }, at) => {
    if (live === undefined || !RETRIED.test(String(live.response.status))) return true
    return !filled
      .slice(at + 1)
      .some((later) => later.live?.isRetry === true && later.live.request?.text === live.request?.text)
  })
}

/** The recording of what is kept of a test; undefined where the network answered nothing of it. */
export function keptRecording(
  track: Track,
  kept: readonly Slot[],
  test: TestIdentity,
  root: string,
): Recording | undefined {
  const live = liveIn(kept)
  if (live.length === 0) return undefined
  const older = kept.some(({ recorded }) => recorded !== undefined) ? track.recording : undefined
  const origin = originOf(track.provider, live, older?.origin)
  if (older !== undefined && older.origin.kind !== origin.kind) throw mixed(shown(track.file, root))
  return {
    format: FORMAT,
    provider: track.provider.name,
    test: { file: test.file, name: test.name },
    recordedAt: older?.recordedAt ?? new Date(now()).toISOString(),
    origin,
    exchanges: kept.flatMap(({ recorded, live: fresh }) => recorded ?? (fresh ? packExchange(fresh) : [])),
  }
}
