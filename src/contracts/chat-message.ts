import { chunksIn, completionIn, isFilled, isRecord, list, misfit, shown, spokenIn } from './_chat.ts'
import type { Breach, Check, Contract } from './contract.ts'
import type { Json } from '../wire/exchange.ts'
import type { JsonObject, Spoken } from './_chat.ts'
import type { Reply } from '../wire/types.ts'
import { listed } from '../wire/text.ts'
import { isChat } from './_once.ts'

const STANDARD: Readonly<Record<string, ReadonlySet<string>>> = {
  '$.': words('id object created model choices usage system_fingerprint service_tier obfuscation moderation metadata'),
  '$.choices[*].': words('index message delta logprobs finish_reason'),
  '$.choices[*].message.': words('role content refusal tool_calls function_call annotations audio'),
  '$.choices[*].delta.': words('role content refusal tool_calls function_call'),
  '$.usage.': words('prompt_tokens completion_tokens total_tokens prompt_tokens_details completion_tokens_details'),
}
const NAMED = 12

const choices = {
  mode: 'wire',
  needs: [],
  source: 'OpenAI API reference, Chat Completions, The chat completion object, choices',
  blame: 'wire format',
  applies: (reply: Reply) => list(completionIn(reply)?.choices).length > 0,
} as const satisfies Partial<Contract>

const message = {
  ...choices,
  source: 'OpenAI API reference, Chat Completions, The chat completion object, choices.message',
  applies: (reply: Reply) => completionIn(reply) !== undefined && spokenIn(reply).length > 0,
} as const satisfies Partial<Contract>

/** What the choices and the message of a chat completion promise, and what stands beside them. */
export const chatMessageContracts: readonly Contract[] = [
  {
    ...choices,
    id: 'chat.choices.nonempty',
    level: 'must',
    promise: 'Answers with at least one choice.',
    hint: 'Guard `choices[0]`, and count a completion without choices as a failed call.',
    applies: (reply) => completionIn(reply) !== undefined,
    check: (reply) => {
      const value = completionIn(reply)?.choices
      if (list(value).length > 0) return undefined
      const says = Array.isArray(value) ? 'sent no choice' : misfit('choices', value, 'an array')
      return { says, path: '$.choices' }
    },
  },
  {
    ...choices,
    id: 'chat.choices.index',
    level: 'must',
    promise: 'Numbers its choices by an integer `index`, each by its own.',
    hint: 'Number the choices by their place in the array.',
    check: (reply) => misnumbered(list(completionIn(reply)?.choices)),
  },
  {
    ...choices,
    id: 'chat.message.role',
    level: 'must',
    promise: 'Speaks in every choice as `assistant`.',
    hint: 'Set the role yourself before the message goes back into a conversation.',
    check: misspoken,
  },
  {
    ...message,
    id: 'chat.message.content-key',
    level: 'should',
    promise: 'Has the key `content` in every message, as text or null, also beside tool calls.',
    hint: 'Read a missing `content` as null: `message.content ?? null`.',
    check: eachMessage(({ content }, path) =>
      content === undefined ? { says: 'left out `content`', path: `${path}.content` } : undefined,
    ),
  },
  {
    ...message,
    id: 'chat.message.content-string',
    level: 'must',
    promise: 'Gives `content` as text or null, never as an array or an object.',
    hint: 'Join the text parts of an array, and write an object out as JSON, before anything treats it as text.',
    check: eachMessage(({ content }, path) =>
      content === undefined || content === null || typeof content === 'string'
        ? undefined
        : { says: misfit('content', content, 'text or null'), path: `${path}.content` },
    ),
  },
  {
    ...message,
    id: 'chat.message.refusal-key',
    level: 'may',
    promise: 'Has the key `refusal` in every message, null where nothing was refused.',
    hint: 'Read a missing `refusal` as null.',
    check: eachMessage(({ refusal }, path) =>
      refusal === undefined ? { says: 'left out `refusal`', path: `${path}.refusal` } : undefined,
    ),
  },
  {
    ...choices,
    id: 'chat.response.extra-fields',
    level: 'info',
    promise: 'Sends no keys but those that OpenAI documents.',
    hint: 'Parse replies leniently: a strict schema over them fails on the next new key.',
    source: 'measured: llama.cpp adds timings, OpenRouter provider, Groq x_groq, Perplexity citations, Mistral p',
    applies: isAnswered,
    check: extras,
  },
  {
    ...choices,
    id: 'chat.system-fingerprint',
    level: 'info',
    promise: 'Names the configuration of its backend in `system_fingerprint`.',
    hint: 'Do not use `seed` with `system_fingerprint` to tell whether two runs are comparable.',
    source: 'OpenAI API reference, Chat Completions, The chat completion object, system_fingerprint',
    applies: isAnswered,
    check: (reply) => {
      const values = bodiesIn(reply).map(({ system_fingerprint: value }) => value)
      if (values.some(isFilled)) return undefined
      const value = values.find((each) => each !== undefined)
      return { says: misfit('system_fingerprint', value, 'a non-empty string'), path: '$.system_fingerprint' }
    },
  },
]

