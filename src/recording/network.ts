import { readAsked, type Asked } from './asked.ts'
import { redirected } from './redirect.ts'
import type { Respond, Source } from './source.ts'

export type { Respond } from './source.ts'

const UNTOUCHED = Symbol.for('vitest-llm-contracts.fetch')
const before = globalThis as { [UNTOUCHED]?: typeof fetch }

/** The real network, as it was before anything was intercepted, by an earlier copy of this module included. */
export const realFetch: typeof fetch = (before[UNTOUCHED] ??= globalThis.fetch)

/** Says where a response came from, as the network's own do. */
function addressed(response: Response, url: string, wasRedirected: boolean): Response {
  if (response.url !== '') return response
  const at = url.includes('#') ? url.slice(0, url.indexOf('#')) : url
  const clone = () => addressed(Response.prototype.clone.call(response), url, wasRedirected)
  if (wasRedirected) Object.defineProperty(response, 'redirected', { value: true, configurable: true })
  Object.defineProperty(response, 'clone', { value: clone, configurable: true, writable: true })
  return Object.defineProperty(response, 'url', { value: at, configurable: true })
}

/** Loads what answers, which a test file that asks for nothing does not need. */
export const loadSource = (): Promise<typeof import('./source.ts')> => import('./source.ts')

/** Lets `answer` answer every `fetch` of this process from now on; returns the way back. */
export function intercept(answer: Respond): () => void {
  const beneath = globalThis.fetch
  let isOn = true
  let source: Source | undefined
  const open = async () => {
    const { openSource } = await loadSource()
    return (source ??= openSource(answer))
  }
  const respondTo = (asked: Asked): Promise<Response> => {
    // A client may keep our function for longer than it answers.
    if (!isOn) return beneath(asked.request)
    return source === undefined ? open().then((opened) => opened.ask(asked)) : source.ask(asked)
  }
  globalThis.fetch = async (input, init) => {
    let asked = readAsked(input, init, source === undefined)
    for (let hops = 0; ; hops++) {
      const response = await respondTo(asked)
      const next = redirected(asked, response, hops)
      if (next === undefined) return addressed(response, asked.url, hops > 0)
      asked = next
    }
  }
  return () => {
    isOn = false
    source?.close()
    globalThis.fetch = beneath
  }
}
