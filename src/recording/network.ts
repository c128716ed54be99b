import { defineNetwork, HttpNetworkFrame, NetworkSource } from 'msw/experimental'
import { FetchInterceptor } from '@mswjs/interceptors/fetch/web'

/** Answers one request. What it throws is what the client's `fetch` rejects with. */
export type Respond = (request: Request) => Promise<Response>

const UNTOUCHED = Symbol.for('vitest-llm-contracts.fetch')
const before = globalThis as { [UNTOUCHED]?: typeof fetch }

/** The real network, as it was before anything was intercepted, by an earlier copy of this module included. */
export const realFetch: typeof fetch = (before[UNTOUCHED] ??= globalThis.fetch)

interface Controller {
  respondWith(response: Response): unknown
  errorWith(reason?: unknown): unknown
}

interface Intercepted {
  readonly requestId: string
  readonly request: Request
  readonly controller: Controller
}

// msw's own frame looks its handlers up and clones request and response for events; the recorder has one handler and no
// listeners, and the response must reach the client as the very object that was tied to its exchange.
class Frame extends HttpNetworkFrame {
  readonly #controller: Controller
  readonly #answer: Respond

  constructor(id: string, request: Request, controller: Controller, answer: Respond) {
    super({ id, request })
    this.#controller = controller
    this.#answer = answer
  }

  override async resolve(): Promise<boolean> {
    try {
      const response = await this.#answer(this.data.request)
      if (!this.data.request.signal.aborted) this.respondWith(response)
    } catch (error) {
      if (!this.data.request.signal.aborted) this.errorWith(error)
    }
    return true
  }

  // Nothing passes unanswered: an answerer that lets a request through fetches it itself.
  passthrough(): void {}

  respondWith(response?: Response): void {
    if (response !== undefined) this.#controller.respondWith(response)
  }

  errorWith(reason?: unknown): void {
    this.#controller.errorWith(reason)
  }
}

class FetchSource extends NetworkSource<Frame> {
  readonly #interceptor = new FetchInterceptor()
  readonly #answer: Respond

  constructor(answer: Respond) {
    super()
    this.#answer = answer
  }

  override enable(): void {
    this.#interceptor.apply()
    // The interceptor waits for what its listener returns, whatever the types say.
    const listener = ({ requestId, request, controller }: Intercepted): unknown =>
      this.queue(new Frame(requestId, request, controller, this.#answer))
    this.#interceptor.on('request', listener)
  }

  override disable(): void {
    void super.disable()
    this.#interceptor.dispose()
  }
}

/** Lets `answer` answer every `fetch` of this process from now on; returns the way back. */
export function intercept(answer: Respond): () => void {
  const network = defineNetwork({ sources: [new FetchSource(answer)] })
  network.enable()
  return () => network.disable()
}
