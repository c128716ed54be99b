import { requestIdOf } from './request-id.ts'
import { excerpt } from './text.ts'
import type { Reply } from './types.ts'

/** The last line of every failure: where the exchange can be looked up. */
export function renderEvidence(reply: Reply): string {
  const { exchange, status } = reply
  const { seen, file, number, standIn, fault } = exchange.evidence
  const place = {
    live: `live, exchange ${number}`,
    replay: `${file ?? 'replay'}, exchange ${number}`,
    given: 'a Response given to the matcher',
  }[seen]
  const id = requestIdOf(reply)
  const notes = [
    id === undefined ? '' : `, request id ${excerpt(id, 60)}`,
    standIn === true ? ', from a stand-in' : '',
    fault === undefined ? '' : `, with a fault from the test (${fault})`,
  ]
  return `${place}, HTTP ${status}${notes.join('')}`
}
