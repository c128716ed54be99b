import { inCode } from '../wire/text.ts'
import { isRecord, list, num, str } from '../wire/guards.ts'
import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'
import { at, spotsOf, type Spot } from './_stream.ts'
import type { Breach, Contract } from './contract.ts'
import { isChat } from './_once.ts'

/** The one promise about log probabilities. */
export const logprobsContract: Contract = {
  id: 'logprobs.shape',
  level: 'may',
  mode: 'wire',
  needs: ['logprobs'],
  promise: 'Gives each token of the text its log probability, bytes and alternatives, as asked for.',
  hint: 'Ask a provider that declares logprobs, or read only token and logprob.',
  source: 'OpenAI API reference, the chat completion object: choices[].logprobs',
  blame: 'wire format',
  applies: (reply) =>
    isChat(reply) && reply.error === undefined && reply.asked?.body.logprobs === true && spoken(reply).length > 0,
  check: (reply) => {
    const byIndex = Map.groupBy(spotsOf(reply), ({ index }) => index)
    for (const { index, text = '' } of spoken(reply)) {
      const spots = byIndex.get(index) ?? []
      const breach =
        missing(spots) ?? badEntry(spots, num(reply.asked?.body.top_logprobs) ?? 0) ?? otherText(spots, text)
      if (breach) return breach
    }
    return undefined
  },
}

/** Answers that are nothing but text. */
const spoken = ({ answers }: Reply) =>
  answers.filter(
    ({ text = '', toolCalls, contentJson }) => text !== '' && toolCalls.length === 0 && contentJson === undefined,
  )

const entriesOf = ({ choice }: Spot): readonly Json[] =>
  isRecord(choice.logprobs) ? list(choice.logprobs.content) : []

function missing(spots: readonly Spot[]): Breach | undefined {
  const [first] = spots
  if (first === undefined || spots.some((spot) => entriesOf(spot).length > 0)) return undefined
  const { logprobs } = first.choice
  return { says: `answered without logprobs (${inCode(logprobs, 40)})`, ...at(first, '.logprobs') }
}

function badEntry(spots: readonly Spot[], top: number): Breach | undefined {
  for (const spot of spots) {
    for (const [position, entry] of entriesOf(spot).entries()) {
      const wrong = wrongIn(entry, top)
      if (wrong)
        return { says: `gave ${wrong}`, ...at(spot, `.logprobs.content[${position}]`), bytes: inCode(entry, 80) }
    }
  }
  return undefined
}

function wrongIn(entry: Json, top: number): string | undefined {
  if (!isRecord(entry) || typeof entry.token !== 'string') return 'a log probability without its token'
  const logprob = num(entry.logprob)
  // Rounding puts a probability near 1 above it: OpenAI has sent 0.00003.
  if (logprob === undefined || logprob > 1e-3) return `a token with logprob ${inCode(entry.logprob, 20)}`
  const { bytes = null } = entry
  if (bytes !== null && !isBytes(bytes)) return 'a token whose bytes are none'
  if (!Array.isArray(entry.top_logprobs)) return 'a token without top_logprobs'
  const given = entry.top_logprobs.length
  return given > top ? `a token with ${given} top_logprobs instead of ${top}` : undefined
}

const isBytes = (value: Json): value is number[] =>
  Array.isArray(value) && value.every((byte) => Number.isInteger(byte) && Number(byte) >= 0 && Number(byte) < 256)

function otherText(spots: readonly Spot[], text: string): Breach | undefined {
  const entries = spots.flatMap((spot) => entriesOf(spot).filter(isRecord))
  const all = entries.map(({ bytes = null, token }) =>
    isBytes(bytes) ? Buffer.from(bytes) : Buffer.from(str(token) ?? ''),
  )
  const joined = Buffer.concat(all).toString()
  const [first] = spots
  if (first === undefined || joined === text) return undefined
  return {
    says: 'gave log probabilities of tokens that are not its text',
    ...at(first, '.logprobs.content'),
    bytes: inCode(joined, 80),
  }
}
