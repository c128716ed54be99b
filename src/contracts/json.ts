import { excerptEnd, inCode, quoted } from '../wire/text.ts'
import { isCut, lastFinish } from '../wire/finish.ts'
import { filled, isRecord } from '../wire/guards.ts'
import type { Reply } from '../wire/types.ts'
import { own, trying, type CheckWith } from './_reread.ts'
import { at, finishOf, isChat, spotsOf } from './_stream.ts'
import type { Contract } from './contract.ts'

const needs = ['json_schema'] as const
const structured = 'OpenAI guide, structured outputs'

const asksSchema = ({ asked }: Reply): boolean => {
  const format = asked?.body.response_format
  return isRecord(format) && format.type === 'json_schema'
}
const answersSchema = (reply: Reply): boolean => isChat(reply) && reply.error === undefined && asksSchema(reply)
const refused = (reply: Reply) => spotsOf(reply).filter(({ said }) => filled(said.refusal) !== undefined)

/** The check of the JSON contract with mode `client`: it takes the reader that is to be tried. */
export const jsonCheckWith = {
  'json_schema.refusal-safe': trying((reply, read) => {
    const { answers } = read(reply.exchange)
    for (const spot of refused(reply)) {
      const part = filled(spot.said.refusal) ?? ''
      const { refusal = '', text = '' } = answers.find(({ index }) => index === spot.index) ?? {}
      const where = at(spot, spot.event === undefined ? '.message.refusal' : '.delta.refusal')
      if (!refusal.includes(part)) return { says: `was read without its refusal ${quoted(part, 40)}`, ...where }
      if (text !== '' && refusal.includes(text)) return { says: 'was read with its refusal as its JSON', ...where }
    }
    return undefined
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
      const bad = spotsOf(reply).find(({ said: { content = null } }) => content !== null && typeof content !== 'string')
      if (bad === undefined) return undefined
      const { content = null } = bad.said
      const kind = Array.isArray(content) ? 'an array' : isRecord(content) ? 'an object' : inCode(content, 40)
      return { says: `sent its JSON as ${kind}`, ...at(bad, '.message.content'), bytes: inCode(content, 80) }
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
        const isEnd = reason === undefined ? reply.stream?.terminated !== false : !isCut(reason)
        return isEnd && isCutJson(answer.text ?? '')
      })
      if (bad === undefined) return undefined
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
