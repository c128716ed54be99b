import type { ErrorClass, ErrorKind } from '../contracts/classify.ts'
import { bodyBytes, type Exchange } from '../wire/exchange.ts'
import { str } from '../wire/guards.ts'
import { counted } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'

/** The provider refused what was asked, and a retry would not help: a 4xx about the request itself. */
export class Refused extends Error {
  readonly reply: Reply

  constructor(reply: Reply) {
    super(`HTTP ${reply.status}`)
    this.reply = reply
  }
}

/** The provider could not be asked: no connection, a wrong key, a rate limit, a broken server. */
export class Unreachable extends Error {
  readonly reply: Reply
  readonly kind: ErrorKind

  constructor(reply: Reply, { kind, evidence }: ErrorClass) {
    super(`${kind} (${evidence})`)
    this.reply = reply
    this.kind = kind
  }
}

/** An answer that came with an error beside it, or in place of it, under a status that promises none. */
export class FailedInside extends Error {
  readonly reply: Reply

  constructor(reply: Reply) {
    super(reply.error?.message ?? 'an error')
    this.reply = reply
  }
}

/** What an answer that did not come to its end means, whatever its status; undefined where it was given up through `signal`. */
export function brokenOff({ exchange: { response } }: Reply, signal: AbortSignal | undefined): ErrorClass | undefined {
  if (response.end === 'closed' || response.failure !== undefined || signal?.aborted === true) return undefined
  const bytes = bodyBytes(response).length
  return { kind: 'server', retry: 'helps', evidence: `the answer broke off after ${counted(bytes, 'byte')}` }
}

/** The exchange of a request that got no response. */
export function noResponse(provider: Exchange['provider'], error: unknown): Exchange {
  const cause = ((error as Error | null)?.cause ?? error) as { readonly code?: unknown; readonly message?: unknown }
  const failure = { code: str(cause.code) ?? 'UNKNOWN', message: str(cause.message) ?? '' }
  return {
    request: undefined,
    response: { status: 0, headers: {}, pieces: [], end: 'aborted', failure },
    provider,
    evidence: { seen: 'live', number: 0 },
  }
}
