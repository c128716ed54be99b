import { LlmContractsError } from '../errors.ts'
import { isLoopback } from '../providers/resolve.ts'

/** Trouble of a request that belongs to no test. */
export function outsideATest(method: string, { pathname }: URL): LlmContractsError {
  return new LlmContractsError(
    'not-on-the-wire',
    `${method} ${pathname} was asked outside a test, where nothing can be recorded. ` +
      'Move the call from beforeAll or the top of the file into beforeEach or the test.',
  )
}

/** Trouble of a request to nobody's address. */
export function unknownAddress({ origin, pathname, host }: URL): LlmContractsError {
  return new LlmContractsError(
    'unknown-provider',
    `${origin}${pathname} belongs to no known provider, and only live runs reach the network freely. ` +
      `Declare it with defineProvider({ baseURL }), or let it pass with llmContracts({ allow: ['${passable(host)}'] }).`,
  )
}

/** What to allow for a target: of this machine any port, because servers of tests have another every time. */
function passable(target: string): string {
  const isOwn = URL.canParse(`http://${target}`) && isLoopback(`http://${target}`)
  return isOwn ? target.replace(/:\d+$/, '') : target
}

/** Trouble of an answer that nobody waited for. */
export function stillArriving(patience: number): LlmContractsError {
  return new LlmContractsError(
    'transport',
    `An answer was still arriving ${patience} ms after the test had ended, so nothing was recorded. Await the call and read its body, or abort it.`,
  )
}

/** Trouble of our own. */
export function unexpected(error: unknown): LlmContractsError {
  return new LlmContractsError('bad-recording', `The recorder failed: ${String(error)}`, { cause: error })
}

/** Trouble of a socket that replay does not let connect. */
export function sealed(target: string): LlmContractsError {
  return new LlmContractsError(
    'not-on-the-wire',
    `Something other than fetch reached for ${target}, and in replay nothing reaches the network. ` +
      "Let the client use fetch (axios: adapter: 'fetch'), point it at bridge(provider), " +
      `or let it pass with llmContracts({ allow: ['${passable(target)}'] }).`,
  )
}

/** What the client is told: an OpenAI-shaped error that SDKs throw at once, with the whole text. */
export function refusal(error: LlmContractsError): Response {
  const body = { error: { message: error.message, type: 'llm_contracts', param: null, code: error.code } }
  return Response.json(body, { status: 400, headers: { 'x-should-retry': 'false' } })
}
