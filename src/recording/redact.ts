import { maskText } from '../wire/secrets.ts'

/** Response headers that a recording keeps: what a test may assert on, and nothing that names an account. */
const KEPT =
  /^(content-type|location|retry-after|retry-after-ms|x-should-retry|x-ratelimit-.+|ratelimit-.+|x-request-id|request-id|openai-processing-ms|openai-version|openai-model|apim-request-id|x-ms-region|x-groq-region|x-generation-id|x-ds-trace-id|x-log-id|eagleeye-traceid|x-siliconcloud-trace-id|x-litellm-(call-id|model-id|response-cost|key-[rt]pm-limit)|fireworks-.+|x-inference-provider|x-inference-request-id|inference-id|x-kong-request-id|mistral-correlation-id|x-amzn-requestid|x-trace-id|x-ms-served-model|req-cost-time|date|x-llm-contracts-origin)$/

type Env = Readonly<Record<string, string | undefined>>

/** The headers of a response that may be written to a file, secrets in their values masked. */
export function keptHeaders(headers: Readonly<Record<string, string>>, env: Env = process.env): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => KEPT.test(name))
  return Object.fromEntries(
    kept.map(([name, value]) => [name, name === 'location' ? keptLocation(value) : maskText(value, env)]),
  )
}

/** Query keys whose values a recording keeps; all others may carry a secret. */
const KEPT_QUERY =
  /^(api-version|after|alt|before|filter|include(\[\])?|limit|model|order|page|purpose|q|status|stream)$/i

/** A URL's path and query as a recording keeps it: only the values of query keys that are known to be harmless. */
export function keptPath(url: string): string {
  if (!url.includes('?')) return new URL(url).pathname
  const { pathname, search, searchParams } = new URL(url)
  if (search === '') return pathname
  for (const name of new Set(searchParams.keys())) if (!KEPT_QUERY.test(name)) searchParams.set(name, 'REDACTED')
  searchParams.sort()
  return `${pathname}?${searchParams}`
}

function keptLocation(value: string): string {
  const url = URL.parse(value, 'http://relative.invalid')
  if (url === null) return ''
  return url.host === 'relative.invalid' ? keptPath(url.href) : `${url.origin}${keptPath(url.href)}`
}
