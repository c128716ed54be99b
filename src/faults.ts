import { LlmContractsError } from './errors.ts'
import {
  brokenConnection,
  cut,
  errorAnswer,
  held,
  malformed,
  rechunked,
  type Aim,
  type Changed,
  type Fault,
  type RetryAfter,
} from './recording/faults.ts'
import type { Tape } from './recording/tape.ts'
import type { WireResponse } from './wire/exchange.ts'
import { knownProviders, recorder } from './worker.ts'

/** Holds a body back until the test lets it go on. */
export interface Gate {
  /** Resolves when the client has read everything before the gate and waits. */
  readonly reached: Promise<void>
  /** Lets the rest of the body pass. */
  release(): void
}

function here(): Tape {
  const tape = recorder.current()
  if (tape !== undefined) return tape
  throw new LlmContractsError(
    'bad-option',
    'A fault or a timing was asked for outside a test. Ask for it in the test, or in beforeEach.',
  )
}

function load(fault: Fault, aim: Aim = {}): void {
  const { times = 1, provider } = aim
  must(Number.isInteger(times) && times > 0, `times is ${times}: write a whole number from 1.`)
  const name = typeof provider === 'string' ? provider : provider?.name
  const known = knownProviders().map((one) => one.name)
  must(name === undefined || known.includes(name), `provider is "${name}", which is none of ${known.join(', ')}.`)
  here().faults.load(fault, aim)
}

function must(holds: boolean, otherwise: string): void {
  if (!holds) throw new LlmContractsError('bad-option', `A fault was asked for whose ${otherwise}`)
}

const mustCount = (events: number) =>
  must(Number.isInteger(events) && events > 0, `event is ${events}: events are counted from 1.`)

const change = (name: string, aim: Aim, how: (response: WireResponse) => WireResponse) =>
  load({ name, change: (response): Changed => ({ response: how(response) }) }, aim)

/**
 * Faults on top of a recording, for the test that asks for them. Each meets the next request (or the next `times`, or the
 * next to `provider`), in the order in which they were asked for. A fault that answers by itself leaves the recording
 * unplayed, so that a retry gets it; one that changes the answer plays it. Nothing of a fault is ever recorded.
 *
 * Events are counted from 1, comments not at all.
 *
 * @throws {LlmContractsError} `bad-option` outside a test.
 * @example
 * ```ts
 * test('waits as long as it is told', async () => {
 *   faults.rateLimit({ retryAfter: 1 })
 *   await expect(client.chat.completions.create(request)).toReturnValidJson()
 * })
 * ```
 */
export const faults = {
  /** HTTP 429. `retryAfter` in seconds, as a date, or `{ ms }` for OpenAI's `retry-after-ms`. */
  rateLimit({
    retryAfter,
    body,
    ...aim
  }: Aim & { readonly retryAfter?: RetryAfter; readonly body?: string } = {}): void {
    const error = {
      message: 'Rate limit reached (injected by the test)',
      type: 'requests',
      code: 'rate_limit_exceeded',
    }
    load({ name: 'rate limit', answer: errorAnswer(429, error, { retryAfter, body }) }, aim)
  },

  /** HTTP 500, 502, 503, 529 or another status, with an OpenAI-shaped body or the one given. */
  serverError(
    status = 500,
    { retryAfter, body, ...aim }: Aim & { readonly retryAfter?: RetryAfter; readonly body?: string } = {},
  ): void {
    const error = { message: `HTTP ${status} (injected by the test)`, type: 'server_error', code: null }
    load({ name: `HTTP ${status}`, answer: errorAnswer(status, error, { retryAfter, body }) }, aim)
  },

  /** HTTP 200 whose body is an error. */
  errorInOk({ body, ...aim }: Aim & { readonly body?: string } = {}): void {
    const error = { message: 'Something went wrong (injected by the test)', type: 'server_error', code: null }
    load({ name: 'error in HTTP 200', answer: errorAnswer(200, error, { body }) }, aim)
  },

  /** The connection breaks before a response. */
  reset(aim: Aim = {}): void {
    load({ name: 'connection reset', answer: brokenConnection }, aim)
  },

  /** The connection breaks behind so many events. */
  cutAfter(events: number, aim: Aim = {}): void {
    mustCount(events)
    change(`cut after event ${events}`, aim, (response) => cut(response, events, 'behind'))
  },

  /** The connection breaks in the middle of an event. */
  cutInside(event: number, aim: Aim = {}): void {
    mustCount(event)
    change(`cut inside event ${event}`, aim, (response) => cut(response, event, 'within'))
  },

  /** A `data:` line that is no JSON comes behind so many events. */
  malformedAfter(events: number, aim: Aim = {}): void {
    mustCount(events)
    change(`malformed line after event ${events}`, aim, (response) => malformed(response, events))
  },

  /** The same bytes, cut every `bytes` bytes (1 if absent) or at the given offsets. */
  rechunk(cuts: { readonly bytes: number } | { readonly at: readonly number[] } = { bytes: 1 }, aim: Aim = {}): void {
    must('at' in cuts || (Number.isInteger(cuts.bytes) && cuts.bytes > 0), 'bytes is no whole number from 1.')
    change('cut into other pieces', aim, (response) => rechunked(response, cuts))
  },

  /** The stream waits behind so many events until the test releases it. */
  hold(events: number, aim: Aim = {}): Gate {
    mustCount(events)
    const reached = Promise.withResolvers<void>()
    const released = Promise.withResolvers<void>()
    load(
      {
        name: `held after event ${events}`,
        change: (response) => held(response, events, reached.resolve, released.promise),
      },
      aim,
    )
    return { reached: reached.promise, release: () => released.resolve() }
  },

  /** The stream falls silent behind so many events, for good. */
  stall(events: number, aim: Aim = {}): void {
    faults.hold(events, aim)
  },

  /** The first piece comes so many milliseconds late. */
  slowFirstToken(ms: number, aim: Aim = {}): void {
    const before = (piece: number) =>
      piece === 0 ? new Promise<void>((resolve) => setTimeout(resolve, ms)) : undefined
    load({ name: `first token after ${ms} ms`, change: (response) => ({ response, before }) }, aim)
  },
}

/**
 * How the recordings of this test are played: `timing: 'recorded'` lets streams arrive as slowly as they did, a number is
 * a factor of that time, 0 is at once.
 *
 * @throws {LlmContractsError} `bad-option` outside a test.
 * @example
 * ```ts
 * test('shows a spinner', async () => {
 *   playback({ timing: 'recorded' })
 *   …
 * })
 * ```
 */
export function playback({ timing }: { readonly timing: 'recorded' | number }): void {
  if (timing !== 'recorded' && !(timing >= 0 && Number.isFinite(timing))) {
    throw new LlmContractsError('bad-option', `timing is ${timing}: write 'recorded' or a number from 0.`)
  }
  here().timing = timing === 'recorded' ? 1 : timing
}
