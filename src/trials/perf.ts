import { counting } from './_cap.ts'
import { longestGap, paceOf, seconds } from './_pace.ts'
import { STREAMED, user, WHOLE } from './_parts.ts'
import type { Asker } from './asker.ts'
import { inconclusive, kept, broken, type Outcome, type Trial } from './trial.ts'

/** Measurements of the time to the first token. */
const TIMES = 3
/** Characters of an answer that is long enough to be timed: about 150 tokens. */
const LONG = 600

async function firstTokens(ask: Asker): Promise<Outcome> {
  const times: number[] = []
  for (let at = 0; at < TIMES; at += 1) {
    const reply = await ask.chat({ messages: [user(`Reply with exactly this word: ${ask.nonce(String(at))}`)] })
    const [first] = paceOf(reply).at
    if (first === undefined) return inconclusive('a stream held no text')
    times.push(first)
  }
  const sorted = times.toSorted((one, other) => one - other)
  const median = sorted[Math.floor(TIMES / 2)] ?? 0
  return kept(`first token after ${seconds(median)}, at worst ${seconds(sorted.at(-1) ?? 0)}, of ${TIMES}`)
}

async function longAnswer(ask: Asker) {
  const reply = await ask.chat({ messages: [counting(200)], stream_options: { include_usage: true } })
  const pace = paceOf(reply)
  return { pace, tokens: reply.usage?.completionTokens, short: pace.length < LONG }
}

const tooShort = inconclusive('the answer is too short to be timed')

/** Above 1,024 tokens, the least that OpenAI caches, by any tokenizer. */
const prefix = 'All work and no play makes Jack a dull boy. '.repeat(200)
/** Share of the prompt that must come from the cache. */
const CACHED = 0.5

async function prefixHits(ask: Asker): Promise<Outcome> {
  const head = user(`${ask.nonce()} ${prefix}Reply with the word OK only.`)
  const more = [head, { role: 'assistant', content: 'OK' }, user('Reply with the word OK only.')]
  await ask.chat({ messages: [head] })
  const ratios: number[] = []
  for (const messages of [[head], more]) {
    const { usage } = await ask.chat({ messages })
    if (usage?.promptTokens === undefined || usage.cachedTokens === undefined) {
      return inconclusive('the usage does not tell cached tokens')
    }
    ratios.push(usage.cachedTokens / usage.promptTokens)
  }
  const percents = ratios.map((ratio) => `${Math.round(ratio * 100)} %`)
  const note = `${percents[0]} of a repeated prompt and ${percents[1]} of a continued one came from the cache`
  return ratios.every((ratio) => ratio >= CACHED) ? kept(note) : broken(`cached too little: ${note}`)
}

/** What is measured of speed, and of the cache. */
export const perfTrials: readonly Trial[] = [
  {
    id: 'perf.ttft',
    level: 'info',
    mode: 'live',
    needs: ['chat'],
    profiles: ['economics'],
    ways: STREAMED,
    promise: 'Begins to answer after a measured time.',
    hint: 'Ask a model nearer to you, or a smaller one.',
    source: 'contract catalogue: time to the first token',
    blame: 'infrastructure',
    run: firstTokens,
  },
  {
    id: 'perf.tps',
    level: 'info',
    mode: 'live',
    needs: ['chat'],
    profiles: ['economics'],
    ways: STREAMED,
    promise: 'Writes at a measured speed.',
    hint: 'Ask a smaller model.',
    source: 'contract catalogue: output tokens per second',
    blame: 'infrastructure',
    run: async (ask) => {
      const { pace, tokens, short } = await longAnswer(ask)
      if (short) return tooShort
      if (tokens === undefined) return inconclusive('the stream has no usage')
      const time = (pace.at.at(-1) ?? 0) - (pace.at[0] ?? 0)
      if (time <= 0) return inconclusive('the answer came in one go')
      return kept(`${((tokens / time) * 1000).toFixed(1)} tokens per second`)
    },
  },
  {
    id: 'perf.itl-stalls',
    level: 'info',
    mode: 'live',
    needs: ['chat'],
    profiles: ['economics'],
    ways: STREAMED,
    promise: 'Pauses within an answer for a measured time at most.',
    hint: 'Show the user that the answer goes on.',
    source: 'contract catalogue: the longest time between two tokens',
    blame: 'infrastructure',
    run: async (ask) => {
      const { pace, short } = await longAnswer(ask)
      return short ? tooShort : kept(`the longest pause was ${seconds(longestGap(pace.at))}`)
    },
  },
  {
    id: 'cache.prefix-hit-ratio',
    level: 'may',
    mode: 'live',
    needs: ['prompt_cache'],
    profiles: ['economics', 'rag'],
    ways: WHOLE,
    promise: 'Takes at least half of a repeated and of a continued prompt from its cache.',
    hint: 'Put what changes at the end of the prompt, and do not count on the cache for the bill.',
    source: 'OpenAI prompt caching guide; DeepSeek context caching',
    blame: 'infrastructure',
    run: prefixHits,
  },
]
