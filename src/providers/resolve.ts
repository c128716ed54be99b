import { isDeepStrictEqual } from 'node:util'
import { LlmContractsError } from '../errors.ts'
import { checkSpec } from './_check.ts'
import { read, readAddress, type Env } from './_env.ts'
import { bad } from './_fields.ts'
import { either, nearest } from './nearest.ts'
import { modelUses, type Endpoint, type Models, type ProviderSpec } from './spec.ts'
import { specs } from './index.ts'

/** An entry after the environment has had its say: plain data, which JSON and messages to workers carry unharmed. */
export interface ResolvedProvider {
  /** The entry, without the gaps of endpoints that were not picked. */
  readonly spec: ProviderSpec
  readonly name: string
  readonly label: string
  /** Without a trailing slash; undefined where neither the entry nor the environment knows an address. */
  readonly baseURL: string | undefined
  /** All addresses of the entry itself, picked or not. */
  readonly declaredBaseURLs: readonly string[]
  /** Whether `baseURL` came from the environment. */
  readonly overridden: boolean
  /** The picked endpoint; absent where the entry has none, or the environment gave an address that is none of them. */
  readonly endpoint?: string
  /** Variables that may hold the key, the first that is set wins. */
  readonly keyVariables: readonly string[]
  /** Variable that overrides the address. */
  readonly baseURLVariable: string
  readonly models: Models
}

/**
 * Applies `<NAME>_BASE_URL`, `<NAME>_MODEL`, `<NAME>_VISION_MODEL` and so on for each other use of a model, and the
 * region variable to an entry. A variable that is empty counts as unset.
 *
 * @throws {LlmContractsError} `bad-url` or `bad-option`, naming the variable, what it holds and what it may hold.
 * @example
 * ```ts
 * resolveProvider(qwen, { QWEN_REGION: 'us' }).baseURL // 'https://dashscope-us.aliyuncs.com/compatible-mode/v1'
 * ```
 */
export function resolveProvider(spec: ProviderSpec, env: Env): ResolvedProvider {
  const prefix = spec.name.toUpperCase().replace(/[^A-Z0-9]/g, '_')
  const baseURLVariable = `${prefix}_BASE_URL`
  const addresses = [spec.baseURL, ...Object.values(spec.endpoints ?? {}).map(({ baseURL }) => baseURL)]
  const declaredBaseURLs = [...new Set(addresses)].filter((address) => address !== undefined)
  const override = readAddress(env, baseURLVariable, declaredBaseURLs[0])
  const region = spec.endpointVariable ?? `${prefix}_REGION`
  const [endpoint, picked] = pickEndpoint(spec, region, env, override ?? spec.baseURL) ?? []
  const models = picked?.models ?? spec.models
  const others = modelUses.flatMap((use) => {
    const id = read(env, `${prefix}_${use.toUpperCase()}_MODEL`) ?? models[use]
    return id === undefined ? [] : [[use, id] as const]
  })
  const gaps = spec.gaps.filter((gap) => gap.endpoint === undefined || gap.endpoint === endpoint)
  return {
    spec: { ...spec, gaps },
    name: spec.name,
    label: spec.label,
    baseURL: override ?? picked?.baseURL ?? spec.baseURL,
    declaredBaseURLs,
    overridden: override !== undefined,
    ...(endpoint === undefined ? {} : { endpoint }),
    keyVariables: picked?.keys ?? spec.keys,
    baseURLVariable,
    models: { chat: read(env, `${prefix}_MODEL`) ?? models.chat, ...Object.fromEntries(others) },
  }
}

/**
 * The address to point a client at. Where none is known it is one that no network answers, so that recordings can be
 * played.
 *
 * @example
 * ```ts
 * addressOf(resolveProvider(openllmapi, {})) // 'https://openllmapi.invalid/v1'
 * ```
 */
export function addressOf({ baseURL, name }: ResolvedProvider): string {
  return baseURL ?? `https://${name}.invalid/v1`
}

/** Whether a URL's host is this machine. */
export const isLoopback = (url: string): boolean =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)$/.test(new URL(url).hostname)

/**
 * Whether the address of a hosted provider is one of this machine: whatever answers there is not the provider. A local
 * server may be the real thing; `LLM_STAND_INS=true` says of a whole run that stand-ins answer on this machine.
 */
export function isStoodIn({ baseURL, declaredBaseURLs }: ResolvedProvider, env: Env = process.env): boolean {
  if (baseURL === undefined || !isLoopback(baseURL)) return false
  return read(env, 'LLM_STAND_INS') === 'true' || !declaredBaseURLs.some(isLoopback)
}

