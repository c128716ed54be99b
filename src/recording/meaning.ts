import type { Json } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import { factsOf } from './facts.ts'
import type { RecordedExchange, Recording } from './format.ts'
import { below, keyOf } from './match.ts'
import { placesBetween, type Place } from './places.ts'
import { contentOf, replayed } from './recorded.ts'

/** One place where two recordings mean something else. */
export interface Change extends Place {
  /** `exchange` where one side has no such exchange. */
  readonly part: 'origin' | 'request' | 'response' | 'exchange'
  /** Number of the exchange in the first recording, or in the second where the first lacks it; 0 for the origin. */
  readonly exchange: number
}

/**
 * Where two recordings differ in meaning: in who answered, in what was asked (method, path below the base, canonical
 * body), and in what was answered, read as facts (see {@link factsOf}). Bytes, timings, ids, days and versions of tools
 * do not count. An exchange is compared with the one of the same request, else with the next that is left.
 */
export function changesBetween(before: Recording, after: Recording): Change[] {
  const found: Change[] = changes('origin', 0, originOf(before), originOf(after))
  for (const [a, b] of pairs(before, after)) {
    const exchange = a ?? b ?? 0
    const [from, to] = [partsOf(before, a), partsOf(after, b)]
    if (from === undefined || to === undefined) {
      found.push({ part: 'exchange', exchange, path: '', before: from?.title, after: to?.title })
      continue
    }
    for (const part of ['request', 'response'] as const) {
      found.push(...changes(part, exchange, from[part], to[part]))
    }
  }
  return found
}

function changes(part: Change['part'], exchange: number, from: Json, to: Json): Change[] {
  const places = placesBetween(from, to)
  // Where a key came or went, so did all below it.
  const isInner = ({ path }: Place) =>
    places.some((outer) => path.startsWith(`${outer.path}.`) || path.startsWith(`${outer.path}[`))
  return places
    .filter((place) => !isInner(place))
    .map(({ path, before, after }) => ({ part, exchange, path, before, after }))
}

function originOf({ origin }: Recording): Json {
  return {
    kind: origin.kind,
    'base URL': origin.baseURL,
    'models asked': origin.modelsAsked.join(', '),
    'models answered': origin.modelsAnswered.join(', '),
  }
}

type Pair = readonly [before: number | undefined, after: number | undefined]

function pairs(before: Recording, after: Recording): Pair[] {
  const keysAfter = keysOf(after)
  const taken = new Set<number>()
  const found = keysOf(before).map((key, index): Pair => {
    const at = keysAfter.findIndex((other, place) => other === key && !taken.has(place))
    if (at >= 0) taken.add(at)
    return [index + 1, at < 0 ? undefined : at + 1]
  })
  const left = keysAfter.flatMap((_, place) => (taken.has(place) ? [] : [place + 1]))
  const paired = found.map(([a, b]): Pair => [a, b ?? left.shift()])
  return [...paired, ...left.map((b): Pair => [undefined, b])]
}

const keysOf = (recording: Recording) => recording.exchanges.map(({ request }) => keyOf(request, basePathOf(recording)))

const basePathOf = ({ origin }: Recording) => new URL(origin.baseURL).pathname

interface Parts {
  readonly title: string
  readonly request: Json
  readonly response: Json
}

function partsOf(recording: Recording, number: number | undefined): Parts | undefined {
  const recorded = recording.exchanges[(number ?? 0) - 1]
  if (recorded === undefined) return undefined
  const { method, path } = recorded.request
  const body = contentOf(recorded.request)
  return {
    title: `${method} ${path}`,
    request: { method, path: below(path, basePathOf(recording)), ...(body === undefined ? {} : { body }) },
    response: answerOf(recording, recorded, number ?? 0),
  }
}

function answerOf(recording: Recording, { failure }: RecordedExchange, number: number): Json {
  const exchange = replayed(recording, number, '')
  if (failure !== undefined || exchange === undefined) return `no response: ${failure?.code ?? 'unknown'}`
  return factsOf(readReply(exchange))
}
