import { shown } from './_chat.ts'
import type { Breach } from './contract.ts'
import { isRecord } from '../wire/guards.ts'
import type { Reply } from '../wire/types.ts'
import { excerpt } from '../wire/text.ts'

/** Why a body that should be a JSON object is none; undefined where it is one. */
export function unlikeObject({ json, stream, text, exchange }: Reply): Breach | undefined {
  if (isRecord(json)) return undefined
  const at = { path: '$', bytes: excerpt(text, 120) }
  if (stream) return { says: 'sent an event stream in place of an object', ...at }
  if (json !== undefined) return { says: `sent ${shown(json)} in place of an object`, ...at }
  if (exchange.response.end === 'aborted') {
    return { says: `broke off after ${text.length} characters of its body`, blame: 'infrastructure', ...at }
  }
  if (text.trim() === '') return { says: 'sent an empty body', blame: 'gateway', path: '$' }
  if (/^\s*</.test(text)) return { says: 'sent a page of HTML or XML in place of JSON', blame: 'gateway', ...at }
  return { says: 'sent a body that is no JSON', ...at }
}
