import { readJson } from './json.ts'
import { mustBeSchema } from './_sound-schema.ts'
import { checkAtOnce, renderIssues, schemaName } from './schema.ts'
import type { Schema } from './schema.ts'
import { excerpt, inCode, kindOf } from '../src/wire/text.ts'

/** A text that is JSON, or a value that came from JSON, fits the schema: for use inside other matchers' arguments. */
export function jsonMatching(received: unknown, schema: Schema): { pass: boolean; message: () => string } {
  mustBeSchema('jsonMatching', schema)
  const name = schemaName(schema)
  const read = typeof received === 'string' ? readJson(received) : { value: received }
  // A schema that is none is an error, whatever was received.
  const { issues } = checkAtOnce(schema, 'value' in read ? read.value : undefined)
  const pass = 'value' in read && issues.length === 0
  const expected = `JSON that fits ${name === 'schema' ? 'the schema' : name}`
  const got = typeof received === 'string' ? excerpt(received) : inCode(received)
  const lines = 'value' in read ? renderIssues(issues) : [`  It is ${kindOf(received)} that holds no JSON document.`]
  return {
    pass,
    message: () => [`Expected ${pass ? 'no ' : ''}${expected}, and got ${got}`, ...lines].join('\n'),
  }
}
