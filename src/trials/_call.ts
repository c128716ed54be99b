import type { JsonSchema } from '../../matchers/schema.ts'
import type { Json } from '../wire/exchange.ts'
import { excerpt } from '../wire/text.ts'
import type { Reply, ToolCall } from '../wire/types.ts'
import { documentIn, misfit } from './_document.ts'
import { callsOf, finishOf, textOf } from './_parts.ts'
import { broken, inconclusive, type Outcome } from './trial.ts'

/** The arguments of the first call, read, where there is a call of `name` at all. */
export function firstArguments(
  reply: Reply,
  name: string,
): { readonly args: { readonly [key: string]: Json } } | Outcome {
  const call = callsOf(reply)[0]
  if (call === undefined) return noCall(reply)
  if (call.name !== name) return inconclusive(`it called ${excerpt(call.name, 64)} in place of ${name}`)
  const read = documentIn(call.arguments)
  if ('fault' in read) {
    return broken(`called ${name} with arguments that are no JSON: it ${read.says}`, { bytes: read.bytes })
  }
  if (typeof read.value !== 'object' || read.value === null || Array.isArray(read.value)) {
    return broken(`called ${name} with arguments that are no object`, { bytes: excerpt(call.arguments) })
  }
  return { args: read.value }
}

/** Why nothing can be said of a call that was not made. */
export function noCall(reply: Reply): Outcome {
  return inconclusive(`it called no tool and finished with ${finishOf(reply)}: ${excerpt(textOf(reply), 60)}`)
}

/** What is wrong with the arguments of a call, as a clause after "It"; undefined where they fit. */
export function callMisfit({ name, arguments: text }: ToolCall, schema: JsonSchema): Outcome | undefined {
  const read = documentIn(text)
  const wrong = 'fault' in read ? `it ${read.says}` : misfit(schema, read.value)
  if (wrong === undefined) return undefined
  return broken(`called ${excerpt(name, 64)} with arguments that do not fit its parameters: ${wrong}`, {
    bytes: excerpt(text),
  })
}
