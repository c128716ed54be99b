import { isRecord, list } from '../wire/guards.ts'
import { excerpt } from '../wire/text.ts'
import { objectOf, removed, uploaded } from './_files.ts'
import { granted } from './_honest.ts'
import { WHOLE } from './_parts.ts'
import type { Asker } from './asker.ts'
import { broken, kept, type Outcome, type Trial } from './trial.ts'

/** What is promised of uploaded files. */
export const fileTrials: readonly Trial[] = [
  {
    id: 'files.lifecycle',
    level: 'may',
    mode: 'live',
    needs: ['files'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Takes a file, lists it, gives it back and deletes it.',
    hint: 'Keep the ids of your files yourself, and look after what is left over.',
    source: 'OpenAI API reference, Files',
    blame: 'wire format',
    run: async (ask) => {
      const lines = [{ custom_id: ask.nonce(), method: 'POST', url: '/v1/chat/completions', body: {} }]
      const id = await uploaded(ask, lines)
      if (id === undefined) return broken('took a file and gave it no id', { path: '$.id' })
      const breach = await read(ask, id)
      const reply = await removed(ask, id)
      if (breach !== undefined) return breach
      const { deleted } = objectOf(reply)
      if (deleted !== true) {
        return broken('did not say that it deleted a file', { path: '$.deleted', bytes: excerpt(reply.text) })
      }
      const after = await ask.send('GET', `/files/${id}`)
      return after.status === 404 ? kept() : broken(`answered HTTP ${after.status} for a file that it had deleted`)
    },
  },
]

async function read(ask: Asker, id: string): Promise<Outcome | undefined> {
  const all = await granted(ask, 'GET', '/files')
  if (!list(objectOf(all).data).some((item) => isRecord(item) && item.id === id)) {
    return broken('did not list a file that it had taken', { path: '$.data', bytes: excerpt(all.text) })
  }
  const one = await granted(ask, 'GET', `/files/${id}`)
  if (objectOf(one).id === id) return undefined
  return broken('was asked for a file and sent another', { path: '$.id', bytes: excerpt(one.text) })
}
