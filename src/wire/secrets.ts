import { homedir, hostname } from 'node:os'
import { hideEscaped, startOf, unescaped } from './_escapes.ts'
import { fieldsNamed, hideFields } from './_secret-fields.ts'

type Env = Readonly<Record<string, string | undefined>>

const word = (form: string) => new RegExp(startOf('A-Za-z0-9_-') + form, 'g')
const letters = (form: string) => new RegExp(startOf('A-Za-z0-9') + form, 'g')
const behind = (words: string, form: string, flags: string) =>
  new RegExp(String.raw`(?<=${startOf(String.raw`\w`)}${words}\s)${form}`, flags)

const PEM = (place: string) => String.raw`-----${place} (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----`
const PEM_REST = String.raw`(?:(?!-----)[^"]){0,20000}${PEM('END')}`
const PEM_CUT = String.raw`(?:\s|\\+[nr]){0,9}[A-Za-z0-9+/]{32}(?:[A-Za-z0-9+/=\s]|\\+[nr/]){0,20000}`

const TOKENS: readonly (readonly [what: string, form: RegExp])[] = [
  ['an API key that begins with sk-', word('sk-[A-Za-z0-9_-]{16,}')],
  ['a Groq key', word('gsk_[A-Za-z0-9]{20,}')],
  ['an xAI key', word('xai-[A-Za-z0-9]{20,}')],
  ['a Google key', word('AIza[A-Za-z0-9_-]{30,}')],
  ['a Hugging Face token', word('hf_[A-Za-z0-9]{20,}')],
  ['a JSON Web Token', word('eyJ[A-Za-z0-9_-]{10,}[.]eyJ[A-Za-z0-9_-]{10,}[.][A-Za-z0-9_-]{10,}')],
  ['a GitHub token', word('(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})')],
  ['an AWS key id', letters('(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])')],
  ['a key of a provider', word('(?:nvapi|csk|pplx|fw|tgp_v1|r8)[-_][A-Za-z0-9_-]{24,}')],
  ['a bearer token', behind('Bearer', '[A-Za-z0-9._~+/-]{16,}=*', 'gi')],
  // `Basic` is a word of prose too; `Basic JavaScript` is no credential.
  ['a basic credential', behind('[Bb]asic', '(?=[A-Za-z+/]*[0-9=])[A-Za-z0-9+/]{16,}={0,2}', 'g')],
  ['a basic credential', behind(String.raw`authorization:\s?basic`, '[A-Za-z0-9+/]{8,}={0,2}', 'gi')],
  ['a private key', new RegExp(`${PEM('BEGIN')}(?:${PEM_REST}|${PEM_CUT})`, 'g')],
  ['a Zhipu key', letters('[0-9a-f]{32}[.][A-Za-z0-9]{16}(?![A-Za-z0-9])')],
]

// Ids that name an account where providers echo them: OpenAI and Groq organisations, OpenRouter users, Moonshot keys.
const ACCOUNTS = [
  word(String.raw`(?:org|proj|user|acct)[-_](?=[A-Za-z0-9]*\d)[A-Za-z0-9]{12,}`),
  word('ak-[a-z0-9]{12,}'),
]

const ACCOUNT_FIELD = fieldsNamed('user_id|account_id|organization_id|org_id')
// Also behind other words: `x-api-key`, `proxy-authorization`, `set-cookie`. A `secret` alone may be what a test is about.
const SECRET_FIELD = fieldsNamed(
  'api[_-]?key|(?:access|refresh|id)[_-]?token|client[_-]?secret|password|authorization|private[_-]?key|cookie',
)

const KEY_VARIABLE =
  /(^|_)(API_?KEY|KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|PAT|AUTH|CREDENTIALS?)(_?\d+|_[A-Z0-9]+)?$/i
const TOKEN_FORMS = TOKENS.map(([, form]) => form)
const declaredKeys = new Set<string>()

/** Names variables that hold a key although their name does not look like it. */
export function watchKeys(variables: Iterable<string>): void {
  for (const variable of variables) declaredKeys.add(variable)
}

const SHORTEST_SECRET = 8

/**
 * The text with every secret in it masked; in an answer sign for sign, so that the places where a stream was cut stay as
 * they were. Masked are known token formats, account ids, known JSON fields, and the values of the environment's key variables, also
 * URL-encoded, escaped in JSON and in base64.
 */
export function maskText(text: string, env: Env = process.env, whose: 'request' | 'answer' = 'request'): string {
  const answer = whose === 'answer'
  const hide = answer ? stars : () => HIDDEN
  let masked = text
  for (const field of answer ? [SECRET_FIELD, ACCOUNT_FIELD] : [SECRET_FIELD]) {
    masked = hideFields(masked, field, hide)
  }
  const values = keyValues(env).flatMap(({ forms }) => forms)
  for (const value of values) masked = masked.replaceAll(value, hide)
  const plain = unescaped(masked)
  if (plain !== masked) {
    for (const value of values) if (plain.includes(value)) masked = hideEscaped(masked, value, hide)
  }
  for (const form of answer ? [...TOKEN_FORMS, ...ACCOUNTS] : TOKEN_FORMS) masked = masked.replace(form, hide)
  for (const [place, name] of machine()) masked = masked.replaceAll(place, answer ? stars : () => name)
  return masked.replace(BASE64_RUN, (run) =>
    TOKEN_FORMS.some((form) => decoded(run).search(form) >= 0) ? hide(run) : run,
  )
}

/** What stands for a secret in a request; when requests are compared it stands for any text. */
export const HIDDEN = '***'

/** What names the machine that records, and what stands for it in a request, so that another machine finds it again. */
function machine(): [place: string, name: string][] {
  const places: [string, string][] = [
    [process.cwd(), '<project>'],
    [homedir(), '<home>'],
    [hostname(), '<host>'],
  ]
  return places.filter(([place]) => place.length > 6)
}

/** What could be base64 of a few tokens, and not of a whole file. */
const BASE64_RUN = /(?<!\\|(?<!\\)[A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,2048}={0,2}(?![A-Za-z0-9+/_-])/g
const decoded = (run: string) => Buffer.from(run, 'base64').toString('latin1')

const stars = (secret: string) => '*'.repeat(secret.length)

/**
 * What in `text` must not be written to a file: each a description that names the kind or the variable, never the value.
 */
export function secretsIn(text: string, env: Env): string[] {
  const plain = unescaped(text)
  const inside = [text, ...(text.match(BASE64_RUN) ?? []).map(decoded)]
  const tokens = TOKENS.filter(([, form]) => inside.some((part) => part.search(form) >= 0)).map(([what]) => what)
  const values = keyValues(env).filter(({ forms }) => forms.some((form) => text.includes(form) || plain.includes(form)))
  return [...new Set(tokens), ...values.map(({ name }) => `the value of ${name}`)]
}

/** The environment's key variables, each with the forms in which its value may appear, longest first. */
function keyValues(env: Env): { name: string; forms: string[] }[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || value.length < SHORTEST_SECRET || !(KEY_VARIABLE.test(name) || declaredKeys.has(name)))
      return []
    // The latin1 form is the one in a response, whose bytes are read one by one.
    const bytes = Buffer.from(value).toString('latin1')
    const inURL = encodeURIComponent(value)
    const inJSON = JSON.stringify(value).slice(1, -1)
    const lower = inURL.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
    const inString = JSON.stringify(inJSON).slice(1, -1)
    const plain = [value, bytes, inURL, lower, inJSON, inString, inJSON.replaceAll('/', '\\/')]
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
