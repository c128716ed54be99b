import type { Answer, Reply } from '../src/wire/types.ts'
import { noAnswer, placeOf } from './_answer.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import { readJson } from './json.ts'
import { matcher } from './matcher.ts'
import { notJson, notWhole } from './_not-json.ts'
import { mustBeSchema } from './_sound-schema.ts'
import { checkAgainst, renderIssues, schemaName } from './schema.ts'
import type { Schema } from './schema.ts'
import { formatAsked } from './_schema-asked.ts'
import { excerpt, kindOf, quoted } from '../src/wire/text.ts'

/** Every choice's text is one JSON document, and fits the schema where one is given. */
export const toReturnValidJson = matcher('toReturnValidJson', {
  judges: 'answers',
  demand(schema) {
    if (schema !== undefined) mustBeSchema('toReturnValidJson', schema)
  },
  claim(schema?: Schema) {
    if (schema === undefined) return { args: [], sentence: 'return JSON' }
    const name = schemaName(schema)
    return { args: [name], sentence: `return JSON that fits ${name === 'schema' ? 'the schema' : name}` }
  },
  async judge(reply, schema) {
    const instead = noAnswer(reply)
    if (instead !== undefined) return instead
    for (const answer of reply.answers) {
      const finding = await judgeAnswer(reply, answer, schema)
      if (finding !== undefined) return finding
    }
    return undefined
  },
})

async function judgeAnswer(reply: Reply, answer: Answer, schema: Schema | undefined): Promise<Finding | undefined> {
  const { text = '', refusal, contentJson } = answer
  const format = formatAsked(reply.asked)
  const contract = schema === undefined && format?.type !== 'json_schema' ? 'json_object.parses' : 'json_schema.valid'
  const evidence = `${placeOf(reply, answer)}: ${excerpt(text)}`
  if (refusal !== undefined) return found('refusal.shape', `It refused: ${quoted(refusal)}`)
  if (contentJson !== undefined) {
    const line = `It returned content that is ${kindOf(contentJson)} in place of a string.`
    return found('json_schema.string-content', line, evidence)
  }
  const read = readJson(text)
  if ('fault' in read) return notJson(reply, answer, read.fault, contract)
  const short = notWhole(reply, answer, read.value, contract)
  if (short !== undefined) return short
  const kind = kindOf(read.value)
  if (format?.type === 'json_object' && kind !== 'an object') {
    return found(contract, `It returned ${kind}, where ${format.field} json_object promises an object.`, evidence)
  }
  if (schema === undefined) return undefined
  const { issues, name } = await checkAgainst(schema, read.value)
  if (issues.length === 0) return undefined
  const line = `It returned JSON that does not fit ${name === 'schema' ? 'the schema' : name}:`
  return found(contract, line, ...renderIssues(issues), evidence)
}
