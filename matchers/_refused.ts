import { classifyError } from '../src/contracts/classify.ts'
import type { ErrorClass } from '../src/contracts/classify.ts'
import { quoted } from '../src/wire/text.ts'
import type { Reply } from '../src/wire/types.ts'
import { schemaAdvice } from './_schema-asked.ts'

/** One step that helps where a request was refused, by what the error means; undefined where nothing is known to help. */
export function stepAfterRefusal(reply: Reply): string | undefined {
  const meaning = classifyError(reply)
  return meaning === undefined ? undefined : (schemaAdvice(reply) ?? stepFor(meaning, reply))
}

function stepFor(meaning: ErrorClass, reply: Reply): string | undefined {
  switch (meaning.kind) {
    case 'rate limit':
      if (meaning.retry === 'never') return 'send a smaller request: waiting does not help.'
      return `${waiting(meaning, reply)}, or send fewer requests at a time.`
    case 'quota':
      return meaning.retry === 'helps' ? `${waiting(meaning, reply)}.` : 'top up the account: a retry does not help.'
    case 'authentication':
      return 'check the key that was sent: it is missing, wrong, or of another provider.'
    case 'permission':
      return 'check what this account may use, and from which region.'
    case 'not found': {
      const name = reply.asked?.model
      const model = name === undefined ? 'the model' : `the model (${quoted(name, 60)})`
      return `check ${model} and the base URL.`
    }
    case 'context overflow':
      return 'shorten the input.'
    case 'overload':
    case 'server':
      return meaning.retry === 'helps' ? `${waiting(meaning, reply)}: the fault is the server's.` : undefined
    case 'bad request':
    case 'content filter':
    case 'unknown':
  }
  return undefined
}

function waiting({ afterMs }: ErrorClass, { exchange }: Reply): string {
  const again = exchange.evidence.seen === 'replay' ? 'record the test again' : 'try again'
  return afterMs === undefined || afterMs === 0 ? `${again} later` : `${again} after ${afterMs / 1000} s`
}
