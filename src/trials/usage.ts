import { excerpt, inCode } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { object, STREAMED, textOf, user, WHOLE } from './_parts.ts'
import { answerTo, clearRefusal } from './_refusal.ts'
import type { Asker } from './asker.ts'
import { broken, ignored, inconclusive, kept, type Outcome, type Trial } from './trial.ts'

const SHORT = 'Reply with the word OK only.'
/** One token in every tokenizer in use. */
const WORD = ' the'
const WORDS = 100
/** Tokens of the words between the short prompt and the repeated one. */
const INTRODUCTION = 5
/** How far the count may be off. */
const SLACK = 5
/** More tokens than any template adds to eight. */
const IMPLAUSIBLE = 250

const promptOf = ({ usage }: Reply) => usage?.promptTokens

async function groundTruth(ask: Asker): Promise<Outcome> {
  const base = await ask.chat({ messages: [user(SHORT)] })
  const grown = await ask.chat({ messages: [user(`${SHORT} Ignore what follows:${WORD.repeat(WORDS)}`)] })
  const [few, many] = [promptOf(base), promptOf(grown)]
  if (few === undefined || many === undefined) return inconclusive('an answer has no usage')
  if (few > IMPLAUSIBLE) return broken(`counted ${few} tokens for "${SHORT}": something was added to it`)
  const growth = many - few - INTRODUCTION
  const note = `${few} tokens for a short prompt, and ${many - few} more for ${WORDS} words`
  if (Math.abs(growth - WORDS) <= SLACK) return kept(note)
  return broken(`counted ${note}`, { path: base.usage?.path ?? '$.usage' })
}

const schema = {
  type: 'json_schema',
  json_schema: {
    name: 'person',
    strict: true,
    schema: object({
      first_name: { type: 'string', description: 'The name that the parents chose.' },
      last_name: { type: 'string', description: 'The name of the family.' },
      age: { type: 'integer', description: 'Age in years.' },
    }),
  },
}

async function parity(ask: Asker): Promise<Outcome> {
  const body = { messages: [user(`Reply with exactly this word and nothing else: ${ask.nonce()}`)] }
  const whole = await ask.chat(body, { way: 'whole' })
  const streamed = await ask.chat({ ...body, stream_options: { include_usage: true } })
  const [one, other] = [countsOf(whole), countsOf(streamed)]
  if (one === undefined || other === undefined) return inconclusive('an answer has no usage')
  if (Math.abs(one.prompt - other.prompt) > 1) {
    return broken(`counted ${one.prompt} prompt tokens whole and ${other.prompt} streamed`)
  }
  if (textOf(whole) !== textOf(streamed)) return inconclusive('the two answers differ, and so may their tokens')
  if (near(one.completion, other.completion) || near(one.answer, other.answer)) return kept()
  return broken(
    `counted ${one.completion} tokens for ${inCode(textOf(whole), 40)} whole and ${other.completion} streamed`,
  )
}

/** `answer` leaves reasoning out, which may differ from one answer to the next. */
function countsOf({ usage }: Reply) {
  if (usage?.promptTokens === undefined || usage.completionTokens === undefined) return undefined
  const { promptTokens: prompt, completionTokens: completion } = usage
  return { prompt, completion, answer: completion - (usage.reasoningTokens ?? 0) }
}

const near = (one: number, other: number) => Math.abs(one - other) <= 2

/** What token counts promise that takes two requests to see. */
export const usageTrials: readonly Trial[] = [
  {
    id: 'usage.prompt-ground-truth',
    level: 'should',
    mode: 'live',
    needs: ['chat'],
    profiles: ['core', 'economics'],
    ways: WHOLE,
    promise: 'Counts a prompt as long as it is: no hidden text, nothing cut, nothing twice.',
    hint: 'Count the prompt yourself, and compare the bill.',
    source: 'Kimi vendor verifier, prompt_tokens; here by the difference that 100 known words make',
    blame: 'gateway',
    run: groundTruth,
  },
  {
    id: 'usage.schema-counted',
    level: 'info',
    mode: 'live',
    needs: ['json_schema'],
    profiles: ['economics'],
    ways: WHOLE,
    promise: 'Counts the tokens of a schema.',
    hint: 'Where the schema costs nothing, check that it has an effect.',
    source: 'Kimi vendor verifier, response_format: 36 tokens without a schema, 119 with it',
    blame: 'wire format',
    run: async (ask) => {
      const messages = [user('Invent a person, as JSON.')]
      const [plain, formed] = [
        promptOf(await ask.chat({ messages })),
        promptOf(await ask.chat({ messages, response_format: schema })),
      ]
      if (plain === undefined || formed === undefined) return inconclusive('an answer has no usage')
      return kept(`the schema counts ${formed - plain} prompt tokens`)
    },
  },
  {
    id: 'stream_options.requires-stream',
    level: 'may',
    mode: 'live',
    needs: ['strict_params'],
    profiles: ['strict'],
    ways: WHOLE,
    promise: 'Refuses stream_options without stream by name.',
    hint: 'Send stream_options with streams only.',
    source: 'OpenAI API reference, stream_options: "Only set this when you set stream: true"',
    blame: 'wire format',
    run: async (ask) => {
      const what = 'stream_options without stream'
      const reply = await answerTo(ask, { messages: [user(SHORT)], stream_options: { include_usage: true } })
      return clearRefusal(reply, /stream/i, what) ?? ignored(`accepted ${what}`, { bytes: excerpt(textOf(reply)) })
    },
  },
  {
    id: 'usage.stream.parity',
    level: 'may',
    mode: 'sampled',
    needs: ['chat'],
    profiles: ['economics'],
    ways: STREAMED,
    promise: 'Counts a streamed answer like a whole one.',
    hint: 'Compare the bill of streams with their usage.',
    source: 'OpenAI API reference, stream_options.include_usage',
    blame: 'wire format',
    run: parity,
  },
]
