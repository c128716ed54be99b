import { LlmContractsError } from '../src/errors.ts'
import { nearest } from '../src/providers/nearest.ts'
import { excerpt, kindOf, listed, quoted } from '../src/wire/text.ts'

/**
 * Makes sure that a matcher's options are an object of known keys, or left out: a misspelt one would judge nothing.
 *
 * @throws LlmContractsError `bad-option` that names the key, the nearest known one and all known ones.
 */
export function mustBeOptions(matcher: string, options: unknown, known: Readonly<Record<string, true>>): void {
  if (options === undefined) return
  const keys = Object.keys(known)
  const all = `Its options are ${listed(keys)}.`
  if (typeof options !== 'object' || options === null || Array.isArray(options) || options instanceof RegExp) {
    const what = typeof options === 'string' ? `the string ${quoted(options, 40)}` : kindOf(options)
    throw new LlmContractsError('bad-option', `${matcher} takes an object of options, and got ${what}. ${all}`)
  }
  const stranger = Object.keys(options).find((key) => !Object.hasOwn(known, key))
  if (stranger === undefined) return
  const meant = nearest(stranger.slice(0, 100), keys)
  const advice = meant === undefined ? '' : ` Write ${meant} instead.`
  const unknown = `${matcher} has no option ${/^\w+$/.test(stranger) ? excerpt(stranger) : quoted(stranger)}.`
  throw new LlmContractsError('bad-option', `${unknown}${advice} ${all}`)
}
