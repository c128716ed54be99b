import { filled, isRecord } from './_failures.ts'
import type { Sent } from './_responses.ts'
import type { Breach } from './contract.ts'
import type { Json } from '../wire/exchange.ts'
import { excerpt, quoted } from '../wire/text.ts'

/** The first item that was opened twice, closed without being open, or never closed. */
export function unlikeBalance(events: readonly Sent[]): Breach | undefined {
  const open = new Map<Json | undefined, number>()
  for (const { json, event, type } of events) {
    const key = json.output_index ?? (isRecord(json.item) ? json.item.id : undefined)
    if (type === 'response.output_item.added') {
      if (open.has(key))
        return {
          says: `added item ${indexOf(key)} again in event ${event + 1}, before it was done`,
          path: '$.output_index',
          event,
        }
      open.set(key, event)
    } else if (type === 'response.output_item.done' && !open.delete(key)) {
      return {
        says: `finished item ${indexOf(key)} in event ${event + 1}, which was not open`,
        path: '$.output_index',
        event,
      }
    }
  }
  const [left] = open
  return (
    left && {
      says: `never finished item ${indexOf(left[0])}, which event ${left[1] + 1} added`,
      path: '$.output_index',
      event: left[1],
    }
  )
}

/** True for a delta that names its item. */
export function isDeltaOfItem({ json, type }: Sent): boolean {
  return type?.endsWith('.delta') === true && filled(json.item_id) !== undefined
}

/** The first delta of an item that no event had announced. */
export function strangerIn(events: readonly Sent[]): Breach | undefined {
  const known = new Set<unknown>()
  for (const item of events) {
    const { json, event, type } = item
    if (type === 'response.output_item.added' && isRecord(json.item)) known.add(json.item.id)
    if (!isDeltaOfItem(item) || known.has(json.item_id)) continue
    const says = `sent a delta in event ${event + 1} for item ${quoted(filled(json.item_id) ?? '', 24)}, which no event had added`
    return { says, path: '$.item_id', event }
  }
  return undefined
}

function indexOf(key: Json | undefined): string {
  return typeof key === 'number' ? String(key) : typeof key === 'string' ? excerpt(key, 24) : 'without an index'
}
