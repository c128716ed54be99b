import { filled, isRecord, jsonText, num } from './_failures.ts'
import { readWait } from './_wait.ts'
import { errorRows, retryOf, type ErrorKind, type ErrorRow, type Retry } from './classify-table.ts'
import type { Json } from '../wire/exchange.ts'
import type { Reply, WireError } from '../wire/types.ts'
import { excerpt } from '../wire/text.ts'

export type { ErrorKind } from './classify-table.ts'
export { readRetryAfter } from './_wait.ts'

/** What an error means: its kind, whether a retry can help and after how long, and what that rests on. */
export interface ErrorClass {
  readonly kind: ErrorKind
  readonly retry: Retry
  /** Milliseconds that the provider asks to wait; only where a retry helps and the provider says so. */
  readonly afterMs?: number
  /** The field and the value that decided, such as `$.error.code "insufficient_quota"` or `HTTP 402`. */
  readonly evidence: string
}

interface Facts {
  readonly form: ErrorRow['form']
  /** The HTTP status; where that is a success, the status that the body names. */
  readonly status: readonly [where: string, value: string]
  readonly words: readonly (readonly [where: string, value: string])[]
  readonly messages: readonly (readonly [where: string, value: string])[]
}

const LONGEST = 4_000

/**
 * Tells what the error of a reply means, by one table: a provider's own numbers count before words, words before phrases,
 * and the bare status last, because providers use the same status for a full queue and for an empty account. Undefined
 * where the reply has no error. A server's `x-should-retry` has the last word on retries. Never throws.
 *
 * @example
 * ```ts
 * classifyError(readReply(exchange)) // { kind: 'quota', retry: 'never', evidence: '$.error.code "insufficient_quota"' }
 * ```
 */
export function classifyError(reply: Reply): ErrorClass | undefined {
  const { error, headers, exchange } = reply
  const { failure } = exchange.response
  if (failure) return { kind: 'server', retry: 'helps', evidence: `no response, ${failure.code}` }
  if (!error) return undefined
  const facts = factsOf(reply, error)
  const { kind, retry, evidence } = decide(facts)
  const told = headers['x-should-retry']
  const helps = told === 'true' ? 'helps' : told === 'false' ? 'never' : retry
  const wait = helps === 'helps' ? readWait(reply, facts.messages[0]?.[1] ?? '') : undefined
  return { kind, retry: helps, ...(wait === undefined ? {} : { afterMs: wait }), evidence }
}

/** True where the kind rests on the bare status, so that nothing in the reply told more. */
export function restsOnStatus({ evidence }: ErrorClass): boolean {
  return evidence.startsWith('HTTP ')
}

// Groq validates what its model wrote, and answers 400 where that fails.
const FAILED_GENERATION = new Map<unknown, 'tool call' | 'invalid JSON'>([
  ['tool_use_failed', 'tool call'],
  ['json_validate_failed', 'invalid JSON'],
])

/** What the model wrote that its own server then refused to hand out; undefined where the error is another one. */
export function failedGeneration({ error }: Reply): 'tool call' | 'invalid JSON' | undefined {
  return FAILED_GENERATION.get(error?.code)
}

function decide(facts: Facts): { kind: ErrorKind; retry: Retry; evidence: string } {
  for (const row of errorRows) {
    const evidence = fit(row, facts)
    if (evidence !== undefined) return { kind: row.kind, retry: row.retry ?? retryOf[row.kind], evidence }
  }
  return { kind: 'unknown', retry: 'unknown', evidence: facts.status.join(' ') }
}

/** The evidence where the row fits: its most telling condition. */
function fit({ form, status, word, message }: ErrorRow, facts: Facts): string | undefined {
  if (form !== undefined && form !== facts.form) return undefined
  if (status !== undefined && !status.test(facts.status[1])) return undefined
  const said = word && facts.words.find(([, value]) => word.test(value))
  if (word && !said) return undefined
  const phrase = message && found(message, facts)
  if (message && phrase === undefined) return undefined
  if (said) return `${said[0]} "${excerpt(said[1])}"`
  return phrase ?? facts.status.join(' ')
}

function found(pattern: RegExp, { messages }: Facts): string | undefined {
  for (const [where, text] of messages) {
    const [match] = pattern.exec(text) ?? []
    if (match !== undefined) return `${where} "${excerpt(match)}"`
  }
  return undefined
}

function factsOf(reply: Reply, { form, fields = {}, path, code, type, message = '' }: WireError): Facts {
  const inner = isRecord(fields.innererror) ? fields.innererror.code : undefined
  const raw = isRecord(fields.metadata) ? (filled(fields.metadata.raw) ?? jsonIn(fields.metadata.raw)) : undefined
  const words = [
    [`${path}.${form === 'base-resp' ? 'status_code' : 'code'}`, code],
    [`${path}.type`, type],
    [`${path}.status`, fields.status],
    [`${path}.innererror.code`, inner],
  ] as const
  const nested = form === 'array' || path.endsWith('.error')
  return {
    form: form === 'base-resp' ? form : nested ? 'nested' : 'flat',
    status: statusOf(reply.status, [
      [`${path}.code`, code],
      [`${path}.status`, fields.status],
      [`${path}.status_code`, fields.status_code],
    ]),
    words: words.flatMap(([where, value]) =>
      typeof value === 'string' || typeof value === 'number' ? [[where, String(value)] as const] : [],
    ),
    messages: [
      [messageAt(path, fields, message), message.slice(0, LONGEST)],
      ...(raw === undefined ? [] : [[`${path}.metadata.raw`, raw.slice(0, LONGEST)] as const]),
    ],
  }
}

// OpenRouter hands on what the upstream said, as a text; a gateway of another make may have parsed it.
const jsonIn = (value: Json | undefined) => (isRecord(value) ? jsonText(value) : undefined)

function messageAt(path: string, fields: Readonly<Record<string, unknown>>, message: string): string {
  const key = Object.keys(fields).find((name) => fields[name] === message)
  return key === undefined ? path : `${path}.${key}`
}

function statusOf(http: number, named: readonly (readonly [string, unknown])[]): readonly [string, string] {
  if (http >= 300) return ['HTTP', String(http)]
  for (const [where, value] of named) {
    const status = num(value) ?? (typeof value === 'string' && /^\d{3}$/.test(value) ? Number(value) : 0)
    if (status >= 400 && status < 600) return [where, String(status)]
  }
  return ['HTTP', String(http)]
}
