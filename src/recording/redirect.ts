import { askedBy, type Asked } from './asked.ts'

/** How often Node.js follows one call. */
const MOST_HOPS = 20

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])
const OF_A_BODY = ['content-encoding', 'content-language', 'content-location', 'content-type', 'content-length']
const OF_AN_ORIGIN = ['authorization', 'proxy-authorization', 'cookie', 'host']

/**
 * What a client asks for next because of an answer, as the Fetch Standard has it; undefined where that is its answer.
 *
 * @throws {TypeError} as Node.js does, where the client does not want to be redirected, or cannot be.
 */
export function redirected(asked: Asked, { status, headers }: Response, hops: number): Asked | undefined {
  if (!REDIRECTS.has(status) || asked.redirect === 'manual') return undefined
  if (asked.redirect === 'error') throw failed('unexpected redirect')
  const location = headers.get('location')
  if (location === null) return undefined
  const from = asked.address
  const to = URL.parse(location, from)
  if (to === null || !/^https?:$/.test(to.protocol)) throw failed('URL scheme must be a HTTP(S) scheme')
  if (hops === MOST_HOPS) throw failed('redirect count exceeded')
  const { method, signal = null } = asked
  const isAnew = status === 303 ? method !== 'GET' && method !== 'HEAD' : status < 303 && method === 'POST'
  const kept = new Headers(asked.request.headers)
  for (const name of isAnew ? OF_A_BODY : []) kept.delete(name)
  for (const name of to.origin === from.origin ? [] : OF_AN_ORIGIN) kept.delete(name)
  if (isAnew) return askedBy(new Request(to, { method: 'GET', headers: kept, signal }))
  if (asked.text === undefined && asked.request.body !== null) throw failed('a body that was read cannot be sent again')
  return askedBy(new Request(to, { method, headers: kept, signal, body: asked.text || null }))
}

function failed(why: string): TypeError {
  return new TypeError('fetch failed', { cause: new Error(why) })
}
