/**
 * What is wrong with a base URL, as a sentence goes on after the field's name; undefined where nothing is. A value that
 * may hold a secret is never part of it: credentials, a query, or what may be a key set in the wrong place.
 *
 * @example
 * ```ts
 * urlTrouble('https://api.acme.dev/v1/') // 'is "https://api.acme.dev/v1/", which ends in a slash'
 * urlTrouble('https://api.acme.dev/v1') // undefined
 * ```
 */
export function urlTrouble(value: string): string | undefined {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (value.includes('@') || url?.password) return 'holds credentials (its value is not shown)'
  if (url === undefined || !/^https?:\/\/[^/\s]/i.test(value) || /\s/.test(value)) {
    return `is ${shown(value)}, which is no absolute http(s) URL`
  }
  if (/[?#]/.test(value)) return 'carries a query or a fragment (its value is not shown)'
  if (value.endsWith('/')) return `is "${value}", which ends in a slash`
  return undefined
}

/**
 * A base URL without its trailing slashes.
 *
 * @example
 * ```ts
 * withoutSlash('http://localhost:8080/v1/') // 'http://localhost:8080/v1'
 * ```
 */
export function withoutSlash(value: string): string {
  return value.replace(/\/+$/, '')
}

function shown(value: string): string {
  const isAddressLike = /^([a-z]+:\/\/|\/|[\w.-]+:\d+(\/|$)|[\w-]+(\.[\w-]+)+\/)/i.test(value) && !/[?#]/.test(value)
  return isAddressLike || value.length < 16 ? JSON.stringify(value) : 'a value not shown here, as it may be a key'
}
