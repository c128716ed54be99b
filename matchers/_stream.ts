import type { Answer, Reply, StreamFacts } from '../src/wire/types.ts'
import { bodyKind, cutStream, errorInside, noAnswer } from './_answer.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import { counted, excerpt, it, listed, quoted } from '../src/wire/text.ts'

/** What came where a stream should have: an HTTP error, or a body that is whole. */
export function notStreamed(reply: Reply): Finding {
  const instead = noAnswer(reply)
  if (instead?.contract === 'error.not-200') return { ...instead, contract: 'stream.preflight-error-is-http' }
  if (instead?.contract === 'perf.success-rate') return instead
  const whole = reply.answers.length > 0 ? 'one whole answer' : `one body of ${bodyKind(reply)}`
  const type = excerpt(reply.headers['content-type'] ?? 'none')
  const lines = [`It sent ${whole} instead of an event stream (content-type ${type}).`, `body: ${excerpt(reply.text)}`]
  const next = reply.asked?.stream === false ? { next: 'send stream: true, which this request did not.' } : {}
  return { contract: 'stream.http.content-type', lines, ...next }
}

/** What is wrong with a stream whatever its content should be; the root cause comes first. */
export function brokenStream(reply: Reply, stream: StreamFacts): Finding | undefined {
  if (reply.status < 200 || reply.status > 299) return noAnswer(reply)
  if (reply.error !== undefined) return errorInside(reply, reply.error)
  return badFrame(stream) ?? cutShort(reply, stream) ?? badFinish(reply.answers, stream) ?? badEnd(reply, stream)
}

function broke(contract: string, clause: string, ...more: string[]): Finding {
  return found(contract, it(clause), ...more)
}

function badFrame({ malformed, events }: StreamFacts): Finding | undefined {
  const [first] = malformed
  if (first === undefined) return undefined
  const line = `sent ${counted(malformed.length, 'event')} whose data is not JSON`
  return broke(
    'stream.sse.frame-json',
    line,
    `event ${first + 1} of ${events.length}: ${excerpt(events[first]?.data ?? '')}`,
  )
}

function cutShort(reply: Reply, { tail }: StreamFacts): Finding | undefined {
  const cut = cutStream(reply)
  if (cut === undefined) return undefined
  const rest = tail === '' ? [] : [`last bytes: ${excerpt(tail)}`]
  return broke('stream.sse.complete', `did not stream to its end: ${cut}`, ...rest)
}

function badFinish(answers: readonly Answer[], { events }: StreamFacts): Finding | undefined {
  if (answers.length === 0)
    return broke('stream.incremental', `streamed ${counted(events.length, 'event')} and no content`)
  for (const { index, finishReasons } of answers) {
    if (finishReasons.every((reason) => reason === ''))
      return broke('stream.finish.present', `ended choice ${index} without a finish_reason`)
    if (finishReasons.length > 1) {
      const each = [...Map.groupBy(finishReasons, (reason) => reason)].map(
        ([reason, { length }]) => `${quoted(reason, 40)}${length > 1 ? ` (${length} times)` : ''}`,
      )
      return broke('stream.finish.exactly-once', `gave choice ${index} more than one finish_reason: ${listed(each)}`)
    }
  }
  return undefined
}

function badEnd({ headers }: Reply, { terminated, doneCount, events }: StreamFacts): Finding | undefined {
  if (!terminated) return broke('stream.sse.done-sentinel', 'ended its stream without data: [DONE]')
  if (doneCount > 1) return broke('stream.sse.done-sentinel', `sent data: [DONE] ${doneCount} times`)
  if (doneCount === 1 && events.at(-1)?.json !== undefined)
    return broke('stream.sse.done-sentinel', 'went on sending events after data: [DONE]')
  const type = headers['content-type']
  if (/^text\/event-stream\b/i.test(type ?? '')) return undefined
  const said = type === undefined ? 'without a content-type' : `as content-type ${excerpt(type)}`
  return broke('stream.http.content-type', `sent its stream ${said} instead of text/event-stream`)
}
