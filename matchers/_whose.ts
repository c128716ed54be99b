import { causes, transportTrouble } from './_identify.ts'

const sdk = /[\\/]node_modules[\\/](?:openai|ai|@ai-sdk[\\/][^\\/]+|@langchain[\\/][^\\/]+|eventsource-parser)[\\/]/

/**
 * Whether an error tells of the call: no (whole) answer came, or a client could do nothing with the one that did. Every
 * other error is the test's own, an assertion that failed above all, and nothing may take it for an answer.
 */
export function isOfClient(error: unknown): boolean {
  return (
    transportTrouble(error) !== undefined || causes(error).some((cause) => isMarked(cause) || thrownInClient(cause))
  )
}

// OpenAI's errors share a class, those of the Vercel AI SDK a symbol, LangChain's a field or a name.
function isMarked(error: object): boolean {
  if (Symbol.for('vercel.ai.error') in error || 'lc_error_code' in error) return true
  const { name } = error as { name?: unknown }
  return name === 'OutputParserException' || String(name).startsWith('AI_') || classes(error).includes('OpenAIError')
}

function classes(error: object): string[] {
  const names: string[] = []
  for (let of: unknown = error; typeof of === 'object' && of !== null; of = Object.getPrototypeOf(of)) {
    names.push((of as { constructor?: { name?: string } }).constructor?.name ?? '')
  }
  return names
}

/** Whether the code that threw is a client's: one of its frames comes before the first of the user's. */
function thrownInClient(error: object): boolean {
  const { stack } = error as { readonly stack?: unknown }
  const frames = typeof stack === 'string' ? (stack.match(/^ {4}at .*$/gm) ?? []) : []
  const users = frames.findIndex(
    (frame) => /:\d+:\d+\)?$/.test(frame) && !/[\\/]node_modules[\\/]|[( ]node:/.test(frame),
  )
  return (users < 0 ? frames : frames.slice(0, users)).some((frame) => sdk.test(frame))
}
