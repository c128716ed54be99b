import { setTimeout as sleep } from 'node:timers/promises'
import { filled, isRecord, list, parseJson, type JsonObject } from '../wire/guards.ts'
import { excerpt, inCode, listed } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { objectOf, removed, uploaded } from './_files.ts'
import { granted } from './_honest.ts'
import { user, WHOLE } from './_parts.ts'
import type { Asker } from './asker.ts'
import { broken, inconclusive, kept, type Outcome, type Trial } from './trial.ts'

/** How often a batch is looked at before the trial gives up: about 70 seconds of waiting. */
const LOOKS = 13
/** Milliseconds; the first wait, doubled up to the longest. */
const [FIRST_WAIT, LONGEST_WAIT] = [250, 8_000]
/** States after which nothing changes. */
const ENDED = ['completed', 'failed', 'expired', 'cancelled']

/** What is promised of batches. */
export const batchTrials: readonly Trial[] = [
  {
    id: 'batches.lifecycle',
    level: 'may',
    mode: 'live',
    needs: ['files', 'batches'],
    profiles: ['strict', 'economics'],
    ways: WHOLE,
    promise: 'Answers every request of a batch once, under the custom_id that it came with.',
    hint: 'Join answers to requests by custom_id, and send again what has none.',
    source: 'OpenAI API reference, Batch',
    blame: 'wire format',
    run: async (ask) => {
      const ids = [ask.nonce('one'), ask.nonce('two')]
      const body = { model: ask.target.model, messages: [user('Say hello.')] }
      const lines = ids.map((custom_id) => ({ custom_id, method: 'POST', url: '/v1/chat/completions', body }))
      const input = await uploaded(ask, lines)
      if (input === undefined) return broken('took a file and gave it no id', { path: '$.id' })
      const made = { input_file_id: input, endpoint: '/v1/chat/completions', completion_window: '24h' }
      const batch = await ended(ask, await granted(ask, 'POST', '/batches', made))
      const output = filled(batch.output_file_id)
      const outcome = await judged(ask, batch, output, ids)
      for (const file of [input, output]) if (file !== undefined) await removed(ask, file)
      return outcome
    },
  },
]

/** Looks at a batch until it has ended, waiting only where the answers are live. */
async function ended(ask: Asker, made: Reply): Promise<JsonObject> {
  let reply = made
  const id = idOf(objectOf(made))
  for (let look = 0; look < LOOKS && !hasEnded(objectOf(reply)); look += 1) {
    if (reply.exchange.evidence.seen === 'live') await sleep(Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** look))
    reply = await granted(ask, 'GET', `/batches/${id}`)
  }
  return objectOf(reply)
}

const idOf = ({ id }: JsonObject) => filled(id) ?? ''

const hasEnded = ({ status }: JsonObject) => ENDED.some((word) => word === status)

async function judged(
  ask: Asker,
  batch: JsonObject,
  output: string | undefined,
  ids: readonly string[],
): Promise<Outcome> {
  const { status, errors } = batch
  if (!hasEnded(batch)) {
    await ask.send('POST', `/batches/${idOf(batch)}/cancel`)
    return inconclusive(`the batch was still ${inCode(status)} after ${LOOKS} looks, and was cancelled`)
  }
  if (status !== 'completed')
    return broken(`ended a batch as ${inCode(status)}`, { path: '$.status', bytes: inCode(errors) })
  if (output === undefined) return broken('completed a batch without a file of answers', { path: '$.output_file_id' })
  const { text } = await granted(ask, 'GET', `/files/${output}/content`)
  const lines = text.trim().split('\n').map(parseJson)
  const answered = lines.map((line) => (isRecord(line) ? (filled(line.custom_id) ?? '') : ''))
  if (answered.toSorted().join() !== ids.toSorted().join()) {
    return broken(`answered ${listed(answered)} where ${listed(ids)} were asked`, { path: '$.custom_id' })
  }
  const without = lines.find((line) => !hasAnswer(line))
  if (without === undefined) return kept()
  return broken('wrote a line without an answer', { path: '$.response.body', bytes: excerpt(JSON.stringify(without)) })
}

function hasAnswer(line: unknown): boolean {
  const response = isRecord(line) ? line.response : undefined
  const body = isRecord(response) && response.status_code === 200 ? response.body : undefined
  return isRecord(body) && list(body.choices).length > 0
}
