import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { Answer, Reply, ToolCall } from '../src/wire/types.ts'
import { cutStream } from './_answer.ts'
import { finishSaid, lengthSaid } from './_finish.ts'
import { differences } from './_difference.ts'
import { readJson } from './json.ts'
import type { JsonFault } from './json.ts'
import type { State } from './matcher.ts'
import { checkAgainst, looksLikeSchema, renderIssues } from './schema.ts'
import type { Schema } from './schema.ts'
import { excerpt, excerptAt, excerptEnd, firstFive, kindOf } from '../src/wire/text.ts'

/** What a test may want of a call's arguments: a schema, a literal (asymmetric matchers included), a predicate. */
// oxlint-disable-next-line typescript/no-explicit-any -- the test knows what its function takes
export type Wanted = StandardSchemaV1 | Readonly<Record<string, unknown>> | ((args: any) => unknown)

/** What is wrong with one call; the greater its stage, the nearer the call came to what was wanted. */
export interface CallFault {
  readonly stage: number
  readonly contract: string
  /** Continues "It called get_weather with arguments". */
  readonly clause: string
  /** The last one shows the arguments. */
  readonly details: readonly string[]
}

/** Judges one call's arguments: are they JSON, an object, what the request declared, what the test wants. */
export async function judgeCall(
  reply: Reply,
  answer: Answer,
  call: ToolCall,
  wanted: Wanted | undefined,
  state: State,
): Promise<CallFault | undefined> {
  const shown = `arguments: ${excerpt(call.arguments)}`
  if (call.argumentsJson !== undefined) {
    return fault(1, 'tools.args.string', `that are ${kindOf(call.argumentsJson)} in place of a string.`, shown)
  }
  const read = readJson(call.arguments)
  if ('fault' in read) return unreadable(reply, answer, call.arguments, read.fault)
  const { value } = read
  if (typeof value === 'string' && 'value' in readJson(value)) {
    return fault(2, 'tools.args.no-double-encoding', 'that were encoded as JSON twice.', shown)
  }
  if (kindOf(value) !== 'an object') {
    return fault(2, 'tools.args.object', `that are ${kindOf(value)} in place of an object.`, shown)
  }
  const declared = reply.asked?.tools.get(call.name) as Schema | null | undefined
  const misfits = declared === undefined || declared === null ? [] : (await checkAgainst(declared, value)).issues
  if (misfits.length > 0) {
    const clause = 'that do not fit the parameters which the request declared:'
    return fault(3, 'tools.args.schema-valid', clause, ...renderIssues(misfits), shown)
  }
  return wanted === undefined ? undefined : judgeWanted(value, wanted, state, shown)
}

function fault(stage: number, contract: string, clause: string, ...details: string[]): CallFault {
  return { stage, contract, clause, details }
}

function unreadable(reply: Reply, answer: Answer, text: string, broken: JsonFault): CallFault {
  const cut = cutStream(reply)
  const end = `arguments: ${excerptEnd(text)}`
  if (answer.finishReasons.includes('length')) {
    const clause = `cut off${lengthSaid(reply)}: the call is incomplete, not malformed.`
    return fault(1, 'tools.args.json', clause, end)
  }
  if (cut !== undefined) return fault(1, 'stream.sse.complete', `that are not whole: ${cut}.`, end)
  if (broken.kind === 'cut') {
    const clause = `that break off, with ${finishSaid(reply, answer, 'length')}.`
    return fault(1, 'finish.truncation-honest', clause, end)
  }
  if (broken.kind === 'empty') {
    return fault(0, 'tools.args.empty-object', 'that are empty, where at least {} should stand.', 'arguments: none')
  }
  const at = 'at' in broken ? broken.at : 0
  const problem =
    broken.kind === 'malformed' ? `malformed JSON: at character ${at} stood ${broken.problem}` : 'not one JSON document'
  return fault(0, 'tools.args.json', `that are ${problem}.`, `arguments: ${excerptAt(text, at)}`)
}

async function judgeWanted(
  value: unknown,
  wanted: Wanted,
  state: State,
  shown: string,
): Promise<CallFault | undefined> {
  if (looksLikeSchema(wanted)) {
    const { issues, name } = await checkAgainst(wanted, value)
    if (issues.length === 0) return undefined
    const clause = `that do not fit ${name === 'schema' ? 'the schema' : name}:`
    return fault(4, 'tools.args.schema-valid', clause, ...renderIssues(issues), shown)
  }
  if (typeof wanted === 'function') {
    const name = wanted.name === '' ? 'the function' : wanted.name
    try {
      return (await wanted(value)) ? undefined : fault(4, 'gate.tool', `that ${name} did not accept.`, shown)
    } catch (error) {
      return fault(4, 'gate.tool', `on which ${name} threw: ${excerpt(String(error), 200)}`, shown)
    }
  }
  const testers = [...state.customTesters, state.utils.iterableEquality]
  const lines = differences(value, wanted, (a, b) => state.equals(a, b, testers))
  if (lines.length === 0) return undefined
  return fault(4, 'gate.tool', 'other than expected:', ...firstFive(lines).map((line) => `  ${line}`), shown)
}
