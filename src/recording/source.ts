import { defineNetwork, NetworkFrame, NetworkSource } from 'msw/experimental'
import type { Asked } from './asked.ts'

/** Answers one request. What it throws is what the client's `fetch` rejects with. */
export type Respond = (asked: Asked) => Promise<Response>

/** The requests of this process on their way through msw. */
export interface Source {
  /** What answers a request, or the client's reason where it gives up before. */
  ask(asked: Asked): Promise<Response>
  close(): void
}

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

type Listener = (event: { readonly frame: Frame }) => Promise<void>

class FetchSource extends NetworkSource<Frame> {
  #listener: Listener | undefined

  // `fetch` is taken over before msw is loaded.
  override enable(): void {}

  // A network listens to its source once, and msw's emitter makes a platform event of every frame for it.
  override on(_: 'frame', listener: unknown): void {
    this.#listener = listener as Listener
  }

  override async queue(frame: Frame): Promise<void> {
    await this.#listener?.({ frame })
  }

  async ask(frame: Frame): Promise<Response> {
    const { signal } = frame.data
    signal?.throwIfAborted()
    const giveUp = () => frame.errorWith(signal?.reason)
    signal?.addEventListener('abort', giveUp, { once: true })
    try {
      void this.queue(frame)
      return await frame.response
    } finally {
      signal?.removeEventListener('abort', giveUp)
    }
  }
}

/** Has msw take requests from now on, for `answer` to answer. */
export function openSource(answer: Respond): Source {
  const source = new FetchSource()
  const network = defineNetwork({ sources: [source] })
  network.enable()
  return { ask: (asked) => source.ask(new Frame(asked, answer)), close: () => void network.disable() }
}
