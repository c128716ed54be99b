import type { Reply } from '../src/wire/types.ts'
import { httpStatus } from './_answer.ts'
import { envelopeFaults, notFailed, retryFault } from './_envelope.ts'
import type { Fault } from './_envelope.ts'
import { matcher } from './matcher.ts'
import type { State } from './matcher.ts'
import { mustBeOptions } from './_options.ts'
import { excerpt, includes, inCode, it } from '../src/wire/text.ts'

/** A text field of an error: a value, `null`, a pattern, or an asymmetric matcher such as `expect.any(String)`. */
export type Field = string | RegExp | { asymmetricMatch(other: unknown): boolean } | null

/** What a test wants of a failure, beyond its shape. */
export interface ErrorExpectations {
  /** HTTP status, or several that will do. Where nothing is said: anything but 2xx. */
  readonly status?: number | readonly number[]
  readonly code?: Field
  readonly type?: Field
  readonly param?: Field
  /** A part of the message, or a pattern found in it. */
  readonly message?: string | RegExp
  /** `true`: the headers advise a wait (`retry-after`, `retry-after-ms`); a number: of at least so many seconds. */
  readonly retryAfter?: true | number
}

const options = {
  status: true,
  code: true,
  type: true,
  param: true,
  message: true,
  retryAfter: true,
} as const satisfies Record<keyof ErrorExpectations, true>

/** The call fails, with a status that says so and an error body of OpenAI's shape. */
export const toFailWithOpenAIErrorShape = matcher('toFailWithOpenAIErrorShape', {
  judges: 'failures',
  demand: (wanted?: ErrorExpectations) => mustBeOptions('toFailWithOpenAIErrorShape', wanted, options),
  claim(wanted: ErrorExpectations = {}) {
    const wishes = Object.entries(wanted).map(([key, value]) => `${key} ${inCode(value)}`)
    const args = wishes.length === 0 ? [] : [inCode(wanted, 100)]
    return { args, sentence: `fail with an OpenAI error body${wishes.length === 0 ? '' : ` (${wishes.join(', ')})`}` }
  },
  judge(reply, wanted = {}) {
    const contract = byStatus[[wanted.status].flat()[0] ?? reply.status] ?? 'error.envelope'
    const no = notFailed(reply, contract)
    const faults = no === undefined ? [...bodyFaults(this, reply, wanted, contract)] : [no]
    const [first] = faults
    if (first === undefined) return undefined
    const body = reply.text.trim() === '' ? [] : [`body: ${excerpt(reply.text.trim(), 100)}`]
    return {
      contract: first.contract,
      also: faults.slice(1).map((fault) => fault.contract),
      lines: [...faults.map(({ clause }) => it(clause)), ...body],
    }
  },
})

const byStatus: Readonly<Record<number, string>> = {
  401: 'error.401.bad-key',
  404: 'error.404.unknown-model',
  429: 'error.429.shape',
}

function* bodyFaults(state: State, reply: Reply, wanted: ErrorExpectations, contract: string): Iterable<Fault> {
  const { status, error } = reply
  if (wanted.status !== undefined && ![wanted.status].flat().includes(status))
    yield { contract, clause: `answered ${httpStatus(status)}` }
  if (error === undefined) return
  yield* envelopeFaults(reply, error)
  for (const key of ['code', 'type', 'param'] as const) {
    const [field, value] = [wanted[key], error[key]]
    const fits =
      field instanceof RegExp ? typeof value === 'string' && includes(value, field) : state.equals(value, field)
    // What the body left out, or has of another kind, has been told already.
    const told = error.form === 'openai' && value !== null && typeof value !== 'string'
    if (field === undefined || fits || told) continue
    yield {
      contract: key === 'param' ? 'error.400.names-param' : contract,
      clause: value === undefined ? `gave no ${key}` : `gave the ${key} ${inCode(value)}`,
    }
  }
  const { message } = wanted
  if (message !== undefined && error.message !== undefined && !includes(error.message, message)) {
    yield { contract, clause: `gave the message ${inCode(error.message, 120)}` }
  }
  yield* retryFault(reply, wanted.retryAfter)
}
