import { AsyncLocalStorage } from 'node:async_hooks'
import { LlmContractsError } from '../errors.ts'
import { whyNotLive, type ResolvedProvider } from '../providers/resolve.ts'
import type { Settings } from '../settings.ts'
import type { Exchange } from '../wire/exchange.ts'
import { complain, note, tie, type Seen } from '../wire/seen.ts'
import { providerAt } from './address.ts'
import type { Asked } from './asked.ts'
import type { Fault } from './faults.ts'
import type { TestIdentity } from './identity.ts'
import { askInTurn, stopWaiting } from './in-turn.ts'
import { FromTheWire } from './from-the-wire.ts'
import { GIVEN_UP } from './live.ts'
import { intercept, realFetch } from './network.ts'
import { brokenOff, playedResponse, responseOf } from './playback.ts'
import { outsideATest, refusal, sealed, stillArriving, unexpected, unknownAddress } from './refusals.ts'
import { readRequest, type ReadRequest } from './request.ts'
import { mayPass, seal } from './seal.ts'
import { Tape } from './tape.ts'
import type { Slot } from './track.ts'
import { elapsed } from '../wire/clock.ts'
import { clearTimeout, setTimeout } from 'node:timers'

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

/** Plays and records the requests of tests. One per worker. */
export class Recorder {
  readonly #settings: () => Settings
  readonly #providers: () => readonly ResolvedProvider[]
  readonly #running = new AsyncLocalStorage<Tape>()
  /** Ends a request of nobody's address that was passed on, and that reached the seal. */
  readonly #passing = new AsyncLocalStorage<() => void>()
  #isSealed = false
  readonly #strays: LlmContractsError[] = []

  /** `providers` gives everyone whose addresses are known, selected or not. */
  constructor(settings: () => Settings, providers: () => readonly ResolvedProvider[]) {
    this.#settings = settings
    this.#providers = providers
  }

  /** Begins to answer every `fetch` of this process; returns the way back. */
  enable(): () => void {
    return intercept(
      (asked) => this.answer(asked),
      (answered) => this.#running.getStore()?.awaits(answered),
    )
  }

