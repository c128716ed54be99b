import type { Seed } from './contract.ts'
import { chunk, completion, stream, whole } from './seed.ts'

const counts = { prompt_tokens: 8, completion_tokens: 9, total_tokens: 17 }
const usage = { ...counts, completion_tokens_details: { reasoning_tokens: 6 } }
const thought = (message: Record<string, unknown>, more: Record<string, unknown> = { usage }) =>
  whole(completion(message, more))

const role = chunk({ role: 'assistant', content: '' })
const thinks = [chunk({ reasoning_content: 'They greet' }), chunk({ reasoning_content: ' me.' })]
const [begins, ends] = [chunk({ content: 'Hello' }), chunk({ content: ' there' })]
const stop = [chunk({}, 'stop'), 'data: [DONE]']

/** For every contract of reasoning an exchange that keeps it and one that breaks it. */
export const reasoningSeeds: readonly Seed[] = [
  {
    contract: 'reasoning.field',
    clean: thought({ reasoning_content: 'They greet me.' }),
    defect: thought({ reasoning_text: 'They greet me.' }),
  },
  {
    contract: 'reasoning.before-content',
    clean: stream([role, ...thinks, begins, ends, ...stop]),
    defect: stream([role, begins, ...thinks, ends, ...stop]),
  },
  {
    contract: 'reasoning.tokens-reported',
    clean: thought({ reasoning_content: 'They greet me.' }),
    defect: thought({ reasoning_content: 'They greet me.' }, { usage: counts }),
  },
]
