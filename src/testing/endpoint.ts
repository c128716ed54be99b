import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

/** A request as an endpoint got it. */
export interface Got {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** A scripted HTTP server on loopback that notes every request. */
export class Endpoint implements AsyncDisposable {
  readonly got: Got[] = []
  readonly #server
  #port = 0

  constructor(answer: (response: ServerResponse, got: Got) => unknown) {
    this.#server = createServer((request, response) => {
      void (async () => {
        const got = {
          method: request.method ?? '',
          path: request.url ?? '',
          headers: request.headers,
          text: await text(request),
        }
        this.got.push(got)
        await answer(response, got)
      })()
    })
  }

  async listen(): Promise<this> {
    this.#server.listen(this.#port, '127.0.0.1')
    await once(this.#server, 'listening')
    this.#port = (this.#server.address() as AddressInfo).port
    return this
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}
