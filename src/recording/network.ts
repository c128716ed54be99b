import { defineNetwork, NetworkFrame, NetworkSource } from 'msw/experimental'
import { readAsked, type Asked } from './asked.ts'
import { redirected } from './redirect.ts'

/** Answers one request. What it throws is what the client's `fetch` rejects with. */
export type Respond = (asked: Asked) => Promise<Response>

const UNTOUCHED = Symbol.for('vitest-llm-contracts.fetch')
const before = globalThis as { [UNTOUCHED]?: typeof fetch }

/** The real network, as it was before anything was intercepted, by an earlier copy of this module included. */
export const realFetch: typeof fetch = (before[UNTOUCHED] ??= globalThis.fetch)

// msw's own frame for HTTP wants a `Request`, looks its handlers up and clones request and response for events; the recorder
// has one handler and no listeners, and the response must reach the client as the very object that was tied to its exchange.
class Frame extends NetworkFrame<'http', Asked, Record<string, never>> {
  readonly #answer: Respond
  readonly #response = Promise.withResolvers<Response>()

  constructor(asked: Asked, answer: Respond) {
    super('http', asked)
    this.#answer = answer
  }

  get response(): Promise<Response> {
    return this.#response.promise
  }

  override getHandlers(): [] {
    return []
  }

  override async resolve(): Promise<boolean> {
    try {
      this.#response.resolve(await this.#answer(this.data))
    } catch (error) {
      this.errorWith(error)
    }
    return true
  }

  // Nothing passes unanswered: an answerer that lets a request through fetches it itself.
  override passthrough(): void {}

  override errorWith(reason?: unknown): void {
    this.#response.reject(reason)
  }

  override async getUnhandledMessage(): Promise<string> {
    return `${this.data.method} ${this.data.url} was not answered`
  }
}

class FetchSource extends NetworkSource<Frame> {
  readonly #answer: Respond
  readonly #beneath = globalThis.fetch
  #isOn = false

  constructor(answer: Respond) {
    super()
    this.#answer = answer
  }

  override enable(): void {
    this.#isOn = true
    globalThis.fetch = async (input, init) => {
      let asked = readAsked(input, init)
      for (let hops = 0; ; hops++) {
        const response = await this.#respondTo(asked)
        const next = redirected(asked, response, hops)
        if (next === undefined) return addressed(response, asked.url, hops > 0)
        asked = next
      }
    }
  }

  async #respondTo(asked: Asked): Promise<Response> {
    const { signal } = asked
    signal?.throwIfAborted()
    // A client may have kept our function for longer than it answers.
    if (!this.#isOn) return this.#beneath(asked.request)
    const frame = new Frame(asked, this.#answer)
    const giveUp = () => frame.errorWith(signal?.reason)
    signal?.addEventListener('abort', giveUp, { once: true })
    try {
      void this.queue(frame)
      return await frame.response
    } finally {
      signal?.removeEventListener('abort', giveUp)
    }
  }

  override disable(): void {
    void super.disable()
    this.#isOn = false
    globalThis.fetch = this.#beneath
  }
}

/** Says where a response came from, as the network's own do. */
function addressed(response: Response, url: string, wasRedirected: boolean): Response {
  if (response.url !== '') return response
  const at = url.includes('#') ? url.slice(0, url.indexOf('#')) : url
  const clone = () => addressed(Response.prototype.clone.call(response), url, wasRedirected)
  if (wasRedirected) Object.defineProperty(response, 'redirected', { value: true, configurable: true })
  Object.defineProperty(response, 'clone', { value: clone, configurable: true, writable: true })
  return Object.defineProperty(response, 'url', { value: at, configurable: true })
}

/** Lets `answer` answer every `fetch` of this process from now on; returns the way back. */
export function intercept(answer: Respond): () => void {
  const network = defineNetwork({ sources: [new FetchSource(answer)] })
  network.enable()
  return () => network.disable()
}
