import type { Reply } from '../src/wire/types.ts'
import { httpStatus, noAnswer } from './_answer.ts'
import type { Claim, Finding } from './finding.ts'
import { renderEvidence } from '../src/wire/evidence.ts'
import { excerpt, quoted } from '../src/wire/text.ts'

/**
 * What a failed matcher says: the check as code, what was expected of whom, what happened, and where to look it up. Without
 * a finding it is `.not` that failed, for what the matcher saw.
 */
export function renderFailure(
  matcher: string,
  claim: Claim,
  reply: Reply,
  found: Finding | string | undefined,
): string {
  const finding = typeof found === 'object' ? found : undefined
  const check = `expect(reply)${finding === undefined ? '.not' : ''}.${matcher}(${claim.args.join(', ')})`
  const subject = reply.exchange.provider?.name ?? 'the provider'
  const not = finding === undefined ? 'not ' : ''
  const happened = finding?.lines ?? [`It did: ${typeof found === 'string' ? found : glimpse(reply)}`]
  const next = finding?.next === undefined ? [] : [`Next: ${finding.next}`]
  const body = [`Expected ${subject} ${not}to ${claim.sentence}.`, ...happened, ...next]
  return [check, '', ...body, '', renderEvidence(reply)].join('\n')
}

/** Why a reply gives `.not` nothing to judge: an HTTP error, or an error in place of an answer. */
export function renderUnanswered(reply: Reply): string | undefined {
  const { status, error, answers } = reply
  const refused = status < 200 || status > 299
  if (!refused && (error === undefined || answers.length > 0)) return undefined
  const subject = `${httpStatus(status)}${refused ? '' : ' with an error in place of an answer'}`
  const verdict = `${subject} keeps no promise and breaks none, so it fails with .not too.`
  return [verdict, ...(noAnswer(reply)?.lines ?? []), '', renderEvidence(reply)].join('\n')
}

function glimpse({ answers, error, status, text }: Reply): string {
  const call = answers.flatMap((answer) => answer.toolCalls)[0]
  if (call !== undefined) return `${excerpt(call.name)}(${excerpt(call.arguments)})`
  if (error !== undefined) return `HTTP ${status}, ${quoted(error.message ?? text, 120)}`
  return excerpt(answers[0]?.text ?? text)
}
