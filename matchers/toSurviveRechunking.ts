import { bodyBytes } from '../src/wire/exchange.ts'
import type { Exchange, Json, Piece } from '../src/wire/exchange.ts'
import { readReply } from '../src/wire/reply.ts'
import type { Reply } from '../src/wire/types.ts'
import { found } from './finding.ts'
import { matcher } from './matcher.ts'
import { counted, excerpt } from '../src/wire/text.ts'

const contract = 'stream.sse.rechunk-invariant'

/** The reply's bytes say the same however the network cuts them. */
export const toSurviveRechunking = matcher('toSurviveRechunking', {
  judges: 'failures',
  claim: () => ({ args: [], sentence: 'send bytes that say the same however they are cut' }),
  judge(reply) {
    const { exchange } = reply
    const bytes = bodyBytes(exchange.response)
    if (bytes.length === 0) return found(contract, 'It sent an empty body, so there was nothing to cut.')
    const facts = factsOf(reply)
    for (const [how, pieces] of Object.entries({
      'in one piece': [{ at: 0, bytes }],
      'one byte at a time': cutWhere(bytes, () => true),
      'cut inside line ends and characters': cutWhere(
        bytes,
        (byte, before) => lineEnd(before) || lineEnd(byte) || byte > 127,
      ),
    })) {
      const other = factsOf(readReply(recut(exchange, pieces)))
      const changed = Object.keys(facts).find((key) => facts[key] !== other[key])
      if (changed === undefined) continue
      return {
        contract,
        lines: [
          `It was read otherwise where its ${counted(bytes.length, 'byte')} came ${how}.`,
          `${changed} as they came: ${excerpt(facts[changed] ?? '')}`,
          `${changed} ${how}: ${excerpt(other[changed] ?? '')}`,
        ],
        next: "report this exchange to the authors of vitest-llm-contracts: the fault is the reader's.",
      }
    }
    return undefined
  },
})

/** What a reply says, each fact as text; times are left out. */
function factsOf({ api, answers, usage, error, model, json, stream }: Reply): Readonly<Record<string, string>> {
  const { events = [], malformed = [], ...counts } = stream ?? {}
  const said = events.map(({ event, data }) => [event, data])
  const facts = { api, answers, usage, error, model, json, events: said, malformed, stream: counts }
  return Object.fromEntries(Object.entries(facts).map(([key, fact]) => [key, text(fact as unknown as Json)]))
}

// Without the recursion limit's exception: a provider's JSON may be as deep as it likes.
function text(fact: Json | undefined): string {
  try {
    return JSON.stringify(fact) ?? 'undefined'
  } catch {
    return 'too deep to show'
  }
}

function recut(exchange: Exchange, pieces: readonly Piece[]): Exchange {
  return { ...exchange, response: { ...exchange.response, pieces } }
}

function lineEnd(byte: number): boolean {
  return byte === 10 || byte === 13
}

function cutWhere(bytes: Uint8Array, cuts: (byte: number, before: number) => boolean): Piece[] {
  const places = [...bytes.keys()].filter((at) => at > 0 && cuts(bytes[at] ?? 0, bytes[at - 1] ?? 0))
  return [0, ...places].map((from, at) => ({ at: 0, bytes: bytes.subarray(from, places[at]) }))
}
