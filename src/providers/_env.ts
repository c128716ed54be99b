import { LlmContractsError } from '../errors.ts'
import { urlTrouble, withoutSlash } from './url.ts'

/** The environment, such as `process.env`. */
export type Env = Readonly<Record<string, string | undefined>>

/**
 * What a variable holds, without the space around it; undefined where it is unset or empty.
 *
 * @example
 * ```ts
 * read({ GROQ_API_KEY: '' }, 'GROQ_API_KEY') // undefined
 * ```
 */
export function read(env: Env, variable: string): string | undefined {
  return env[variable]?.trim() || undefined
}

/**
 * The address that a variable holds, without trailing slashes; undefined where it is unset or empty.
 *
 * @param example An address that would be right, for the message.
 * @throws {LlmContractsError} `bad-url`
 * @example
 * ```ts
 * readAddress({ LOCAL_BASE_URL: 'http://gpu:8000/v1/' }, 'LOCAL_BASE_URL') // 'http://gpu:8000/v1'
 * ```
 */
export function readAddress(env: Env, variable: string, example = 'https://api.example.com/v1'): string | undefined {
  const value = read(env, variable)
  if (value === undefined) return undefined
  const address = withoutSlash(value)
  const trouble = urlTrouble(address)
  if (trouble === undefined) return address
  throw new LlmContractsError('bad-url', `${variable} ${trouble}: set it to an address such as ${example}.`)
}
