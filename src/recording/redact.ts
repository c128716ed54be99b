/** Response headers that a recording keeps: what a test may assert on, and nothing that names an account. */
const KEPT =
  /^(content-type|location|retry-after|retry-after-ms|x-should-retry|x-ratelimit-.+|ratelimit-.+|x-request-id|request-id|openai-processing-ms|openai-version|openai-model|apim-request-id|x-ms-region|x-groq-region|x-generation-id|x-ds-trace-id|x-log-id|eagleeye-traceid|x-siliconcloud-trace-id|x-litellm-(call-id|model-id|response-cost|key-[rt]pm-limit)|fireworks-.+|x-inference-provider|x-llm-contracts-origin)$/

/** The headers of a response that may be written to a file. */
export function keptHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => KEPT.test(name)))
}

const SECRET_QUERY = /^(api[-_]?key|key|token|access[-_]?token|auth|authorization|sig|signature|secret|password|code)$/i

/** A URL's path and query as a recording keeps it: the values of query keys that carry secrets are replaced. */
export function keptPath(url: string): string {
  const { pathname, search, searchParams } = new URL(url)
  if (search === '') return pathname
  for (const name of new Set(searchParams.keys())) if (SECRET_QUERY.test(name)) searchParams.set(name, 'REDACTED')
  searchParams.sort()
  return `${pathname}?${searchParams}`
}

const TOKENS: readonly (readonly [what: string, form: RegExp])[] = [
  ['an API key that begins with sk-', /(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{16,}/],
  ['a Groq key', /(?<![A-Za-z0-9_-])gsk_[A-Za-z0-9]{20,}/],
  ['an xAI key', /(?<![A-Za-z0-9_-])xai-[A-Za-z0-9]{20,}/],
  ['a Google key', /(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{30,}/],
  ['a Hugging Face token', /(?<![A-Za-z0-9_-])hf_[A-Za-z0-9]{20,}/],
  ['a JSON Web Token', /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/],
  ['a Zhipu key', /(?<![A-Za-z0-9])[0-9a-f]{32}\.[A-Za-z0-9]{16}(?![A-Za-z0-9])/],
]

const KEY_VARIABLE = /(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)$/i
const SHORTEST_SECRET = 8

/**
 * What in `text` must not be written to a file: each a description that names the kind or the variable, never the value.
 * Values of the environment's key variables are also found URL-encoded and in base64.
 */
export function secretsIn(text: string, env: Readonly<Record<string, string | undefined>>): string[] {
  const found = TOKENS.filter(([, form]) => form.test(text)).map(([what]) => what)
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined || value.length < SHORTEST_SECRET || !KEY_VARIABLE.test(name)) continue
    const forms = [value, encodeURIComponent(value), Buffer.from(value).toString('base64').replace(/=+$/, '')]
    if (forms.some((form) => text.includes(form))) found.push(`the value of ${name}`)
  }
  return found
}
