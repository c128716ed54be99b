import { inCode, step } from '../src/wire/text.ts'

type Equals = (actual: unknown, expected: unknown) => boolean

/** Where a value differs from the expected one, path by path; `equals` decides, asymmetric matchers included. */
export function differences(actual: unknown, expected: unknown, equals: Equals, path = '$'): string[] {
  if (equals(actual, expected)) return []
  const whole = [`${path} was ${inCode(actual)}, expected ${inCode(expected)}`]
  if (!isPlain(actual) || !isPlain(expected) || Array.isArray(actual) !== Array.isArray(expected)) return whole
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)])
  const parts = [...keys].flatMap((key) => {
    const at = path + step(Array.isArray(expected) ? Number(key) : key)
    const wanted = Object.hasOwn(expected, key) ? expected[key] : undefined
    if (Object.hasOwn(actual, key)) {
      if (Object.hasOwn(expected, key)) return differences(actual[key], wanted, equals, at)
      return [`${at} was ${inCode(actual[key])}, expected nothing there`]
    }
    return equals(undefined, wanted) ? [] : [`${at} is missing, expected ${inCode(wanted)}`]
  })
  return parts.length === 0 ? whole : parts
}

function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}