  /** Lets nothing but `fetch`, and the hosts that may pass, leave this thread; returns the way back. */
  seal(): () => void {
    const open = seal(
      (host, port) => mayPass(this.#settings().allow, host, port),
      (target) => this.#stop(target),
    )
    this.#isSealed = true
    return () => {
      this.#isSealed = false
      open()
    }
  }

  #stop(target: string): LlmContractsError {
    const error = sealed(target)
    const stop = this.#passing.getStore()
    if (stop !== undefined) stop()
    else {
      if (this.#running.getStore() === undefined) this.#strays.push(error)
      complain(error)
    }
    return error
  }

  /** A tape for one attempt at one test. */
  tape(test: TestIdentity, seen: Seen): Tape {
    return new Tape(this.#settings(), test, seen)
  }

  /** Runs a test with its tape. */
  run<T>(tape: Tape, work: () => T): T {
    return this.#running.run(tape, work)
  }

  /** The tape of the test that runs here. */
  current(): Tape | undefined {
    return this.#running.getStore()
  }

  /**
   * Waits until every answer of a test that is over has arrived; what still waits for its turn is never asked.
   * Complains of those that have not after `patience` milliseconds.
   */
  async settle(tape: Tape, patience = 2000): Promise<void> {
    const { turnstile, mode } = this.#settings()
    if (turnstile !== undefined) stopWaiting(tape)
    const { arriving } = tape
    if (arriving.size === 0) return
    const { promise, resolve } = Promise.withResolvers<'late'>()
    const timer = setTimeout(resolve, patience, 'late')
    const whole = (async () => {
      while (arriving.size > 0) await Promise.allSettled(arriving)
    })()
    const late = (await Promise.race([whole, promise])) === 'late'
    clearTimeout(timer)
    if (late && mode !== 'live') tape.seen.complaints.push(stillArriving(patience))
  }

  /** Notes trouble that no test can be failed for; it fails the file. */
  stray(error: LlmContractsError): void {
    this.#strays.push(error)
  }

  /** Takes the trouble that no test could be failed for, requests made outside any test above all. */
  takeStrays(): LlmContractsError[] {
    return this.#strays.splice(0)
  }

  /** Answers a request as the mode says. Everything that reaches for a provider ends here. */
  async answer(asked: Asked): Promise<Response> {
    const { mode, allow } = this.#settings()
    const url = asked.address
    if (!url.protocol.startsWith('http')) return realFetch(asked.request)
    if (mayPass(allow, url.hostname, url.port || DEFAULT_PORTS[url.protocol] || '')) return realFetch(asked.request)
    // The client may change its headers after the call, so what will be sent on is taken now.
    if (mode !== 'replay') void asked.request
    const tape = this.#running.getStore()
    const provider = providerAt(url, this.#providers(), tape?.provider)
    if (mode === 'live' && (tape === undefined || provider === undefined)) return realFetch(asked.request)
    try {
      if (this.#isSealed && provider === undefined) return await this.#passOn(asked)
      if (tape === undefined || tape.isOver) throw outsideATest(asked.method, url)
      if (provider === undefined) throw unknownAddress(url)
      const answered = this.#answerIn(tape, provider, asked)
      tape.awaits(answered)
      return await answered
    } catch (error) {
      if (error instanceof FromTheWire) throw error.cause
      const trouble = error instanceof LlmContractsError ? error : unexpected(error)
      if (tape === undefined || tape.isOver) this.stray(trouble)
      complain(trouble)
      return refusal(trouble)
    }
  }

  /** Leaves a request to what else answers in this process, such as the test's own mocks of other services. */
  async #passOn(asked: Asked): Promise<Response> {
    const { promise: stopped, reject } = Promise.withResolvers<never>()
    const stop = () => reject(unknownAddress(asked.address))
    try {
      return await Promise.race([this.#passing.run(stop, () => realFetch(asked.request)), stopped])
    } catch (error) {
      throw error instanceof LlmContractsError ? error : new FromTheWire(error)
    }
  }

  async #answerIn(tape: Tape, provider: ResolvedProvider, asked: Asked): Promise<Response> {
    const started = elapsed()
    const read = await readRequest(asked)
    // Who gave up right after the call has asked nothing, as with the network.
    if (asked.signal?.aborted === true) throw new FromTheWire(asked.signal.reason)
    const fault = tape.faults.take(provider.name)
    if (fault?.answer !== undefined) return play(tape, tape.invented(provider, read.request, fault), asked, started)
    const found = tape.play(provider, read.request)
    if ('response' in found) return play(tape, found, asked, started, fault)
    return this.#askLive(tape, found, provider, asked, read, fault)
  }

  async #askLive(
    tape: Tape,
    slot: Slot,
    provider: ResolvedProvider,
    asked: Asked,
    read: ReadRequest,
    fault: Fault | undefined,
  ): Promise<Response> {
    const obstacle = whyNotLive(provider, process.env)
    if (obstacle !== undefined) throw new LlmContractsError('missing-key', obstacle)
    const { turnstile } = this.#settings()
    const { exchange, body, arrived, counted, began } = await askInTurn(tape, slot, provider, asked, read, turnstile)
    tape.awaits(counted)
    if (fault === undefined) return noted(exchange, responseOf(exchange, body), began)
    await arrived
    return play(tape, exchange, asked, began, fault)
  }
}

/** Answers with an exchange that is there as a whole, changed by a fault where there is one. */
function play(
  tape: Tape,
  exchange: Exchange,
  { signal }: Asked,
  started: number,
  fault?: Fault,
): Response | Promise<never> {
  const { response, before } = fault?.change?.(exchange.response) ?? { response: exchange.response, before: undefined }
  const played =
    fault === undefined ? exchange : { ...exchange, response, evidence: { ...exchange.evidence, fault: fault.name } }
  if (response.failure !== undefined) {
    note(played, started)
    if (response.failure.code === GIVEN_UP) return never(signal)
    throw new FromTheWire(brokenOff('fetch failed', response.failure))
  }
  const complained = (error: Error) => tape.seen.complaints.push(error)
  const playing = { timing: tape.timing, complained, ...(before && { before }) }
  return noted(played, playedResponse(played, signal, playing), started)
}

/** An answer that the client did not wait for when it was recorded: it must give up again. */
function never(signal: AbortSignal | undefined): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>()
  const giveUp = () => reject(new FromTheWire(signal?.reason))
  if (signal?.aborted === true) giveUp()
  else signal?.addEventListener('abort', giveUp, { once: true })
  return promise
}

function noted(exchange: Exchange, response: Response, started: number): Response {
  tie(exchange, response, response.headers)
  note(exchange, started)
  return response
}
