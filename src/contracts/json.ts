import { excerptEnd, inCode, quoted } from '../wire/text.ts'
import { isCut, lastFinish } from '../wire/finish.ts'
import { filled, isRecord, list } from '../wire/guards.ts'
import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'
import { lostIn, own, trying, type CheckWith } from './_reread.ts'
import { at, finishOf, spotsOf } from './_stream.ts'
import { isAnswer, responseIn } from './_responses.ts'
import type { Breach, Contract } from './contract.ts'
import { isChat } from './_once.ts'

const needs = ['json_schema'] as const
const structured = 'OpenAI guide, structured outputs'

/** Chat asks in `response_format`, the Responses API in `text.format`. */
const asksSchema = ({ asked, api }: Reply): boolean => {
  const { response_format: chat, text } = asked?.body ?? {}
  const format = api === 'responses' ? isRecord(text) && text.format : chat
  return isRecord(format) && format.type === 'json_schema'
}
const answersSchema = (reply: Reply): boolean =>
  (isChat(reply) || isAnswer(reply)) && reply.error === undefined && asksSchema(reply)

interface Said {
  readonly index: number
  readonly value: Json | undefined
  readonly where: Pick<Breach, 'path' | 'event'>
}

/** What a reply says under one key of its choices, or in the parts of its output of one type. */
function partsOf(reply: Reply, key: 'content' | 'refusal'): readonly Said[] {
  if (reply.api !== 'responses') {
    return spotsOf(reply).map((spot) => {
      const where = at(spot, `${spot.event === undefined ? '.message' : '.delta'}.${key}`)
      return { where, index: spot.index, value: spot.said[key] }
    })
  }
  const found = responseIn(reply)
  const [type, name] = key === 'content' ? ['output_text', 'text'] : ['refusal', 'refusal']
  return list(found?.response.output).flatMap((item, at) =>
    list(isRecord(item) ? item.content : undefined).flatMap((part, place) => {
      if (!isRecord(part) || part.type !== type) return []
      const path = `${found?.path}.output[${at}].content[${place}].${name}`
      return [
        { where: { path, ...(found?.event === undefined ? {} : { event: found.event }) }, index: 0, value: part[name] },
      ]
    }),
  )
}

const refused = (reply: Reply) =>
  partsOf(reply, 'refusal').flatMap(({ value, ...rest }) => {
    const part = filled(value)
    return part === undefined ? [] : [{ ...rest, part }]
  })

/** The check of the JSON contract with mode `client`: it takes the reader that is to be tried. */
export const jsonCheckWith = {
  'json_schema.refusal-safe': trying((reply, read) => {
    const { answers } = read(reply.exchange)
    const parts = refused(reply)
    const lost = lostIn(parts, answers, ({ refusal }) => refusal)
    if (lost) return { says: `was read without its refusal ${quoted(lost.part, 40)}`, ...lost.where }
    const told = new Map(parts.map(({ index, where }) => [index, where]))
    const taken = answers.find(
      ({ index, refusal = '', text = '' }) => told.has(index) && text !== '' && refusal.includes(text),
    )
    return taken && { says: 'was read with its refusal as its JSON', ...told.get(taken.index) }
  }),
} as const satisfies Readonly<Record<string, CheckWith>>

/** Structured output: JSON in a string, honest where it was cut. */
export const jsonContracts: readonly Contract[] = [
  {
    id: 'json_schema.string-content',
    level: 'must',
    mode: 'wire',
    needs,
    promise: 'Sends JSON that fits a schema as a string in content.',
    hint: 'Parse content only where it is a string, and take it as it is where it is an object.',
    source: 'OpenAI API reference, the chat completion object: message.content (string or null)',
    blame: 'wire format',
    applies: (reply) => answersSchema(reply) && reply.stream === undefined && reply.answers.length > 0,
    check: (reply) => {
      const bad = partsOf(reply, 'content').find(({ value = null }) => value !== null && typeof value !== 'string')
      if (bad === undefined) return undefined
      const { value, where } = bad
      const kind = Array.isArray(value) ? 'an array' : isRecord(value) ? 'an object' : inCode(value, 40)
      return { says: `sent its JSON as ${kind}`, ...where, bytes: inCode(value, 80) }
    },
  },
  {
    id: 'json_schema.truncated-is-length',
    level: 'must',
    mode: 'wire',
    needs,
    promise: 'Finishes with "length" where its JSON was cut.',
    hint: 'Raise max_tokens, and look for a gateway that says "stop" for every end.',
    source: `${structured}: incomplete answers have finish_reason "length"`,
    blame: 'gateway',
    // A stop sequence of the request's own may cut JSON too, and then the reason is "stop".
    applies: (reply) => {
      const { stop = null } = reply.asked?.body ?? {}
      const whole = reply.exchange.response.end === 'closed' && !reply.stream?.malformed.length
      return answersSchema(reply) && whole && stop === null && reply.answers.some(({ text }) => isJsonStart(text))
    },
    check: (reply) => {
      const bad = reply.answers.find((answer) => {
        const reason = lastFinish(answer)
        // A response without a reason is not finished, or says that it failed.
        const silent = reply.api !== 'responses' && reply.stream?.terminated !== false
        return (reason === undefined ? silent : !isCut(reason)) && isCutJson(answer.text ?? '')
      })
      if (bad === undefined) return undefined
      const found = responseIn(reply)
      if (found) {
        const where = { path: `${found.path}.status`, ...(found.event === undefined ? {} : { event: found.event }) }
        return {
          says: 'called its answer completed, though its JSON was cut',
          ...where,
          bytes: excerptEnd(bad.text ?? ''),
        }
      }
      const spots = spotsOf(reply).filter(({ index }) => index === bad.index)
      const spot = spots.findLast((each) => finishOf(each) !== undefined) ?? spots.at(-1)
      const reason = spot && finishOf(spot)
      const says = `finished ${reason === undefined ? 'without a finish_reason' : `with ${quoted(reason, 40)}`}, though its JSON was cut`
      return { says, ...(spot && at(spot, '.finish_reason')), bytes: excerptEnd(bad.text ?? '') }
    },
  },
  {
    id: 'json_schema.refusal-safe',
    level: 'should',
    mode: 'client',
    needs,
    promise: 'Reads a refusal in place of JSON as a refusal.',
    hint: "Report this exchange to the client's authors: the fault is the reader's, not the provider's.",
    source: `${structured}: refusals stand in message.refusal`,
    blame: 'configuration',
    applies: (reply) => answersSchema(reply) && refused(reply).length > 0,
    check: own(jsonCheckWith['json_schema.refusal-safe']),
  },
]

const isJsonStart = (text: string | undefined): boolean => /^\s*[[{]/.test(text ?? '')

/** Whether a text that its limit ended looks cut: JSON that is not closed, or a sentence without an end. */
export function isOpenText(text: string): boolean {
  return isCutJson(text) || !/[.!?。！？…;)\]}"'`»”*]\s*$/.test(text)
}

/** Whether a text begins as a JSON object or array and ends before it is closed: cut, not malformed. */
export function isCutJson(text: string): boolean {
  if (!isJsonStart(text)) return false
  const closers: string[] = []
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '"') quoted = !quoted
    else if (quoted) i += char === '\\' ? 1 : 0
    else if (char === '{') closers.push('}')
    else if (char === '[') closers.push(']')
    else if ((char === '}' || char === ']') && (closers.pop() !== char || closers.length === 0)) return false
  }
  return true
}
