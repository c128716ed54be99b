import type { Json } from './exchange.ts'
import { filled, isRecord, list } from './guards.ts'
import type { Reply } from './types.ts'

/** Headers in which gateways are known to name who answered. */
export const ROUTE_HEADERS = ['x-inference-provider', 'x-litellm-model-id', 'x-ms-served-model', 'x-served-by-model']

/**
 * Who answered behind a gateway, as the answer itself tells: a header, OpenRouter's `provider`, Vercel's `finalProvider`,
 * else the model that it names.
 *
 * @example
 * ```ts
 * upstreamOf(readReply(exchange)) // 'Azure'
 * ```
 */
export function upstreamOf({ headers, json, stream, model }: Reply): string | undefined {
  const header = ROUTE_HEADERS.map((name) => filled(headers[name])).find((value) => value !== undefined)
  if (header !== undefined) return header
  for (const document of [json, ...(stream?.events ?? []).map((event) => event.json)]) {
    if (!isRecord(document)) continue
    const named =
      filled(document.provider) ?? list(document.choices).flatMap((choice) => finalProviderIn(choice) ?? [])[0]
    if (named !== undefined) return named
  }
  return model
}

/** The upstream in the routing notes that Vercel's gateway puts beside a message or a delta. */
export function finalProviderIn(choice: Json): string | undefined {
  let value: Json | undefined = isRecord(choice) ? (choice.message ?? choice.delta) : undefined
  for (const key of ['provider_metadata', 'gateway', 'routing', 'finalProvider']) {
    value = isRecord(value) ? value[key] : undefined
  }
  return filled(value)
}
