import { classifyError } from '../src/contracts/classify.ts'
import type { Json } from '../src/wire/exchange.ts'
import { isRecord, list, str } from '../src/wire/guards.ts'
import { printable } from '../src/wire/text.ts'
import type { Asked, Reply } from '../src/wire/types.ts'
import { lintStrictSchema } from './strict-schema.ts'
import type { StrictSchemaFault, StrictSchemaRule } from './strict-schema.ts'

/** What a request asks of an answer's text: chat's `response_format`, or `text.format` of the Responses API. */
export interface FormatAsked {
  readonly field: 'response_format' | 'text.format'
  readonly type: string | undefined
  readonly schema: Json | undefined
  readonly strict: boolean
}

/** The format that a request asked for; undefined where it asked for none. */
export function formatAsked(asked: Asked | undefined): FormatAsked | undefined {
  const { response_format: chat, text } = asked?.body ?? {}
  const format = isRecord(chat) ? chat : isRecord(text) ? text.format : undefined
  if (!isRecord(format)) return undefined
  const { schema, strict } = isRecord(format.json_schema) ? format.json_schema : format
  return {
    field: isRecord(chat) ? 'response_format' : 'text.format',
    type: str(format.type),
    schema,
    strict: strict === true,
  }
}

/**
 * What to mend where a provider refused a request for a schema in it: the provider may be right. Undefined where its error
 * does not name the schema, or the schema has no fault.
 */
export function schemaAdvice(reply: Reply): string | undefined {
  const { status, error, asked } = reply
  if (status < 400 || status > 499 || error === undefined || asked === undefined) return undefined
  const kind = classifyError(reply)?.kind
  const { param, code, message = '' } = error
  const said = [param, code].filter((word) => typeof word === 'string').join(' ')
  if (
    (kind !== 'bad request' && kind !== 'unknown') ||
    !/schema|response_format|text\.format|parameters/i.test(`${said} ${message}`)
  )
    return undefined
  const ofTool = /tools?\b|function/i.test(said) || /schema for function/i.test(message)
  return (ofTool ? undefined : formatAdvice(asked)) ?? toolAdvice(asked, `${said} ${message}`)
}

function formatAdvice(asked: Asked): string | undefined {
  const format = formatAsked(asked)
  const fault = format?.strict === true ? faultsIn(format.schema)[0] : undefined
  return fault && `mend the schema, which leaves OpenAI's strict subset at ${fault.path}: ${fault.says}`
}

// Outside of the strict subset too OpenAI takes parameters that are an object, and arrays that say what is in them.
const always: ReadonlySet<StrictSchemaRule> = new Set(['root-object', 'type', 'items', 'reference'])

function toolAdvice({ body, tools }: Asked, said: string): string | undefined {
  const declared = list(body.tools).flatMap((tool) => {
    const inner = isRecord(tool) && isRecord(tool.function) ? tool.function : tool
    return isRecord(inner) ? [{ name: str(inner.name) ?? '', strict: inner.strict === true }] : []
  })
  const index = Number(/tools\[(\d+)\]/.exec(said)?.[1] ?? Number.NaN)
  const named = declared.filter(({ name }, at) => (Number.isNaN(index) ? said.includes(`'${name}'`) : at === index))
  for (const { name, strict } of named.length > 0 ? named : declared) {
    const fault = faultsIn(tools.get(name)).find(({ rule }) => strict || always.has(rule))
    if (fault !== undefined) return `mend the parameters of ${printable(name)} at ${fault.path}: ${fault.says}`
  }
  return undefined
}

function faultsIn(schema: Json | undefined): StrictSchemaFault[] {
  try {
    return isRecord(schema) ? lintStrictSchema(schema) : []
  } catch {
    // A wire can send what looks like a schema of Zod.
    return []
  }
}