function isAnswered(reply: Reply): boolean {
  return isChat(reply) && bodiesIn(reply).length > 0
}

function bodiesIn(reply: Reply): readonly JsonObject[] {
  const body = completionIn(reply)
  return body ? [body] : chunksIn(reply).map(({ json }) => json)
}

function misnumbered(all: readonly Json[]): Breach | undefined {
  const seen = new Set<number>()
  for (const [at, choice] of all.entries()) {
    const path = `$.choices[${at}].index`
    const index = isRecord(choice) ? choice.index : undefined
    if (typeof index !== 'number' || !Number.isSafeInteger(index))
      return { says: misfit('index', index, 'an integer'), path }
    if (seen.has(index)) return { says: `numbered two of its ${all.length} choices ${index}`, path }
    seen.add(index)
  }
  return undefined
}

function misspoken(reply: Reply): Breach | undefined {
  for (const [at, choice] of list(completionIn(reply)?.choices).entries()) {
    const path = `$.choices[${at}].message`
    const said = isRecord(choice) ? choice.message : undefined
    if (!isRecord(said)) return { says: misfit('message', said, 'an object'), path }
    if (said.role !== 'assistant') return { says: misfit('role', said.role, '"assistant"'), path: `${path}.role` }
  }
  return undefined
}

function eachMessage(look: (message: JsonObject, path: string) => Breach | undefined): Check {
  return (reply) => first(spokenIn(reply), ({ message, path }) => look(message, path))
}

function first(all: readonly Spoken[], look: (one: Spoken) => Breach | undefined): Breach | undefined {
  for (const one of all) {
    const breach = look(one)
    if (breach) return breach
  }
  return undefined
}

function extras(reply: Reply): Breach | undefined {
  const found = new Set<string>()
  const note = (value: unknown, at: string) => {
    if (!isRecord(value)) return
    for (const key of Object.keys(value)) if (!STANDARD[at]?.has(key)) found.add(at + key)
  }
  for (const body of bodiesIn(reply)) {
    note(body, '$.')
    note(body.usage, '$.usage.')
    for (const choice of list(body.choices)) {
      note(choice, '$.choices[*].')
      if (!isRecord(choice)) continue
      note(choice.message, '$.choices[*].message.')
      note(choice.delta, '$.choices[*].delta.')
    }
    if (found.size > NAMED) break
  }
  const [path] = found
  if (path === undefined) return undefined
  const names = [...found]
    .slice(0, NAMED)
    .map((name) => shown(name).slice(1, -1).replace('$.', '').replace('[*]', '[]'))
  return {
    says: `sent ${listed(names)}${found.size > NAMED ? ' and more' : ''} beside the documented keys`,
    path: path.slice(0, 120),
  }
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '))
}
