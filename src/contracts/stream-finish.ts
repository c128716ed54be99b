import { inCode, listed, quoted } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { at, byIndex, carries, chunksOf, finishOf, isChatStream, spotsIn, type Spot } from './_stream.ts'
import type { Contract } from './contract.ts'

const wire = { mode: 'wire', needs: ['stream'], blame: 'wire format' } as const
const finishReason = 'OpenAI API reference, the chat completion chunk object: choices[].finish_reason'

const choicesOf = (reply: Reply): Spot[][] =>
  byIndex(chunksOf(reply).flatMap(({ json, event }) => spotsIn(json, event)))
const finishes = (reply: Reply): boolean =>
  isChatStream(reply) && choicesOf(reply).some((spots) => spots.some(finishOf))

/** What of a choice came in later chunks than its first finish reason. */
function afterFinish(spots: readonly Spot[]): readonly Spot[] {
  const end = spots.find(finishOf)
  return end === undefined ? [] : spots.filter(({ event = 0 }) => event > (end.event ?? 0))
}

/** How each choice of a chat stream ends. */
export const streamFinishContracts: readonly Contract[] = [
  {
    ...wire,
    id: 'stream.finish.present',
    level: 'must',
    promise: 'Ends each choice with a finish_reason that is not empty.',
    hint: 'Without it a whole answer cannot be told from one cut off: ask the provider, or treat it as cut.',
    source: finishReason,
    // A stream that is cut, broken or ended by an error breaks other promises.
    applies: (reply) =>
      isChatStream(reply) &&
      reply.error === undefined &&
      reply.stream.doneCount > 0 &&
      reply.stream.malformed.length === 0,
    check: (reply) => {
      const choices = choicesOf(reply)
      const last = reply.stream ? reply.stream.events.length - 1 : 0
      if (choices.length === 0) return { says: 'ended its stream without any choice', path: '$.choices', event: last }
      const bad = choices.find((spots) => !spots.some(finishOf))?.at(-1)
      if (bad === undefined) return undefined
      const { finish_reason: value } = bad.choice
      const given = value === undefined || value === null ? '' : ` but ${inCode(value, 40)}`
      return { says: `ended choice ${bad.index} without a finish_reason${given}`, ...at(bad, '.finish_reason') }
    },
  },
  {
    ...wire,
    id: 'stream.finish.exactly-once',
    level: 'should',
    promise: 'Gives each choice one finish_reason.',
    hint: 'Finish a message once in your client: keep the first finish_reason.',
    source: finishReason,
    applies: finishes,
    check: (reply) => {
      const ends = choicesOf(reply).map((spots) => spots.filter(finishOf))
      const twice = ends.find(({ length }) => length > 1)
      const second = twice?.[1]
      if (twice === undefined || second === undefined) return undefined
      const reasons = [...new Set(twice.map((spot) => quoted(finishOf(spot) ?? '', 40)))]
      const said =
        reasons.length > 1 ? `different finish_reasons: ${listed(reasons)}` : `${reasons[0]} ${twice.length} times`
      const says = `gave choice ${second.index} ${reasons.length > 1 ? said : `its finish_reason ${said}`}`
      return { says, ...at(second, '.finish_reason') }
    },
  },
  {
    ...wire,
    id: 'stream.finish.no-content-after',
    level: 'must',
    promise: 'Sends no text, refusal or tool call of a choice after its finish_reason.',
    hint: 'Read to the end of the stream, not only to the finish_reason, or the rest is lost.',
    source: `${finishReason}; measured: all of 1,134 recorded streams keep it`,
    applies: finishes,
    check: (reply) => {
      const late = choicesOf(reply)
        .flatMap(afterFinish)
        .find(({ said }) => carries(said))
      return late && { says: `went on with choice ${late.index} after its finish_reason`, ...at(late, '.delta') }
    },
  },
  {
    ...wire,
    id: 'stream.finish.no-choice-chunk-after',
    level: 'may',
    promise: 'Sends no chunk with a choice after that choice has its finish_reason.',
    hint: 'Expect empty deltas after the finish_reason, often beside usage.',
    source: `${finishReason}, as OpenAI sends it; measured: OpenRouter and others send one more, with usage`,
    applies: finishes,
    check: (reply) => {
      const [late] = choicesOf(reply).flatMap(afterFinish)
      return late && { says: `sent choice ${late.index} again after its finish_reason`, ...at(late, '') }
    },
  },
]