/**
 * The API key, from the first of the provider's variables that is set.
 *
 * @example
 * ```ts
 * keyOf(provider, process.env) // undefined without a key
 * ```
 */
export function keyOf({ keyVariables }: ResolvedProvider, env: Env): string | undefined {
  return keyVariables.map((variable) => read(env, variable)).find((key) => key !== undefined)
}

/**
 * Why a provider cannot be asked for real, in a sentence that names the variable to set; undefined where it can.
 *
 * @example
 * ```ts
 * whyNotLive(resolveProvider(groq, {}), {}) // 'groq has no key: set GROQ_API_KEY in the environment or in .env.'
 * ```
 */
export function whyNotLive(provider: ResolvedProvider, env: Env): string | undefined {
  const { name, keyVariables, baseURLVariable } = provider
  const [first, ...others] = keyVariables
  const keyed = first === undefined || provider.spec.keyOptional === true || keyOf(provider, env) !== undefined
  const key = others.length > 0 ? `${first} (or ${either(others)})` : `${first}`
  if (provider.baseURL === undefined) {
    return `${name} has no base URL: set ${baseURLVariable}${keyed ? '' : ` and ${key}`} in the environment or in .env.`
  }
  return keyed ? undefined : `${name} has no key: set ${key} in the environment or in .env.`
}

/**
 * The providers of a run. `LLM_PROVIDERS` (names with commas between, or `all`) wins over the option; without either it
 * is all built-in ones. Entries in the option can be named in `LLM_PROVIDERS` too, and stand before a built-in one of
 * their name.
 *
 * @throws {LlmContractsError} `unknown-provider` for a name nobody has, else whatever the entries are rejected for.
 * @example
 * ```ts
 * selectProviders(['openai', acme], process.env).map(({ name }) => name) // ['openai', 'acme']
 * ```
 */
export function selectProviders(wanted: readonly (string | ProviderSpec)[] | undefined, env: Env): ResolvedProvider[] {
  if (wanted !== undefined && !Array.isArray(wanted)) {
    throw bad(`The option \`providers\` is no array: write one such as ['openai', 'qwen'].`)
  }
  const known = new Map<string, ProviderSpec>()
  for (const entry of wanted ?? []) {
    if (typeof entry === 'string') continue
    const spec = checkSpec(entry)
    if (!isDeepStrictEqual(known.get(spec.name) ?? spec, spec)) {
      throw bad(`The option \`providers\` holds two entries named "${spec.name}": rename one of them.`)
    }
    known.set(spec.name, spec)
  }
  for (const spec of specs) if (!known.has(spec.name)) known.set(spec.name, spec)
  const fromEnv = (env['LLM_PROVIDERS'] ?? '').split(',').flatMap((name) => name.trim() || [])
  const fromOption = wanted?.map((entry) => (typeof entry === 'string' ? entry : entry.name))
  const names = fromEnv.length > 0 ? fromEnv : (fromOption ?? specs.map(({ name }) => name))
  if (names.length === 0) {
    throw bad('The option `providers` is empty: name a provider, or leave it out for all of them.')
  }
  const place = fromEnv.length > 0 ? 'LLM_PROVIDERS' : 'The option `providers`'
  const selected = names.flatMap((name) =>
    name === 'all' ? Array.from(known.values()) : (known.get(name) ?? unknown(name, place, known)),
  )
  return [...new Set(selected)].map((spec) => resolveProvider(spec, env))
}

function unknown(name: string, place: string, known: ReadonlyMap<string, ProviderSpec>): never {
  const names = [...known.keys()]
  const meant = nearest(name, names)
  const hint = meant === undefined ? '' : ` (did you mean "${meant}"?)`
  const others = `there are ${names.join(', ')}, and defineProvider() makes others`
  throw new LlmContractsError(
    'unknown-provider',
    `${place} names "${name}", which is no known provider${hint}: ${others}.`,
  )
}

function pickEndpoint(
  { name, endpoints }: ProviderSpec,
  variable: string,
  env: Env,
  address: string | undefined,
): [name: string, endpoint: Endpoint] | undefined {
  if (endpoints === undefined) return undefined
  const choices = Object.entries(endpoints)
  const word = read(env, variable)
  if (word === undefined) {
    // An address that is no endpoint's leaves open which of them it resembles.
    return address === undefined ? choices[0] : choices.find(([, { baseURL }]) => baseURL === address)
  }
  const picked = choices.find(([key]) => key === word)
  if (picked !== undefined) return picked
  throw bad(`${variable} is "${word}", which is no endpoint of ${name}: set it to ${either(Object.keys(endpoints))}.`)
}
