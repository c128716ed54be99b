type Env = Readonly<Record<string, string | undefined>>

const TOKENS: readonly (readonly [what: string, form: RegExp])[] = [
  ['an API key that begins with sk-', /(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{16,}/g],
  ['a Groq key', /(?<![A-Za-z0-9_-])gsk_[A-Za-z0-9]{20,}/g],
  ['an xAI key', /(?<![A-Za-z0-9_-])xai-[A-Za-z0-9]{20,}/g],
  ['a Google key', /(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{30,}/g],
  ['a Hugging Face token', /(?<![A-Za-z0-9_-])hf_[A-Za-z0-9]{20,}/g],
  ['a JSON Web Token', /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}/g],
  ['a GitHub token', /(?<![A-Za-z0-9_-])(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})/g],
  ['an AWS key id', /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])/g],
  ['a key of a provider', /(?<![A-Za-z0-9_-])(?:nvapi|csk|pplx|fw|tgp_v1|r8)[-_][A-Za-z0-9_-]{24,}/g],
  ['a bearer token', /(?<=\bBearer\s)[A-Za-z0-9._~+/-]{16,}=*/gi],
  ['a Zhipu key', /(?<![A-Za-z0-9])[0-9a-f]{32}\.[A-Za-z0-9]{16}(?![A-Za-z0-9])/g],
]

// Ids that name an account where providers echo them: OpenAI and Groq organisations, OpenRouter users, Moonshot keys.
const ACCOUNTS = [
  /(?<![A-Za-z0-9_-])(?:org|proj|user|acct)[-_](?=[A-Za-z0-9]*\d)[A-Za-z0-9]{12,}/g,
  /(?<![A-Za-z0-9_-])ak-[a-z0-9]{12,}/g,
]

const SECRET_FIELD =
  /"(?:user_id|account_id|organization_id|org_id|api_key|apiKey|access_token|refresh_token|client_secret|password|authorization)"\s*:\s*"([^"\\*]{4,})"/gi

const KEY_VARIABLE = /(KEY|TOKEN|SECRET|PASSWORD|PASSWD|AUTH|CREDENTIALS?)$/i
const declaredKeys = new Set<string>()

/** Names variables that hold a key although their name does not look like it. */
export function watchKeys(variables: Iterable<string>): void {
  for (const variable of variables) declaredKeys.add(variable)
}

const SHORTEST_SECRET = 8

/**
 * The text with every secret in it replaced by as many `*`, so that lengths and the places where a stream was cut stay as
 * they were: known token formats, account ids, known JSON fields, and the values of the environment's key variables, also
 * URL-encoded, escaped in JSON and in base64.
 */
export function maskText(text: string, env: Env = process.env): string {
  let masked = text.replace(
    SECRET_FIELD,
    (field, value: string) => `${field.slice(0, -value.length - 1)}${stars(value)}"`,
  )
  for (const { forms } of keyValues(env)) for (const form of forms) masked = masked.replaceAll(form, stars)
  for (const form of [...TOKENS.map(([, token]) => token), ...ACCOUNTS]) masked = masked.replace(form, stars)
  return masked
}

const stars = (secret: string) => '*'.repeat(secret.length)

/**
 * What in `text` must not be written to a file: each a description that names the kind or the variable, never the value.
 */
export function secretsIn(text: string, env: Env): string[] {
  const tokens = TOKENS.filter(([, form]) => text.search(form) >= 0).map(([what]) => what)
  const values = keyValues(env).filter(({ forms }) => forms.some((form) => text.includes(form)))
  return [...tokens, ...values.map(({ name }) => `the value of ${name}`)]
}

/** The environment's key variables, each with the forms in which its value may appear, longest first. */
function keyValues(env: Env): { name: string; forms: string[] }[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || value.length < SHORTEST_SECRET || !(KEY_VARIABLE.test(name) || declaredKeys.has(name)))
      return []
    // The latin1 form is the one in a response, whose bytes are read one by one.
    const bytes = Buffer.from(value).toString('latin1')
    const plain = [value, bytes, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)]
    const encoded = [0, 1, 2].flatMap((offset) => inBase64(value, offset))
    return [{ name, forms: [...new Set([...plain, ...encoded])].sort((a, b) => b.length - a.length) }]
  })
}

// What base64 makes of a value that stands `offset` bytes after a multiple of three: the signs that only it decides.
function inBase64(value: string, offset: number): string[] {
  const bytes = Buffer.from('\0'.repeat(offset) + value)
  const whole = Math.floor((bytes.length * 8) / 6)
  const own = bytes.toString('base64').slice(Math.ceil((offset * 8) / 6), whole)
  return own.length < SHORTEST_SECRET ? [] : [own, own.replaceAll('+', '-').replaceAll('/', '_')]
}
