import type { WireRequest, WireResponse } from '../wire/exchange.ts'
import { HIDDEN } from '../wire/secrets.ts'
import type { RecordedExchange, Recording } from './format.ts'
import { areSame, keyOf } from './match.ts'
import { packRequest, unpackResponse } from './pack.ts'

/** A recorded exchange that no request has used yet. */
export interface Unplayed {
  /** Place in the recording, counted from 1. */
  readonly number: number
  readonly exchange: RecordedExchange
  /** Path of the address that answered when it was recorded. */
  readonly basePath: string
  /** Its answer, byte for byte; unpacked when first wanted. */
  readonly response: WireResponse
}

/** The exchanges of a recording, none of them used; none where there is no recording. */
export function unplayedOf(recording: Recording | undefined): Unplayed[] {
  if (recording === undefined) return []
  const basePath = basePathOf(recording.origin.baseURL)
  return recording.exchanges.map((exchange, index) => {
    let response: WireResponse | undefined
    return {
      number: index + 1,
      exchange,
      basePath,
      get response() {
        return (response ??= unpackResponse(exchange))
      },
    }
  })
}

/**
 * Takes the next exchange for a request to the provider at `address` out of those that are left. Secrets are looked for only
 * where nothing fits without.
 */
export function take(unplayed: Unplayed[], request: WireRequest, address: string): Unplayed | undefined {
  const basePath = basePathOf(address)
  const at = placeOf(unplayed, request, basePath)
  return at < 0 ? undefined : unplayed.splice(at, 1)[0]
}

function placeOf(unplayed: readonly Unplayed[], request: WireRequest, basePath: string): number {
  for (const secrets of ['as they are', 'masked'] as const) {
    const asked = packRequest(request, secrets)
    const at = unplayed.findIndex(({ exchange, basePath: there }) => areSame(exchange.request, there, asked, basePath))
    if (at >= 0) return at
  }
  const asked = keyOf(packRequest(request, 'as they are'), basePath)
  return unplayed.findIndex(({ exchange, basePath: there }) => fits(keyOf(exchange.request, there), asked))
}

/** What a secret can be: no quote, no escape and no blank. */
const SECRET = /^[^"\\\s]*$/

/** Whether a request is a recorded one but for what JSON cannot write, and for secrets, which need not be there in replay. */
function fits(recorded: string, asked: string): boolean {
  const [first = '', ...parts] = recorded.split(HIDDEN)
  const last = parts.pop()
  if (last === undefined) return recorded === asked
  if (!asked.startsWith(first)) return false
  let from = first.length
  for (const part of parts) {
    const at = asked.indexOf(part, from)
    if (at < 0 || !SECRET.test(asked.slice(from, at))) return false
    from = at + part.length
  }
  const end = asked.length - last.length
  return end >= from && asked.endsWith(last) && SECRET.test(asked.slice(from, end))
}

const basePaths = new Map<string, string>()

function basePathOf(baseURL: string): string {
  let path = basePaths.get(baseURL)
  if (path === undefined) basePaths.set(baseURL, (path = new URL(baseURL).pathname))
  return path
}
