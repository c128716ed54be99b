import { isObject } from './_json.ts'
import { type ChatRequest, lastUser } from './_request.ts'

const RULES = ['system', 'developer']

/** What system and developer messages ask for, done to an answer: a word at its beginning, and one at its end. */
export function obeying({ messages }: ChatRequest, text: string): string {
  const rules = messages.filter(({ role }) => RULES.includes(role)).map((message) => message.text)
  const asked = (place: string) =>
    rules.flatMap((rule) => new RegExp(`${place} every answer with the word ([\\w-]+)`).exec(rule)?.[1] ?? [])
  return [...asked('Begin'), text, ...asked('End')].join(' ')
}

/** The code words of the conversation, in its order, where the last message asks for them. */
export function remembered(request: ChatRequest): string | undefined {
  if (!lastUser(request).text.startsWith('Repeat all code words')) return undefined
  const words = request.messages.flatMap(({ text }) => /code word: (\S+)/.exec(text)?.[1] ?? [])
  return words.join(', ')
}

/** `Count from 1 to 200, separated by commas.` */
export function counting(prompt: string): string | undefined {
  const [, from, to] = /Count from (\d+) to (\d+), separated by commas/.exec(prompt) ?? []
  if (from === undefined || to === undefined) return undefined
  const length = Math.min(5000, Number(to) - Number(from) + 1)
  return Array.from({ length }, (_, at) => Number(from) + at).join(', ')
}

/** A token that `logit_bias` forces, and nothing else. */
export function forced({ raw }: ChatRequest): string | undefined {
  const biases = isObject(raw['logit_bias']) ? Object.values(raw['logit_bias']) : []
  return biases.some((bias) => typeof bias === 'number' && bias >= 100) ? ' the'.repeat(50) : undefined
}
