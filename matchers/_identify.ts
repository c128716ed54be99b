import type { Exchange, Json } from '../src/wire/exchange.ts'
import { readReply } from '../src/wire/reply.ts'
import { exchangeOf } from '../src/wire/seen.ts'

/** The exchange that an error came from, found on the error itself or on what caused it. */
export function exchangeOfError(error: unknown, newestFirst: readonly Exchange[]): Exchange | undefined {
  for (const cause of causes(error)) {
    const { headers, response, responseBody } = cause as {
      headers?: unknown
      response?: unknown
      responseBody?: unknown
    }
    for (const handle of [cause, headers, response]) {
      const exchange = typeof handle === 'object' && handle !== null ? exchangeOf(handle) : undefined
      if (exchange !== undefined) return exchange
    }
    // The Vercel AI SDK keeps what it read.
    if (typeof responseBody !== 'string' || responseBody === '') continue
    const same = newestFirst.find((exchange) => readReply(exchange).text === responseBody)
    if (same !== undefined) return same
  }
  return undefined
}

/** The exchange whose body a value was made from: clients add to what they parsed, and take nothing away. */
export function exchangeOfValue(value: unknown, newestFirst: readonly Exchange[]): Exchange | undefined {
  if (typeof value === 'string') {
    return value === '' ? undefined : newestFirst.find((exchange) => readReply(exchange).text === value)
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { response } = value as { response?: unknown }
  const tied =
    exchangeOf(value) ?? (typeof response === 'object' && response !== null ? exchangeOf(response) : undefined)
  if (tied !== undefined) return tied
  return newestFirst.find((exchange) => {
    const { json } = readReply(exchange)
    return typeof json === 'object' && json !== null && Object.keys(json).length > 0 && isWithin(json, value)
  })
}

/** The exchange whose events a stream's chunks were made from. */
export function exchangeOfChunks(chunks: readonly unknown[], newestFirst: readonly Exchange[]): Exchange | undefined {
  return newestFirst.find((exchange) => {
    const { stream } = readReply(exchange)
    const first = stream?.events[0]
    if (stream === undefined) return false
    if (chunks.length === 0) return first?.json === undefined
    const sent = stream.events.flatMap(({ json }) => (json === undefined ? [] : [json]))
    return chunks.every((chunk, at) => isChunkOf(sent[at], chunk))
  })
}

// The SDK hands some events on as `{ event, data }`.
function isChunkOf(sent: Json | undefined, chunk: unknown): boolean {
  if (sent === undefined) return false
  return isWithin(sent, chunk) || isWithin(sent, (chunk as { data?: unknown } | null)?.data)
}

function isWithin(whole: Json, given: unknown): boolean {
  // By hand, not by recursion: what came may be as deep as it likes.
  const pairs: [wire: Json, value: unknown][] = [[whole, given]]
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [wire, value] = pair
    if (typeof wire !== 'object' || wire === null) {
      if (wire !== value) return false
      continue
    }
    if (typeof value !== 'object' || value === null || Array.isArray(wire) !== Array.isArray(value)) return false
    if (Array.isArray(wire) && wire.length !== (value as unknown[]).length) return false
    for (const [key, part] of Object.entries(wire)) pairs.push([part, (value as Record<string, unknown>)[key]])
  }
  return true
}

const names = /^(?:APIConnectionError|APIConnectionTimeoutError|APIUserAbortError|AbortError|TimeoutError)$/
const codes =
  /^(?:ECONN|ENOTFOUND|ETIMEDOUT|EPIPE|EAI_|EHOST|ENET|UND_ERR_|CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/

/** What an error says where it means that no (whole) answer arrived: refused, cut, timed out or given up. */
export function transportTrouble(error: unknown): string | undefined {
  const chain = causes(error)
  const told = chain.some((cause) => {
    const { name, code, constructor, message } = cause as {
      name?: unknown
      code?: unknown
      constructor?: { name?: unknown }
      message?: unknown
    }
    if ([name, constructor?.name].some((word) => names.test(String(word))) || codes.test(String(code))) return true
    return name === 'TypeError' && /^(?:fetch failed|terminated|failed to fetch|network error)/i.test(String(message))
  })
  if (!told) return undefined
  const messages = chain.flatMap(({ message }) => (typeof message === 'string' ? message.replace(/\.$/, '') : []))
  return [...new Set(messages.filter((message) => message !== ''))].join(': ')
}

/** An error and what caused it, outermost first; of several attempts the last. */
export function causes(error: unknown): { readonly message?: unknown }[] {
  const chain: object[] = []
  for (let at = error; typeof at === 'object' && at !== null && chain.length < 8;) {
    chain.push(at)
    const { cause, lastError } = at as { cause?: unknown; lastError?: unknown }
    at = cause ?? lastError
  }
  return chain
}
