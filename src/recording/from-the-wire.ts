/** What the client's `fetch` must reject with, as against trouble of our own. */
export class FromTheWire extends Error {
  constructor(cause: unknown) {
    super('', { cause })
  }
}
