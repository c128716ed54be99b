import { LlmContractsError } from '../errors.ts'
import { complain } from '../wire/seen.ts'
import { readAsked, type Asked } from './asked.ts'
import { redirected } from './redirect.ts'
import type { Respond, Source } from './source.ts'

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

type Loaded = typeof import('./source.ts')

let loading: Promise<Loaded> | undefined
let loaded: Loaded | undefined

/**
 * Loads msw, by which requests are answered, and which a test file that asks for nothing does not need.
 *
 * @throws {LlmContractsError} `not-on-the-wire` where it cannot be loaded.
 */
export function loadSource(): Promise<Loaded> {
  if (loading === undefined) {
    loading = import('./source.ts').catch((cause: unknown) => {
      throw notLoaded(cause)
    })
    // The first to be told, so that nobody overtakes those who wait.
    loading.then(
      (source) => (loaded = source),
      () => undefined,
    )
  }
  return loading
}

/**
 * Lets `answer` answer every `fetch` of this process from now on; returns the way back. `waits` is told of a request that
 * waits for msw to load, where it is made.
 */
export function intercept(answer: Respond, waits: (answered: Promise<Response>) => void = () => {}): () => void {
  const beneath = globalThis.fetch
  let isOn = true
  let source: Source | undefined
  const respondTo = (asked: Asked): Promise<Response> => {
    // A client may keep our function for longer than it answers.
    if (!isOn) return beneath(asked.request)
    if (loaded === undefined) {
      const answered = loadSource().then(() => respondTo(asked), unanswered)
      waits(answered)
      return answered
    }
    return (source ??= loaded.openSource(answer)).ask(asked)
  }
  globalThis.fetch = async (input, init) => {
    let asked = readAsked(input, init, loaded === undefined)
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

// The client may swallow it, so the test is told too.
function unanswered(error: Error): never {
  complain(error)
  throw error
}

function notLoaded(cause: unknown): LlmContractsError {
  const [why] = String(cause).split('\n')
  return new LlmContractsError(
    'not-on-the-wire',
    `msw, by which requests are answered, could not be loaded (${why}). Install it: npm install --save-dev msw@3`,
    { cause },
  )
}
