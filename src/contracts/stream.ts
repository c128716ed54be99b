import { counted, excerpt, excerptEnd, inCode } from '../wire/text.ts'
import { isRecord } from '../wire/guards.ts'
import { isDone } from '../wire/sse.ts'
import type { Reply, StreamFacts } from '../wire/types.ts'
import type { Breach, Contract } from './contract.ts'
import { isChatStream } from './_stream.ts'
import { isChat } from './_once.ts'

const wire = { mode: 'wire', needs: ['stream'] } as const

/** The frames of a chat stream: its content type, its events, its end. */
export const streamContracts: readonly Contract[] = [
  {
    ...wire,
    id: 'stream.http.content-type',
    level: 'must',
    promise: 'Answers a streaming request with HTTP 200 and content type text/event-stream.',
    hint: 'Check that the endpoint streams at all, and that no proxy rewrites the content type.',
    source: 'HTML standard, section 9.2 (server-sent events); measured: all of 1,110 recorded streams keep it',
    blame: 'gateway',
    applies: (reply) =>
      isChat(reply) &&
      reply.error === undefined &&
      (reply.asked?.stream ?? reply.stream !== undefined) &&
      Object.keys(reply.headers).length > 0,
    check: contentType,
  },
  {
    ...wire,
    id: 'stream.sse.frame-json',
    level: 'must',
    promise: 'Puts one JSON object into the data of every event, but for [DONE].',
    hint: 'Send keep-alives as comment lines (": …"); look for a proxy that cuts or joins events.',
    source: 'OpenAI API reference, chat streaming; measured: all of 1,110 recorded streams keep it',
    blame: 'wire format',
    applies: (reply) => isChatStream(reply) && reply.stream.events.length > 0,
    check: ({ stream }) => stream && badFrame(stream),
  },
  {
    ...wire,
    id: 'stream.sse.done-sentinel',
    level: 'should',
    promise: 'Ends its stream with exactly one data: [DONE].',
    hint: 'End your reading loop also where the body ends, not only at [DONE].',
    source: 'OpenAI API reference, chat streaming ("terminated by a data: [DONE] message")',
    blame: 'wire format',
    applies: (reply) => isChatStream(reply) && reply.exchange.response.end === 'closed' && cut(reply) === undefined,
    check: badEnd,
  },
  {
    ...wire,
    id: 'stream.sse.complete',
    level: 'must',
    promise: 'Streams to its end: a finish_reason for every choice, or [DONE].',
    hint: 'Treat the answer as cut, and ask again; if it happens often, look for a timeout on the way.',
    source: 'OpenAI API reference, chat streaming: finish_reason, [DONE]',
    blame: 'infrastructure',
    applies: (reply) =>
      isChatStream(reply) && reply.error === undefined && /closed|aborted/.test(reply.exchange.response.end),
    check: (reply) => {
      const clause = cut(reply)
      if (clause === undefined || reply.stream === undefined) return undefined
      const { tail, events } = reply.stream
      const last = events.length - 1
      const bytes = excerptEnd(tail || (events[last]?.data ?? ''))
      return { says: `did not stream to its end: ${clause}`, ...(last < 0 ? {} : { event: last }), bytes }
    },
  },
]

function contentType({ headers, stream, answers, status, text, json }: Reply): Breach | undefined {
  const type = headers['content-type'] ?? ''
  const named = type === '' ? 'without a content type' : `as content type ${excerpt(type)}`
  if (stream === undefined) {
    const body = json === undefined ? (/^\s*</.test(text) ? 'HTML' : 'plain text') : 'JSON'
    const instead = answers.length > 0 ? 'one whole answer' : text.trim() === '' ? 'an empty body' : `a body of ${body}`
    return { says: `sent ${instead} instead of an event stream, ${named}`, bytes: excerpt(text) }
  }
  if (!/^text\/event-stream\b/i.test(type)) {
    const wanted = type === '' ? 'without the content type' : `${named} instead of`
    return { says: `sent its stream ${wanted} text/event-stream`, bytes: excerpt(type) }
  }
  return status === 200 ? undefined : { says: `sent its stream with HTTP ${status} instead of 200`, bytes: `${status}` }
}

function badFrame({ events }: StreamFacts): Breach | undefined {
  const bad = events.flatMap(({ json, data }, event) => (isRecord(json) || isDone(data) ? [] : [{ json, data, event }]))
  const [first] = bad
  if (first === undefined) return undefined
  const { json, data, event } = first
  const what = json === undefined ? 'JSON' : `a JSON object but ${inCode(json, 20)}`
  return { says: `sent ${counted(bad.length, 'event')} whose data is not ${what}`, event, bytes: excerpt(data) }
}

function badEnd({ stream, error }: Reply): Breach | undefined {
  if (stream === undefined) return undefined
  const { doneCount, events } = stream
  const event = events.length - 1
  const last = events[event]
  const seen = last === undefined ? { bytes: '' } : { event, bytes: excerpt(last.data) }
  const after = error === undefined ? '' : ', after an error'
  if (doneCount === 0) return { says: `ended its stream without data: [DONE]${after}`, ...seen }
  if (doneCount > 1) return { says: `sent data: [DONE] ${doneCount} times`, ...seen }
  return last && isDone(last.data) ? undefined : { says: 'went on sending events after data: [DONE]', ...seen }
}

function cut({ stream, answers, error, exchange }: Reply): string | undefined {
  if (stream === undefined || stream.terminated || error !== undefined) return undefined
  const far = `after ${counted(stream.events.length, 'event')}`
  if (exchange.response.end === 'aborted') return `the connection was cut ${far}`
  if (stream.tail !== '') return `the body ended in the middle of an event, ${far}`
  const finished = answers.length > 0 && answers.every(({ finishReasons }) => finishReasons.some(Boolean))
  return finished ? undefined : `the body ended ${far}, without finish_reason or [DONE]`
}
