import type { Json } from '../src/wire/exchange.ts'
import type { Answer, Reply } from '../src/wire/types.ts'
import { cutBeforeAnswer, cutStream, placeOf } from './_answer.ts'
import { finishNote, finishSaid, lengthSaid, raiseLimit } from './_finish.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import type { JsonFault } from './json.ts'
import { counted, excerpt, excerptAt, excerptEnd, listed, quoted } from '../src/wire/text.ts'

/** Why an answer's text is no JSON document: what cut it short first, then the usual faults by name. */
export function notJson(reply: Reply, answer: Answer, fault: JsonFault, contract: string): Finding {
  const { text = '' } = answer
  const place = placeOf(reply, answer)
  const end = text === '' ? [] : [`${place}: ${excerptEnd(text)}`]
  const unfinished = fault.kind === 'cut' || fault.kind === 'empty' || fault.kind === 'text'
  const short = unfinished ? cutShort(reply, answer, fault, found(contract, ...end)) : undefined
  if (short !== undefined) return short
  if (fault.kind === 'empty') return emptyAnswer(reply, answer)
  const { contract: own = contract, line, at } = named(fault, reply, answer, text)
  const near = at === undefined ? excerpt(text) : excerptAt(text, at)
  return found(own, `It returned ${line}.`, `${place}: ${near}`)
}

function cutShort(reply: Reply, answer: Answer, fault: JsonFault, rest: Finding): Finding | undefined {
  if (answer.finishReasons.includes('length')) {
    return fault.kind === 'empty' ? cutBeforeAnswer(reply, answer) : cutByLength(reply, fault, rest)
  }
  if (answer.finishReasons.includes('content_filter')) {
    return found('filter.shape', `It was stopped by its content filter (${finishNote(reply, answer)}).`, ...rest.lines)
  }
  const cut = cutStream(reply)
  if (cut === undefined) return undefined
  const what = { cut: 'JSON that is not whole', empty: 'no text' }[fault.kind as string] ?? 'no JSON so far'
  return found('stream.sse.complete', `It returned ${what}: ${cut}.`, ...rest.lines)
}

function cutByLength(reply: Reply, fault: JsonFault, { contract, lines }: Finding): Finding {
  const after = lengthSaid(reply)
  const line =
    fault.kind === 'cut'
      ? `It returned JSON cut off${after}: the answer is incomplete, not malformed.`
      : `It returned text cut off${after}, with no JSON so far.`
  return { contract, lines: [line, ...lines], next: `${raiseLimit(reply)}, or ask for a shorter answer.` }
}

/** Why a text that is one JSON document may be only the beginning of one: what should have followed never came. */
export function notWhole(reply: Reply, answer: Answer, value: Json, contract: string): Finding | undefined {
  const { text = '', finishReasons } = answer
  const { end } = reply.exchange.response
  const evidence = `${placeOf(reply, answer)}: ${excerptEnd(text)}`
  const doubt = finishReasons.length === 0 ? '; the JSON may be incomplete' : ''
  const cut = cutStream(reply)
  // A client that has read its document may give up the rest: that is no fault of the provider.
  if (cut !== undefined && end !== 'cancelled' && (end === 'aborted' || finishReasons.length === 0)) {
    return found('stream.sse.complete', `It returned JSON, but the stream was cut: ${cut}${doubt}.`, evidence)
  }
  if (reply.stream === undefined && end === 'aborted') {
    const where = `after ${counted(reply.text.length, 'character')}`
    const line = `It returned JSON, but the connection was cut ${where} of its body${doubt}.`
    return found('chat.envelope.json', line, evidence)
  }
  // Of all documents only a number has no end of its own: 12 may have become 125.
  if (typeof value !== 'number' || !finishReasons.includes('length')) return undefined
  const line = `It returned a number cut off${lengthSaid(reply)}: further digits may be missing.`
  return { contract, lines: [line, evidence], next: `${raiseLimit(reply)}, or ask for a shorter answer.` }
}

function emptyAnswer(reply: Reply, answer: Answer): Finding {
  const { text, reasoning, toolCalls } = answer
  const finish = finishNote(reply, answer)
  if (toolCalls.length > 0) {
    const names = listed(toolCalls.map(({ name }) => quoted(name, 64)))
    return found('tools.with-response-format', `It called ${names} instead of returning text (${finish}).`)
  }
  const what = text === undefined ? 'no text' : text === '' ? 'an empty text' : 'nothing but white space'
  if (reasoning === undefined) return found('chat.message.nonempty-on-stop', `It returned ${what} (${finish}).`)
  const line = `It returned its reasoning and ${what} (${finish}).`
  return found('json_schema.with-thinking', line, `reasoning: ${excerptEnd(reasoning)}`)
}

interface Named {
  readonly contract?: string
  readonly line: string
  readonly at?: number
}

function named(fault: Exclude<JsonFault, { kind: 'empty' }>, reply: Reply, answer: Answer, text: string): Named {
  if (fault.kind === 'text') return { line: 'text that is not JSON' }
  if (fault.kind === 'fenced') return { contract: 'json_object.no-fence', line: 'JSON fenced in Markdown (```)' }
  if (fault.kind === 'prose') return prose(fault)
  if (fault.kind === 'cut') {
    const line = `JSON that breaks off at character ${text.length}, with ${finishSaid(reply, answer, 'length')}`
    return { contract: 'json_schema.truncated-is-length', line, at: text.length }
  }
  const { kind, at } = fault
  if (kind === 'malformed') return { line: `malformed JSON: at character ${at} stood ${fault.problem}`, at }
  const line = `more than one JSON document: another begins at character ${at}`
  return { contract: 'json_schema.single-document', line, at }
}

function prose({ before, after }: JsonFault & { kind: 'prose' }): Named {
  if (/<\/?think/i.test(before)) {
    return { contract: 'reasoning.not-in-content', line: 'its reasoning (<think>) in front of the JSON' }
  }
  const sides = [
    ...(before === '' ? [] : [`${quoted(before, 60)} before it`]),
    ...(after === '' ? [] : [`${quoted(after, 60)} after it`]),
  ]
  return { contract: 'json_object.no-fence', line: `JSON with prose around it: ${listed(sides)}` }
}
