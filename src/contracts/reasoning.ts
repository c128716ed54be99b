import { chunksIn, isFilled, isRecord, list, place, spokenIn } from './_chat.ts'
import type { JsonObject, Spoken } from './_chat.ts'
import type { Breach, Contract } from './contract.ts'
import { readChatStream } from '../wire/chat.ts'
import type { Reply } from '../wire/types.ts'
import { lastCounted } from './_usage.ts'
import { listed } from '../wire/text.ts'

// Where reasoning may stand, by preference; Qwen, DeepSeek and most have the first, Groq and Ollama the second.
const KNOWN: readonly string[] = ['reasoning_content', 'reasoning', 'reasoning_details']
// Copilot has `reasoning_text`.
const STRANGE: readonly string[] = ['reasoning_text', 'thinking', 'thinking_content', 'thought', 'thoughts']

const base = {
  mode: 'wire',
  needs: ['reasoning'],
  source: 'measured: reasoning_content (DeepSeek, Zhipu, xAI), reasoning (Groq, Ollama), both or details (OpenRouter)',
  blame: 'wire format',
} as const satisfies Partial<Contract>

/** What a chat completion promises of the reasoning that it shows. */
export const reasoningContracts: readonly Contract[] = [
  {
    ...base,
    id: 'reasoning.field',
    level: 'must',
    promise:
      'Shows its reasoning in `reasoning_content`, `reasoning` or `reasoning_details`, and stays with one of them.',
    hint: 'Map the field of this provider to yours before anything looks for reasoning.',
    applies: (reply) => spokenIn(reply).some(({ message }) => fieldsIn(message).length > 0),
    check: misplaced,
  },
  {
    ...base,
    id: 'reasoning.before-content',
    level: 'should',
    needs: ['reasoning', 'stream'],
    promise: 'Ends the reasoning of a choice before its text or its tool calls begin.',
    hint: 'Collect reasoning until the stream ends, and do not close its block at the first text.',
    source: 'measured: recorded streams with reasoning send it first (21 of 21)',
    applies: (reply) => chunksIn(reply).length > 0 && isReasoned(reply),
    check: late,
  },
  {
    ...base,
    id: 'reasoning.tokens-reported',
    level: 'may',
    promise: 'Counts reasoning tokens where it shows reasoning.',
    hint: 'Estimate the share of reasoning from its text; the completion tokens may hold it all.',
    source: 'OpenAI API reference, The chat completion object, usage.completion_tokens_details.reasoning_tokens',
    applies: (reply) => isReasoned(reply) && lastCounted(reply) !== undefined,
    check: (reply) => {
      const tokens = reply.usage?.reasoningTokens
      const { path = '$.usage', event } = lastCounted(reply) ?? {}
      if (tokens !== undefined && tokens > 0) return undefined
      const says = tokens === undefined ? 'counted no reasoning tokens' : `counted ${tokens} reasoning tokens`
      return { says: `${says} beside its reasoning`, ...place(path, event) }
    },
  },
]

function isReasoned(reply: Reply): boolean {
  return reply.answers.some(({ reasoning }) => reasoning !== undefined && reasoning.trim() !== '')
}

/** The fields of a message that have reasoning text; `content` where that is an array with thinking parts. */
function fieldsIn(message: JsonObject): string[] {
  const found = [...KNOWN, ...STRANGE].filter((field) => isFilled(message[field]) || hasText(message[field]))
  return list(message.content).some(isThinking) ? [...found, 'content'] : found
}

function hasText(details: unknown): boolean {
  return list(details).some((part) => isRecord(part) && (isFilled(part.text) || isFilled(part.summary)))
}

function isThinking(part: unknown): boolean {
  return isRecord(part) && (isFilled(part.thinking) || hasText(part.thinking) || hasText(part.summary))
}

function misplaced(reply: Reply): Breach | undefined {
  let common: readonly string[] | undefined
  for (const { message, ...at } of spokenIn(reply)) {
    const fields = fieldsIn(message)
    const known = fields.filter((field) => KNOWN.includes(field))
    const [field] = fields
    if (field === undefined) continue
    if (known.length === 0) return { says: `showed its reasoning in \`${field}\``, ...inside(at, field) }
    const kept: readonly string[] = common?.filter((name) => known.includes(name)) ?? known
    if (kept.length === 0) {
      const names = [common ?? [], known].map((each) => listed(each.map((name) => `\`${name}\``)))
      return { says: `showed its reasoning first in ${names[0]}, then in ${names[1]}`, ...inside(at, field) }
    }
    common = kept
  }
  return undefined
}

function inside({ path, event }: Omit<Spoken, 'message'>, field: string) {
  return place(`${path}.${field}`, event)
}

function late(reply: Reply): Breach | undefined {
  const begun = new Map<number, number>()
  for (const [event, sent] of (reply.stream?.events ?? []).entries()) {
    if (!isRecord(sent.json)) continue
    for (const { index, text, reasoning, toolCalls } of readChatStream([sent]).answers) {
      const before = begun.get(index)
      if (before !== undefined && reasoning !== undefined && reasoning.trim() !== '') {
        return { says: `showed reasoning after its answer had begun in event ${before}`, ...place('$.choices', event) }
      }
      const isBegin = (text ?? '').trim() !== '' || toolCalls.length > 0
      if (before === undefined && isBegin) begun.set(index, event)
    }
  }
  return undefined
}
