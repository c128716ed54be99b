import { checkAgainst } from '../../matchers/schema.ts'
import { isRecord, parseJson } from '../wire/guards.ts'
import type { Json } from '../wire/exchange.ts'
import type { Answer, Reply } from '../wire/types.ts'

/**
 * The promise that an answer broke against its own request, where nobody else judged it: JSON where JSON was asked for,
 * JSON that fits the schema that was sent, and arguments that fit the parameters of the tool. Undefined where it kept
 * them, and where the request asked for none.
 */
export async function brokenPromise({ asked, answers }: Reply): Promise<string | undefined> {
  const format = asked?.body.response_format
  const type = isRecord(format) ? format.type : undefined
  const schema = isRecord(format) && isRecord(format.json_schema) ? format.json_schema.schema : undefined
  for (const answer of answers) {
    for (const { name, arguments: args } of answer.toolCalls) {
      const value = parseJson(args)
      if (value === undefined) return 'tools.args.json'
      if (!(await fits(asked?.tools.get(name), value))) return 'tools.args.schema-valid'
    }
    if ((type !== 'json_object' && type !== 'json_schema') || !isText(answer)) continue
    const value = parseJson(answer.text ?? '')
    if (value === undefined) return 'json_object.parses'
    if (!(await fits(schema, value))) return 'json_schema.valid'
  }
  return undefined
}

const isText = ({ toolCalls, refusal }: Answer) => toolCalls.length === 0 && refusal === undefined

/** A schema that cannot be read says nothing. */
async function fits(schema: Json | undefined, value: Json): Promise<boolean> {
  if (!isRecord(schema)) return true
  try {
    return (await checkAgainst(schema, value)).issues.length === 0
  } catch {
    return true
  }
}
