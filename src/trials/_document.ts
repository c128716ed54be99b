import { readJson, type JsonFault } from '../../matchers/json.ts'
import { checkAtOnce, type JsonSchema } from '../../matchers/schema.ts'
import type { Json } from '../wire/exchange.ts'
import { excerpt, excerptAt, excerptEnd } from '../wire/text.ts'
import type { Reply } from '../wire/types.ts'
import { finishOf, textOf } from './_parts.ts'
import { broken, inconclusive, type Outcome } from './trial.ts'

/** A JSON document, or why a text is none: a clause in the past tense after "It". */
export type Document =
  | { readonly value: Json }
  | { readonly fault: JsonFault['kind']; readonly says: string; readonly bytes: string }

/** Reads a text that should be one JSON document. */
export function documentIn(text: string): Document {
  const read = readJson(text)
  if ('value' in read) return read
  const { fault } = read
  if (fault.kind === 'cut') return { fault: 'cut', says: WORDS.cut, bytes: excerptEnd(text) }
  const bytes = 'at' in fault ? excerptAt(text, fault.at) : excerpt(text)
  const more = fault.kind === 'malformed' ? `: at character ${fault.at} stood ${fault.problem}` : ''
  return { fault: fault.kind, says: `${WORDS[fault.kind]}${more}`, bytes }
}

const WORDS: Readonly<Record<JsonFault['kind'], string>> = {
  empty: 'sent nothing where JSON was due',
  fenced: 'fenced its JSON in Markdown',
  prose: 'put prose around its JSON',
  several: 'sent more than one JSON document',
  cut: 'sent JSON that breaks off',
  malformed: 'sent malformed JSON',
  text: 'sent text that is no JSON',
}

/** The first place where a value does not fit a schema; undefined where it fits. */
export function misfit(schema: JsonSchema, value: unknown): string | undefined {
  const [issue] = checkAtOnce(schema, value).issues
  return issue === undefined ? undefined : `${issue.path} ${issue.message}`
}

/** The document that an answer holds, if it holds one and finished with stop. */
export function wholeDocument(reply: Reply): Document | Outcome {
  const finish = finishOf(reply)
  if (finish !== 'stop') return inconclusive(`the answer did not finish with stop but with ${finish}`)
  return documentIn(textOf(reply))
}

/** Judges an answer by the schema that was sent along: undefined where it fits. */
export function judgeBy(schema: JsonSchema, reply: Reply): Outcome | undefined {
  const read = wholeDocument(reply)
  if ('is' in read) return read
  if ('fault' in read) return broken(read.says, { bytes: read.bytes })
  const wrong = misfit(schema, read.value)
  if (wrong === undefined) return undefined
  return broken(`sent JSON that does not fit the schema: ${wrong}`, { bytes: excerpt(textOf(reply)) })
}
