import { filled, isClosed, isRecord, num } from './_failures.ts'
import { eventsIn, isAnswer, isLast, isResumed, type Sent } from './_responses.ts'
import { unlikeDone } from './responses-deltas.ts'
import { isDeltaOfItem, strangerIn, unlikeBalance } from './responses-items.ts'
import type { Breach, Contract } from './contract.ts'
import { counted, excerpt, quoted } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'

const wire = { mode: 'wire', needs: ['responses', 'stream'], blame: 'wire format' } as const

const EVENTS = 'OpenAI API reference, Responses, Streaming events'

/** What the events of a Responses API stream promise. */
export const responsesStreamContracts: readonly Contract[] = [
  {
    ...wire,
    id: 'responses.event-type-match',
    level: 'must',
    promise: 'Names every event in its `event:` field as in the `type` of its data.',
    hint: 'Dispatch on `type` in the data, never on the `event:` field.',
    source: `${EVENTS}; HTML standard, section 9.2.6 (event stream interpretation); measured: two providers leave \`event:\` out.`,
    applies: isStream,
    check: unlikeType,
  },
  {
    ...wire,
    id: 'responses.sequence-contiguous',
    level: 'should',
    promise: 'Numbers its events by `sequence_number`, from 0 in steps of one.',
    hint: 'Take the order of arrival, and do not resume a stream by `starting_after`.',
    source: `${EVENTS}, \`sequence_number\`.`,
    applies: isStream,
    check: unlikeSequence,
  },
  {
    ...wire,
    id: 'responses.first-last',
    level: 'must',
    promise:
      'Streams from `response.created` to `response.completed`, `response.incomplete` or `response.failed`, all of it JSON.',
    hint: 'Treat the end of the connection as the end, and an answer without a terminal event as cut off.',
    source: `${EVENTS}; background responses begin with \`response.queued\`.`,
    // A cut connection is the network's doing.
    applies: (reply) => isClosed(reply) && (eventsIn(reply) !== undefined || isWhole(reply)),
    check: unlikeEnds,
  },
  {
    ...wire,
    id: 'responses.items-balanced',
    level: 'should',
    promise: 'Closes every `response.output_item.added` by one `response.output_item.done`.',
    hint: 'Take the items from the `output` of the terminal event.',
    source: `${EVENTS}, response.output_item.added and response.output_item.done.`,
    applies: (reply) =>
      isStream(reply) && !isResumed(reply) && sent(reply).some(({ type }) => type === 'response.completed'),
    check: (reply) => unlikeBalance(sent(reply)),
  },
  {
    ...wire,
    id: 'responses.delta-concat',
    level: 'must',
    promise: 'Sends in each `.done` event exactly what its deltas add up to.',
    hint: 'Take the text and the arguments of the `.done` event in place of the joined deltas.',
    source: `${EVENTS}, the \`.delta\` and \`.done\` pairs; measured: kept by all of 498 streams.`,
    applies: (reply) =>
      isStream(reply) && !isResumed(reply) && sent(reply).some(({ type }) => type?.endsWith('.delta')),
    check: (reply) => unlikeDone(sent(reply)),
  },
  {
    ...wire,
    id: 'responses.item-id-known',
    level: 'should',
    promise: 'Gives every delta the `item_id` of an item that was announced before it.',
    hint: 'Join deltas by `output_index` in place of `item_id`.',
    source: `${EVENTS}, \`item_id\`; measured: one gateway gives every event a new id.`,
    applies: (reply) => isStream(reply) && !isResumed(reply) && sent(reply).some(isDeltaOfItem),
    check: (reply) => strangerIn(sent(reply)),
  },
  {
    ...wire,
    id: 'responses.no-done-sentinel',
    level: 'may',
    promise: 'Ends its stream without the `[DONE]` of Chat Completions.',
    hint: 'Skip `[DONE]` before the data is parsed as JSON.',
    source: `${EVENTS}: the last event is \`response.completed\` or its like; measured: one gateway adds [DONE].`,
    applies: isStream,
    check({ stream }) {
      const event = stream?.events.findIndex(({ json, data }) => json === undefined && data.trim() === '[DONE]') ?? -1
      return event < 0 ? undefined : { says: `sent [DONE] in event ${event + 1}`, event, bytes: 'data: [DONE]' }
    },
  },
]

function isStream(reply: Reply): boolean {
  return sent(reply).some(({ json }) => typeof json.type === 'string')
}

function sent(reply: Reply): readonly Sent[] {
  return eventsIn(reply) ?? []
}

function unlikeType(reply: Reply): Breach | undefined {
  for (const { json, event } of sent(reply)) {
    const type = filled(json.type)
    const name = reply.stream?.events[event]?.event
    if (type === undefined || name === type) continue
    const says =
      name === undefined
        ? `left out the \`event:\` field of ${excerpt(type)}`
        : `named event ${event + 1} ${quoted(name)} where its \`type\` is ${quoted(type)}`
    return { says, path: '$.type', event }
  }
  return undefined
}

function unlikeSequence(reply: Reply): Breach | undefined {
  let next = isResumed(reply) ? undefined : 0
  for (const { json, event, type } of sent(reply)) {
    const number = num(json.sequence_number)
    if (number === undefined) {
      // An error of a proxy has no number, and only events of the protocol are promised one.
      if (!type?.startsWith('response.')) continue
      return { says: `sent ${excerpt(type)} in event ${event + 1} without a sequence_number`, path: '$', event }
    }
    if (number !== (next ?? number)) {
      return {
        says: `numbered event ${event + 1} with ${number} where ${next} was next`,
        path: '$.sequence_number',
        event,
      }
    }
    next = number + 1
  }
  return undefined
}

/** True for a whole body in answer to a request for a stream. */
function isWhole(reply: Reply): boolean {
  return isAnswer(reply) && !reply.stream && reply.asked?.stream === true && !reply.error
}

function unlikeEnds(reply: Reply): Breach | undefined {
  const { stream, error } = reply
  if (!stream) return { says: 'sent a whole body in place of an event stream', path: '$', bytes: excerpt(reply.text) }
  const own = sent(reply).filter(({ type }) => type?.startsWith('response.') || type === 'error' || !type)
  const [first, last] = [own[0], own.at(-1)]
  if (!first || !last) {
    const event = stream.events.length === 0 ? {} : { event: 0 }
    return error
      ? undefined
      : { says: 'sent a stream without any event of a response', ...event, bytes: excerpt(reply.text) }
  }
  const begins =
    first.type === 'response.created' || first.type === 'response.queued' || first.type === 'error' || isFault(first)
  if (!begins && !isResumed(reply))
    return { says: `began with ${name(first)}, not with response.created`, path: '$.type', event: first.event }
  // An `error` event may be the last one: the response did not live to be failed.
  if (!isLast(last.type) && last.type !== 'error' && !isFault(last)) {
    return {
      says: `ended with ${name(last)}, not with response.completed, incomplete or failed`,
      path: '$.type',
      event: last.event,
    }
  }
  const [event] = error ? [] : stream.malformed
  if (event === undefined) return undefined
  const says = `sent ${counted(stream.malformed.length, 'event')} whose data is not JSON`
  return { says, event, bytes: excerpt(stream.events[event]?.data ?? '') }
}

function isFault({ json, type }: Sent): boolean {
  return !type?.startsWith('response.') && (isRecord(json.error) || filled(json.error) !== undefined)
}

function name({ type }: Sent): string {
  return type === undefined ? 'an event without a type' : excerpt(type)
}
