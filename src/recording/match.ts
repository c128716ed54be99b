import type { Json } from '../wire/exchange.ts'
import type { RecordedRequest } from './format.ts'

/** JSON with sorted keys: equal text for equal values. */
export function canonical(value: Json | undefined): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`)
  return `{${members.join(',')}}`
}

/**
 * A path below a provider's base path, so that a recording made at one address replays at another: `/v1/chat/completions`
 * below `/v1` is `chat/completions`. A path that is not below it stays whole.
 */
export function below(path: string, basePath: string): string {
  const base = basePath.replace(/\/+$/, '')
  return path.startsWith(`${base}/`) ? path.slice(base.length + 1) : path
}

/** What two requests must share to be the same: method, path below the base, canonical body or parts. */
export function keyOf(request: RecordedRequest, basePath: string): string {
  return `${request.method} ${below(request.path, basePath)} ${canonical(contentOf(request))}`
}

/** Whether two requests are the same, as their keys tell: without writing those, which costs more than the comparison. */
export function areSame(a: RecordedRequest, aBase: string, b: RecordedRequest, bBase: string): boolean {
  return a.method === b.method && below(a.path, aBase) === below(b.path, bBase) && sameJson(contentOf(a), contentOf(b))
}

/** Whether two values are the same JSON; the order of keys does not count. */
function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameJson(item, b[index]))
  }
  if (!isRecord(a) || !isRecord(b)) return false
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
}

function contentOf({ body, parts, sha256 }: RecordedRequest): Json | undefined {
  return parts === undefined ? (body ?? sha256) : parts.map((part): Json => ({ ...part }))
}

/** One place where two requests differ. */
export interface Difference {
  /** JSON path into the body, or `method` or `path`. */
  readonly path: string
  readonly recorded: string
  readonly asked: string
}

/** Where a request differs from a recorded one, at most `limit` places. Paths are taken as given: cut them `below` first. */
export function differences(recorded: RecordedRequest, asked: RecordedRequest, limit = 20): Difference[] {
  const found: Difference[] = []
  const add = (path: string, a: Json | undefined, b: Json | undefined) => {
    if (found.length < limit) found.push({ path, recorded: shown(a), asked: shown(b) })
  }
  if (recorded.method !== asked.method) add('method', recorded.method, asked.method)
  if (recorded.path !== asked.path) add('path', recorded.path, asked.path)
  const walk = (path: string, a: Json | undefined, b: Json | undefined): void => {
    if (found.length >= limit || canonical(a) === canonical(b)) return
    if (Array.isArray(a) && Array.isArray(b)) {
      for (let index = 0; index < Math.max(a.length, b.length); index++) walk(`${path}[${index}]`, a[index], b[index])
    } else if (isRecord(a) && isRecord(b)) {
      for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) walk(`${path}.${key}`, a[key], b[key])
    } else add(path, a, b)
  }
  walk('$', contentOf(recorded), contentOf(asked))
  return found
}

const isRecord = (value: Json | undefined): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function shown(value: Json | undefined): string {
  if (value === undefined) return 'absent'
  const text = canonical(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}
