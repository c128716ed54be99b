import { LlmContractsError } from '../src/errors.ts'
import { hasContent } from '../src/wire/times.ts'
import type { Reply } from '../src/wire/types.ts'
import { cutStream, errorInside, noAnswer } from './_answer.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import { matcher } from './matcher.ts'
import { mustBeOptions } from './_options.ts'
import { inCode, it, listed } from '../src/wire/text.ts'

/** How long an answer may take, in milliseconds since the request was sent. */
export interface TimeLimits {
  /** Until the first event with content; of an answer that is not streamed, until all of it is there. */
  readonly firstTokenMs?: number
  /** Until the last byte. */
  readonly totalMs?: number
}

const options = { firstTokenMs: true, totalMs: true } as const satisfies Record<keyof TimeLimits, true>

/** A live reply comes in time. */
export const toRespondWithin = matcher('toRespondWithin', {
  judges: 'answers',
  demand(limits: TimeLimits) {
    mustBeOptions('toRespondWithin', limits, options)
    const given = Object.entries(limits ?? {}).filter(([, value]) => value !== undefined)
    if (given.length === 0) throw bad('needs firstTokenMs, totalMs or both, in milliseconds')
    const odd = given.find(([, value]) => !(typeof value === 'number' && value > 0))
    if (odd !== undefined) throw bad(`takes milliseconds above 0 for ${odd[0]}, and got ${inCode(odd[1])}`)
  },
  claim(limits) {
    const { firstTokenMs, totalMs } = limits
    const first = firstTokenMs === undefined ? [] : [`start answering within ${firstTokenMs} ms`]
    const total = totalMs === undefined ? [] : [`be done within ${totalMs} ms`]
    return { args: [inCode(limits, 100)], sentence: listed([...first, ...total]) }
  },
  saw({ exchange }) {
    const total = exchange.response.pieces.at(-1)?.at
    return total === undefined ? undefined : `done after ${Math.ceil(total)} ms`
  },
  judge(reply, limits) {
    if (reply.exchange.evidence.seen === 'live') return late(reply, limits)
    // A recording is judged again before it is kept, and comes here: none is made of which a replay would be red.
    const what = 'toRespondWithin judges live answers only: the times of a recording, or of a Response from elsewhere,'
    const advice = "Write test.runIf(process.env.LLM_CONTRACTS === 'live')(…) for this test."
    throw new LlmContractsError('not-on-the-wire', `${what} say nothing about now. ${advice}`)
  },
})

function late(reply: Reply, { firstTokenMs = Infinity, totalMs = Infinity }: TimeLimits): Finding | undefined {
  if (reply.status < 200 || reply.status > 299) return noAnswer(reply)
  if (reply.error !== undefined) return errorInside(reply, reply.error)
  const cut = cutStream(reply)
  if (cut !== undefined) return found('stream.sse.complete', it(`did not answer to its end: ${cut}`))
  const total = reply.exchange.response.pieces.at(-1)?.at
  const first = reply.stream === undefined ? total : reply.stream.events.find(({ json }) => hasContent(json))?.at
  if (total === undefined || first === undefined) return found('perf.ttft', 'It sent no content that could be timed.')
  const all = `It was done after ${Math.ceil(total)} ms`
  if (first > firstTokenMs) return found('perf.ttft', `It started answering after ${Math.ceil(first)} ms.`, `${all}.`)
  return total > totalMs ? found('perf.tps', `${all}, having started after ${Math.ceil(first)} ms.`) : undefined
}

function bad(clause: string): LlmContractsError {
  return new LlmContractsError('bad-option', `toRespondWithin ${clause}.`)
}
