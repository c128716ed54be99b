import type { Reply } from '../wire/types.ts'

/** True for a 2xx answer to a request for one new chat completion, or where the request is not known. */
export function isChat({ api, exchange, status }: Reply): boolean {
  const method = exchange.request?.method.toUpperCase() ?? 'POST'
  return api === 'chat' && method === 'POST' && status >= 200 && status < 300
}

/** A reading of a reply that is done once. */
export function once<T>(read: (reply: Reply) => T): (reply: Reply) => T {
  const known = new WeakMap<Reply, { readonly value: T }>()
  return (reply) => {
    const before = known.get(reply)
    if (before) return before.value
    const value = read(reply)
    known.set(reply, { value })
    return value
  }
}
