import { sha256 } from '../wire/digest.ts'
import { isRequestIdHeader } from '../wire/request-id.ts'
import { maskText } from '../wire/secrets.ts'

/** Response headers that a recording keeps: what a test may assert on, and nothing that names an account. */
const KEPT =
  /^(content-type|location|retry-after|retry-after-ms|x-should-retry|x-ratelimit-.+|ratelimit-.+|openai-processing-ms|openai-version|openai-model|x-ms-region|x-groq-region|x-litellm-(model-id|response-cost|key-[rt]pm-limit)|fireworks-.+|x-inference-provider|x-ms-served-model|req-cost-time|date|access-control-allow-origin|x-llm-contracts-origin)$/

type Env = Readonly<Record<string, string | undefined>>

/** The headers of a response that may be written to a file, secrets in their values masked. */
export function keptHeaders(headers: Readonly<Record<string, string>>, env: Env = process.env): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => KEPT.test(name) || isRequestIdHeader(name))
  return Object.fromEntries(
    kept.map(([name, value]) => [name, name === 'location' ? keptLocation(value) : maskText(value, env)]),
  )
}

/** Query keys whose values are secrets by their name. */
const SECRET_QUERY = /key|token|secret|sig|auth|pass|cred|jwt|session|^code$|^sas$|^sv$|^se$/i
/** What a harmless value may look like: short, or words. */
const HARMLESS = /^[\p{L}\p{N}._:,/ -]{0,24}$|^[a-z0-9]+([._-][a-z0-9]+)*$/u

/**
 * A URL's path and query as a recording keeps it: values of keys that name a secret are replaced, long
 * opaque ones by a digest, which still tells one from another.
 *
 * @param url As `URL.href` writes it.
 */
export function keptPath(url: string): string {
  if (!/[?#]/.test(url)) return url.slice(url.indexOf('/', url.indexOf('://') + 3))
  const { pathname, search, searchParams } = new URL(url)
  if (search === '') return pathname
  for (const [name, value] of Array.from(searchParams)) {
    if (SECRET_QUERY.test(name)) searchParams.set(name, 'REDACTED')
    else if (!HARMLESS.test(value) || maskText(value) !== value) searchParams.set(name, `sha256-${digest(value)}`)
  }
  searchParams.sort()
  return `${pathname}?${searchParams}`
}

/** The same, secrets masked, as a recording keeps it. */
export const recordedPath = (url: string): string => maskText(keptPath(url))

function keptLocation(value: string): string {
  const url = URL.parse(value, 'http://relative.invalid')
  if (url === null) return ''
  return maskText(
    url.host === 'relative.invalid' ? keptPath(url.href) : `${url.origin}${keptPath(url.href)}`,
    process.env,
    'answer',
  )
}

const digest = (value: string) => sha256(value).slice(0, 16)
