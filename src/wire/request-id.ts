import { filled, isRecord } from './guards.ts'
import type { Reply } from './types.ts'

// The headers in which providers and gateways name a request, those first that their support asks for.
const KNOWN: ReadonlySet<string> = new Set([
  'x-request-id',
  'request-id',
  'x-requestid',
  'x-ds-trace-id',
  'x-log-id',
  'x-siliconcloud-trace-id',
  'x-generation-id',
  'apim-request-id',
  'x-ms-request-id',
  'x-amzn-requestid',
  'x-amzn-request-id',
  'x-kong-request-id',
  'x-correlation-id',
  'mistral-correlation-id',
  'eagleeye-traceid',
  'x-trace-id',
  'trace-id',
  'x-inference-request-id',
  'inference-request-id',
  'x-inference-id',
  'inference-id',
  'x-litellm-call-id',
  'cf-auditlog-id',
  'x-amzn-trace-id',
])

const NAMES_A_REQUEST = /(^|-)(request|req|trace|correlation|log|call)-?id$/

/** True for a header that names a request: one that is known for it, or any whose name says so. */
export const isRequestIdHeader = (name: string): boolean => KNOWN.has(name) || NAMES_A_REQUEST.test(name)

/**
 * The id that a provider gave a request, by which its support can find it: from a header, else from the body's
 * `request_id` or `error.request_id`; undefined where there is none.
 *
 * @example
 * ```ts
 * requestIdOf(readReply(exchange)) // 'req_1'
 * ```
 */
export function requestIdOf({ headers, json }: Pick<Reply, 'headers' | 'json'>): string | undefined {
  for (const name of [...KNOWN, ...Object.keys(headers).filter(isRequestIdHeader)]) {
    if (filled(headers[name]) !== undefined) return headers[name]
  }
  if (!isRecord(json)) return undefined
  return filled(json.request_id) ?? (isRecord(json.error) ? filled(json.error.request_id) : undefined)
}
