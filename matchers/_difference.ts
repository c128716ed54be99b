import { inCode, step } from '../src/wire/text.ts'
import { isTooDeep } from './_deep.ts'
import { jsonMatching } from './jsonMatching.ts'
import type { Schema } from './schema.ts'

type Equals = (actual: unknown, expected: unknown) => boolean

/** Where a value differs from the expected one, path by path; `equals` decides, asymmetric matchers included. */
export function differences(actual: unknown, expected: unknown, equals: Equals): string[] {
  try {
    return differencesAt('$', actual, expected, equals)
  } catch (error) {
    if (!isTooDeep(error)) throw error
    return ['$ is nested too deeply to be compared']
  }
}

function differencesAt(path: string, actual: unknown, expected: unknown, equals: Equals): string[] {
  if (equals(actual, expected)) return []
  const whole = [
    [`${path} was ${inCode(actual)}, expected ${inCode(expected)}`, ...issuesIn(actual, expected)].join('\n  '),
  ]
  if (!isPlain(actual) || !isPlain(expected) || Array.isArray(actual) !== Array.isArray(expected)) return whole
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)])
  const parts = [...keys].flatMap((key) => {
    const at = path + step(Array.isArray(expected) ? Number(key) : key)
    const wanted = Object.hasOwn(expected, key) ? expected[key] : undefined
    if (Object.hasOwn(actual, key)) {
      if (Object.hasOwn(expected, key)) return differencesAt(at, actual[key], wanted, equals)
      return [`${at} was ${inCode(actual[key])}, expected nothing there`]
    }
    return equals(undefined, wanted) ? [] : [`${at} is missing, expected ${inCode(wanted)}`]
  })
  return parts.length === 0 ? whole : parts
}

/** Why a value does not fit the schema of `expect.jsonMatching`, which alone would say only that it does not. */
function issuesIn(actual: unknown, expected: unknown): string[] {
  const { sample, inverse } = (expected ?? {}) as { readonly sample?: unknown; readonly inverse?: unknown }
  if (!Array.isArray(sample) || inverse === true || String(expected) !== 'jsonMatching') return []
  return jsonMatching(actual, sample[0] as Schema)
    .message()
    .split('\n')
    .slice(1)
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}
