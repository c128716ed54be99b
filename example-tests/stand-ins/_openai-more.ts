import type { Dialect, Refusal } from './_dialect.ts'
import { hex } from './_ids.ts'
import type { JsonObject } from './_json.ts'
import { type More, either } from './_more.ts'
import { responses } from './_responses.ts'
import { shop } from './_shop.ts'

type Refuse = (status: number, message: string, rest?: JsonObject) => Refusal

/** What OpenAI has besides chat: models by id, transcriptions, files, batches, and the Responses API. */
export const more = (dialect: () => Dialect, refusal: Refuse): More =>
  either(
    lookup(dialect, refusal),
    transcription,
    shop(dialect, {
      file: (id) => refusal(404, `No such File object: ${id}`, { param: 'id' }),
      batch: (id) => refusal(404, `No batch found with id '${id}'.`),
    }),
    responses({
      dialect,
      id: (trace) => `resp_${hex(trace, 'response', 48)}`,
      unknown: (_, id) =>
        refusal(400, `Previous response with id '${id}' not found.`, {
          param: 'previous_response_id',
          code: 'previous_response_not_found',
        }),
      parameter: (_, name) => refusal(400, `Unknown parameter: '${name}'.`, { param: name, code: 'unknown_parameter' }),
    }),
  )

const lookup =
  (dialect: () => Dialect, refusal: Refuse): More =>
  ({ route, trace, ok, refused }) => {
    const asked = /^GET \/models\/([^/]+)$/.exec(route)?.[1]
    if (asked === undefined) return undefined
    const id = decodeURIComponent(asked)
    return () => {
      if (dialect().models.includes(id))
        return ok({ id, object: 'model', created: trace.created, owned_by: 'stand-in' })
      return refused(refusal(404, `The model '${id}' does not exist`, { param: 'model', code: 'model_not_found' }))
    }
  }

/** Nothing is heard: whatever was sent, it beeped. */
const transcription: More = ({ route, text, ok }) => {
  if (route !== 'POST /audio/transcriptions') return undefined
  const heard = 'Beep, beep.'
  return () =>
    /name="response_format"\r\n\r\ntext\r\n/.test(text)
      ? { status: 200, text: `${heard}\n`, headers: { 'content-type': 'text/plain; charset=utf-8' } }
      : ok({ text: heard, usage: { type: 'duration', seconds: 1 } })
}
