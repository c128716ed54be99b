import { classifyError, restsOnStatus } from '../src/contracts/classify.ts'
import type { ErrorClass } from '../src/contracts/classify.ts'
import type { Reply } from '../src/wire/types.ts'
import { bodyKind, errorInside, httpStatus, noAnswer } from './_answer.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import { matcher } from './matcher.ts'
import { counted, excerpt } from '../src/wire/text.ts'

/** A request that is too long is rejected with a 4xx that says so. */
export const toRejectContextOverflow = matcher('toRejectContextOverflow', {
  judges: 'failures',
  claim: () => ({ args: [], sentence: 'reject the request as too long for its context' }),
  judge(reply) {
    const { status, error, api } = reply
    const promise = api === 'embeddings' ? 'emb.overflow-4xx' : 'error.context-overflow.detectable'
    const meaning = classifyError(reply)
    // A proxy's 413 is about bytes; a caller must be able to tell that the window was meant.
    const overflow = meaning?.kind === 'context overflow' && !restsOnStatus(meaning)
    if (status >= 400 && status <= 499 && overflow) return undefined
    if (status >= 200 && status <= 299) {
      return error === undefined ? answered(reply, promise) : errorInside(reply, error)
    }
    const finding = noAnswer(reply) ?? found('perf.success-rate', `It answered ${httpStatus(status)}.`)
    if (overflow) return found(promise, ...finding.lines, 'It names a context overflow, but not as a 4xx.')
    const contract = meaning !== undefined && aboutRequest.has(meaning.kind) ? promise : finding.contract
    return found(contract, ...finding.lines, meant(meaning))
  },
})

// With these the provider judged the request; the others say nothing about its length.
const aboutRequest: ReadonlySet<string> = new Set(['bad request', 'content filter', 'unknown'])

function meant(meaning: ErrorClass | undefined): string {
  const silent = meaning === undefined || meaning.kind === 'unknown' || meaning.kind === 'context overflow'
  if (silent) return 'Nothing in it tells of a context overflow.'
  const why = restsOnStatus(meaning) ? '' : `, by ${meaning.evidence}`
  return `That is of the kind "${meaning.kind}"${why}, and does not tell of a context overflow.`
}

function answered(reply: Reply, promise: string): Finding {
  const { status, answers, usage, text, asked, exchange } = reply
  const what = answers[0]?.text ?? text
  const count = usage?.promptTokens
  const tokens = count === undefined ? [] : [`usage: ${counted(count, 'prompt token')}`]
  const shown =
    what.trim() === ''
      ? []
      : [`${answers.length > 0 ? 'content' : `body, ${bodyKind(reply)}`}: ${excerpt(what.trim())}`]
  const lines = [`It answered instead of rejecting (HTTP ${status}).`, ...shown, ...tokens]
  const size = asked === undefined ? '' : `, of ${counted(exchange.request?.text.length ?? 0, 'character')},`
  const next = `make sure that the request${size} is longer than the model's window; then its input was cut in silence.`
  return { contract: promise, lines, next }
}
