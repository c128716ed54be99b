import type { Exchange, Json } from '../wire/exchange.ts'
import type { RecordedExchange, Recording } from './format.ts'
import { unpackResponse } from './pack.ts'

/** A recorded exchange as it passed on the wire, for reading its reply. `file` is what messages name. */
export function replayed(recording: Recording, number: number, file: string): Exchange | undefined {
  const recorded = recording.exchanges[number - 1]
  if (recorded === undefined) return undefined
  const { method, path, headers, body } = recorded.request
  return {
    request: {
      method,
      url: URL.canParse(path, recording.origin.baseURL) ? new URL(path, recording.origin.baseURL).href : path,
      contentType: headers['content-type'],
      text: body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body),
    },
    response: unpackResponse(recorded),
    provider: { name: recording.provider, label: recording.provider },
    evidence: { seen: 'replay', file, number, standIn: recording.origin.kind === 'stand-in' },
  }
}

/** What a recorded request sent: JSON, text, the parts of a form, or a digest; undefined where it sent nothing. */
export function contentOf({ body, parts, sha256 }: RecordedExchange['request']): Json | undefined {
  if (parts !== undefined) return parts.map((part): Json => ({ ...part }))
  return body ?? (sha256 === undefined ? undefined : { sha256 })
}
