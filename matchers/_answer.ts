import { statusWords } from '../src/wire/status.ts'
import type { Answer, Reply, WireError } from '../src/wire/types.ts'
import { lengthSaid, raiseLimit } from './_finish.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import { stepAfterRefusal } from './_refused.ts'
import { counted, excerpt, inCode, quoted } from '../src/wire/text.ts'

/** What stands in place of an answer: an HTTP error, an error inside a 200, a cut connection, no choices. */
export function noAnswer(reply: Reply): Finding | undefined {
  const { status, error, exchange, answers, json, text } = reply
  if (status < 200 || status > 299) {
    const next = stepAfterRefusal(reply)
    const refused = found('perf.success-rate', `It answered ${httpStatus(status)}${saying(reply)}`)
    return next === undefined ? refused : { ...refused, next }
  }
  if (error !== undefined) return errorInside(reply, error)
  if (answers.length > 0) return undefined
  const where = `after ${counted(text.length, 'character')}`
  if (exchange.response.end === 'aborted') {
    return found('chat.envelope.json', `It answered HTTP ${status}, and the connection was cut ${where} of its body.`)
  }
  const body =
    text.trim() === '' ? 'an empty body.' : `${bodyKind(reply)} that holds no answer: ${excerpt(text.trim())}`
  return found(
    json === undefined ? 'chat.envelope.json' : 'chat.choices.nonempty',
    `It answered HTTP ${status} with ${body}`,
  )
}

/** An error that came with HTTP 200, in the body or inside a stream. */
export function errorInside(reply: Reply, { eventIndex }: WireError): Finding {
  if (eventIndex === undefined) {
    return found('error.not-200', `It answered HTTP ${reply.status} with an error inside${saying(reply)}`)
  }
  const place = `event ${eventIndex + 1} of ${reply.stream?.events.length ?? 0}`
  if (eventIndex > 0) {
    return found(
      'stream.error.midstream-surfaced',
      `It broke off its stream with an error, in ${place}${saying(reply)}`,
    )
  }
  return found(
    'stream.preflight-error-is-http',
    `It answered HTTP ${reply.status} and sent an error as ${place}${saying(reply)}`,
  )
}

function saying({ error, text }: Reply): string {
  if (error?.message === undefined) return text.trim() === '' ? ' with an empty body.' : `: ${excerpt(text.trim())}`
  const facts = (['type', 'code'] as const).filter((key) => error[key] !== undefined && error[key] !== null)
  const named = facts.map((key) => `${key} ${inCode(error[key])}`).join(', ')
  return `: ${quoted(error.message, 160)}${named === '' ? '' : ` (${named})`}`
}

/** A status with its standard words: `HTTP 429 (Too Many Requests)`. */
export function httpStatus(status: number): string {
  const words = statusWords(status)
  return words === undefined ? `HTTP ${status}` : `HTTP ${status} (${words})`
}

/** What a body is, in words: `JSON`, `HTML`, `an event stream`, `plain text`. */
export function bodyKind({ stream, json, text }: Reply): string {
  if (stream !== undefined) return 'an event stream'
  if (json !== undefined) return 'JSON'
  return text.trimStart().startsWith('<') ? 'HTML' : 'plain text'
}

/** How a stream ended before its time, as a clause; undefined where it ended properly or is no stream. */
export function cutStream({ stream, answers, exchange, api }: Reply): string | undefined {
  if (stream === undefined || stream.terminated) return undefined
  const characters = answers.reduce((sum, { text = '' }) => sum + text.length, 0)
  const far = [
    `after ${counted(stream.events.length, 'event')}`,
    ...(characters === 0 ? [] : [`${counted(characters, 'character')} of text`]),
  ].join(' and ')
  const { end } = exchange.response
  if (end === 'aborted') return `the connection was cut ${far}`
  if (end === 'cancelled') return `the client gave up ${far}`
  if (end === 'open') return `the stream was still arriving ${far}`
  const finished = answers.length > 0 && answers.every(({ finishReasons }) => finishReasons.length > 0)
  if (stream.tail !== '') return `the stream ended in the middle of an event, ${far}`
  if (finished) return undefined
  return `the stream ended ${far}, without ${api === 'responses' ? 'its terminal event' : 'finish_reason or [DONE]'}`
}

/** An answer that its token limit ended before it came to text, refusal or call: all of it went into reasoning. */
export function cutBeforeAnswer(reply: Reply, answer: Answer): Finding | undefined {
  const { text = '', refusal, reasoning, toolCalls, finishReasons } = answer
  const came = text.trim() !== '' || refusal !== undefined || toolCalls.length > 0
  if (came || !finishReasons.includes('length')) return undefined
  const state = reasoning === undefined ? 'before it said anything' : 'while it was still reasoning'
  return {
    contract: 'reasoning.budget-starvation',
    lines: [`It was cut off${lengthSaid(reply)} ${state}.`],
    next: `${raiseLimit(reply)}, or ask for less reasoning.`,
  }
}

/** Where an answer's text is to be found. */
export function placeOf({ stream, api }: Reply, { index }: Answer): string {
  if (stream !== undefined) return `content of choice ${index}, put together from the stream`
  if (api === 'responses') return '$.output'
  return api === 'completions' ? `$.choices[${index}].text` : `$.choices[${index}].message.content`
}
