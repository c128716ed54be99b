import { bodyBytes, type Json } from '../wire/exchange.ts'
import type { Answer, Reply, StreamFacts, WireError, WireEvent } from '../wire/types.ts'

/**
 * What an answer means, as JSON to compare: status, headers, how it ended, and its body. Of a stream that is what was
 * read from it: each answer's text, reasoning, refusal, tool calls and finish reasons, usage, error, model, how many
 * events, comments and `[DONE]`s came, and the keys in them. Of what is another value every time (ids, times,
 * fingerprints, remaining quotas) only the kind counts.
 */
export function factsOf(reply: Reply): Json {
  const { status, headers, exchange, stream, json, text } = reply
  const head = { status, headers: headersOf(headers), end: exchange.response.end }
  if (stream !== undefined) return { ...head, stream: streamFacts(stream, reply) }
  if (json !== undefined) return { ...head, body: steady(json) }
  return text.includes('\uFFFD') ? { ...head, bytes: bodyBytes(exchange.response).length } : { ...head, body: text }
}

const PASSING_HEADER =
  /(^|-)(id|ms|remaining|reset|cost|region|after|traceid)(-|$)|^(date|eagleeye-traceid|x-inference-provider)$/

// Whether a client is told when to retry counts, and for how long does not.
function headersOf(headers: Readonly<Record<string, string>>): Json {
  const steadied = Object.entries(headers).map(([name, value]) => [name, PASSING_HEADER.test(name) ? 'present' : value])
  return Object.fromEntries(steadied) as Json
}

const PASSING_KEY =
  /^(id|created|system_fingerprint|timings|obfuscation|sequence_number|encrypted_content|.+_(id|at|ms|time|duration))$/

/** A body without what passes: such values become their kind, so that one that is gone is still found. */
function steady(value: Json): Json {
  if (Array.isArray(value)) {
    // No two vectors are equal; they are as good as their length.
    const isVector = value.length > LONGEST_LIST && value.every((item) => typeof item === 'number')
    return isVector ? `${value.length} numbers` : value.map(steady)
  }
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([key, item]) => [key, PASSING_KEY.test(key) ? kindOf(item) : steady(item)])
  return Object.fromEntries(members) as Json
}

const LONGEST_LIST = 32

function kindOf(value: Json): Json {
  if (value === null || value === '') return value
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function streamFacts(stream: StreamFacts, { answers, usage, error, model }: Reply): Json {
  const { events, comments, malformed, doneCount, tail } = stream
  return present({
    answers: answers.map(answerFacts),
    usage: usage && present({ ...usage }),
    error: error && errorFacts(error),
    model,
    events: events.length,
    comments,
    malformed: malformed.length,
    '[DONE]': doneCount,
    unfinished: tail,
    keys: Object.fromEntries(events.flatMap(keysOf).map((key) => [key, 'present'])),
  })
}

function errorFacts({ form, message, type, code, param }: WireError): Json {
  return present({ form, message, type, code, param })
}

function answerFacts({ text, refusal, reasoning, toolCalls, finishReasons }: Answer): Json {
  const calls = toolCalls.map(({ index, id, name, arguments: args }) => ({
    index,
    id: id === undefined ? 'absent' : id === '' ? 'empty' : 'present',
    name,
    arguments: parsed(args),
  }))
  return present({ text, refusal, reasoning, 'tool calls': calls, 'finish reasons': [...finishReasons] })
}

function present(facts: Readonly<Record<string, Json | undefined>>): Json {
  return Object.fromEntries(Object.entries(facts).filter((fact): fact is [string, Json] => fact[1] !== undefined))
}

function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

function keysOf({ event, json }: WireEvent): string[] {
  return [...(event === undefined ? [] : [`event: ${event}`]), ...keysIn(json, '')]
}

/** The paths of a value's keys, array places left out: `choices[].delta.content`. */
function keysIn(value: Json | undefined, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => keysIn(item, `${path}[]`))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, item]) => {
    const at = path === '' ? key : `${path}.${key}`
    return keysIn(item, at).concat(at)
  })
}
