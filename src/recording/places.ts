import type { Json } from '../wire/exchange.ts'
import { canonical } from './match.ts'

/** One place where two JSON values differ; undefined where a side has nothing there. */
export interface Place {
  /** JSON path without the `$`: `choices[0].message.content`. Empty for the whole. */
  readonly path: string
  readonly before: Json | undefined
  readonly after: Json | undefined
}

/** Every place where two values differ, as deep as both are of the same kind. The order of keys does not count. */
export function placesBetween(before: Json | undefined, after: Json | undefined, path = ''): Place[] {
  if (canonical(before) === canonical(after)) return []
  if (Array.isArray(before) && Array.isArray(after)) {
    const length = Math.max(before.length, after.length)
    return Array.from({ length }, (_, index) => placesBetween(before[index], after[index], `${path}[${index}]`)).flat()
  }
  if (isObject(before) && isObject(after)) {
    const keys = new Set([...Object.keys(before), ...Object.keys(after)])
    return [...keys].flatMap((key) => placesBetween(before[key], after[key], path === '' ? key : `${path}.${key}`))
  }
  return [{ path, before, after }]
}

const isObject = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
