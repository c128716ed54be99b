import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { classifyError } from '../contracts/classify.ts'
import type { Provider } from '../providers/provider.ts'
import type { Json } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import { exchangeOf, seenHere } from '../wire/seen.ts'
import type { Reply } from '../wire/types.ts'
import { LlmContractsError } from '../errors.ts'
import { brokenOff, FailedInside, noResponse, Refused, Unreachable } from './_no-answer.ts'
import type { Way } from './trial.ts'

/** Whom a trial asks. */
export type Target = Pick<
  Provider,
  'name' | 'label' | 'baseURL' | 'model' | 'models' | 'entry' | 'apiKey' | 'supports' | 'lacks' | 'client'
>

/** How one request differs from the ordinary. */
export interface Asking {
  /** An error of any status is what the trial is after: nothing is asked again, and nothing counts as unreachable. */
  readonly failing?: true
  /** Another key than the provider's. */
  readonly apiKey?: string
  readonly signal?: AbortSignal
  readonly headers?: Readonly<Record<string, string>>
  /** Another way than the trial's. */
  readonly way?: Way
}

/** A body as it goes out: an object is written as JSON, text as it is. */
export type Sent = { readonly [key: string]: Json | undefined } | string | FormData | undefined

/** Kinds of errors that say nothing of what was asked. */
const SAYS_NOTHING = new Set(['rate limit', 'quota', 'overload', 'authentication', 'permission', 'server'])

/** How often one request is made where the provider says that a retry may help. */
export const ATTEMPTS = 3
/** Milliseconds; a longer wait than this is not worth a nightly run's time. */
const LONGEST_WAIT = 20_000

/** Asks a provider on behalf of one try of a trial. Judged is what passed on the wire. */
export class Asker {
  readonly target: Target
  readonly way: Way
  /** Which try of its way this is, from 1. */
  readonly sample: number
  readonly #trial: string
  readonly #timeout: number | undefined

  /** `timeout` in milliseconds for each request; none where absent. */
  constructor(target: Target, trial: string, way: Way, sample: number, timeout?: number) {
    this.target = target
    this.#trial = trial
    this.way = way
    this.sample = sample
    this.#timeout = timeout
  }

  /**
   * A word that no model can guess, another one for each `name`, way and try, and the same in every run, so that
   * recordings replay: `velmira-4821`.
   */
  nonce(name = ''): string {
    const bytes = createHash('sha256').update(`${this.#trial} ${this.way} ${this.sample} ${name}`).digest()
    const syllables = [0, 1, 2].map((at) => SYLLABLES[(bytes[at] ?? 0) % SYLLABLES.length])
    return `${syllables.join('')}-${1000 + (bytes.readUInt16BE(4) % 9000)}`
  }

  /**
   * Asks for a chat completion in the trial's way, of the provider's chat model where the body names none, and waits for
   * the whole answer.
   *
   * @throws {Refused} where the request is refused; {@link Unreachable} or {@link FailedInside} where no answer came.
   */
  async chat(body: { readonly [key: string]: Json | undefined }, asking: Asking = {}): Promise<Reply> {
    const reply = await this.attempt(body, asking)
    if (reply.status < 200 || reply.status > 299) throw new Refused(reply)
    if (reply.error !== undefined) throw new FailedInside(reply)
    return reply
  }

  /** The same, but an answer of any status is an answer. Throws only {@link Unreachable}. */
  attempt(body: { readonly [key: string]: Json | undefined }, asking: Asking = {}): Promise<Reply> {
    const stream = (asking.way ?? this.way) === 'streamed' ? { stream: true } : {}
    return this.send('POST', '/chat/completions', { model: this.target.model, ...stream, ...body }, asking)
  }

  /** Sends any request to a path below the base URL and waits for the whole answer. Throws only {@link Unreachable}. */
  async send(method: string, path: string, body?: Sent, asking: Asking = {}): Promise<Reply> {
    for (let attempt = 1; ; attempt += 1) {
      const reply = await this.#once(method, path, body, asking)
      const said = asking.failing === true ? undefined : (brokenOff(reply, asking.signal) ?? classifyError(reply))
      if (said === undefined || !SAYS_NOTHING.has(said.kind)) return reply
      if (said.retry !== 'helps' || attempt === ATTEMPTS) throw new Unreachable(reply, said)
      const wait = said.afterMs ?? 500 * 2 ** attempt
      if (wait > LONGEST_WAIT) throw new Unreachable(reply, said)
      if (reply.exchange.evidence.seen === 'live') await sleep(wait)
    }
  }

  /** Sends a request and gives the response as soon as its head is there, for trials that read it step by step. */
  open(method: string, path: string, body?: Sent, asking: Asking = {}): Promise<Response> {
    const { apiKey = this.target.apiKey, headers = {}, signal } = asking
    const json = typeof body === 'object' && !(body instanceof FormData)
    const signals = [signal, this.#timeout === undefined ? undefined : AbortSignal.timeout(this.#timeout)]
    const any = signals.filter((one) => one !== undefined)
    return fetch(`${this.target.baseURL}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${apiKey}`,
        ...(json || typeof body === 'string' ? { 'content-type': 'application/json' } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: json ? JSON.stringify(body) : body }),
      ...(any.length === 0 ? {} : { signal: AbortSignal.any(any) }),
    })
  }

  /** What passed on the wire for a response: call it once the body was read, or given up. */
  replyOf(response: Response): Reply {
    const exchange = exchangeOf(response)
    if (exchange === undefined) throw seenHere()?.complaints.at(-1) ?? unseen(this.#trial)
    return readReply(exchange)
  }

  async #once(method: string, path: string, body: Sent, asking: Asking): Promise<Reply> {
    let response: Response
    try {
      response = await this.open(method, path, body, asking)
    } catch (error) {
      if (error instanceof LlmContractsError || asking.signal?.aborted === true) throw error
      return readReply(noResponse(this.target, error))
    }
    // What the client makes of a broken body is not judged here; the bytes that came are.
    await response.arrayBuffer().catch(() => undefined)
    return this.replyOf(response)
  }
}

const SYLLABLES = [
  'vel',
  'mira',
  'tok',
  'sun',
  'dri',
  'lom',
  'pax',
  'ren',
  'quo',
  'fen',
  'zar',
  'bel',
  'nix',
  'oru',
  'kai',
]

function unseen(trial: string): LlmContractsError {
  return new LlmContractsError(
    'not-on-the-wire',
    `${trial} got a response that passed unseen. Take the provider's host out of llmContracts({ allow }).`,
  )
}
