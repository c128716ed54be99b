import type { JsonObject } from '../wire/guards.ts'
import { filled, isRecord } from '../wire/guards.ts'
import { granted } from './_honest.ts'
import type { Asker } from './asker.ts'

/** Uploads a file of JSON lines for a batch, and gives its id; undefined where the answer has none. */
export async function uploaded(ask: Asker, lines: readonly unknown[]): Promise<string | undefined> {
  const form = new FormData()
  form.set('purpose', 'batch')
  const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`
  form.set('file', new File([text], 'llm-contracts.jsonl', { type: 'application/jsonl' }))
  return filled(objectOf(await granted(ask, 'POST', '/files', form)).id)
}

/** Deletes a file; what comes of it is not judged. */
export const removed = (ask: Asker, id: string) => ask.send('DELETE', `/files/${id}`)

/** The body of a reply as an object, empty where it is none. */
export const objectOf = ({ json }: { readonly json: unknown }): JsonObject => (isRecord(json) ? json : {})
