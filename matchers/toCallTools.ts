import { LlmContractsError } from '../src/errors.ts'
import { noAnswer } from './_answer.ts'
import type { Wanted } from './_call.ts'
import { judgeCalls } from './_calls.ts'
import type { WantedCall } from './_calls.ts'
import type { Finding } from './finding.ts'
import { matcher } from './matcher.ts'
import { notCalled } from './_not-called.ts'
import { mustBeOptions } from './_options.ts'
import { looksLikeSchema, schemaName } from './schema.ts'
import { excerpt, inCode, kindOf, listed, printable } from '../src/wire/text.ts'

/** One of several calls: the function's name, or its name with what its arguments must be. */
export type ExpectedCall = string | { readonly name: string; readonly args?: Wanted }

/** Every choice makes these calls, in any order, and no others. */
export const toCallTools = matcher('toCallTools', {
  judges: 'answers',
  demand(expected) {
    if (!Array.isArray(expected) || expected.length === 0) {
      const got = Array.isArray(expected) ? 'an empty one; toCallNoTool is for that' : kindOf(expected)
      throw new LlmContractsError('bad-option', `toCallTools takes an array of calls, and got ${got}.`)
    }
    for (const one of expected as unknown[]) mustBeCall(one)
  },
  claim(expected: readonly ExpectedCall[]) {
    const calls = expected.map(wantedCall)
    const code = calls.map(({ name, args }) => {
      return args === undefined ? inCode(name) : `{ name: ${inCode(name)}, args: ${argsSaid(args)} }`
    })
    const words = calls.map(({ name, args }) => {
      const said =
        args === undefined
          ? ''
          : isCheck(args)
            ? ` with arguments that fit ${argsSaid(args)}`
            : ` with ${argsSaid(args)}`
      return printable(name) + said
    })
    return { args: [excerpt(`[${code.join(', ')}]`, 160)], sentence: `call ${listed(words)}, and nothing else` }
  },
  async judge(reply, expected): Promise<Finding | undefined> {
    const instead = noAnswer(reply)
    if (instead !== undefined) return instead
    const wanted = expected.map(wantedCall)
    for (const answer of reply.answers) {
      const finding =
        answer.toolCalls.length === 0
          ? notCalled({ ...reply, answers: [answer] }, wanted[0]?.name ?? '')
          : await judgeCalls(reply, answer, wanted, this)
      if (finding !== undefined) return finding
    }
    return undefined
  },
})

function mustBeCall(one: unknown): void {
  if (typeof one !== 'string' && kindOf(one) !== 'an object') {
    const what = `toCallTools takes a name or { name, args } for each call, and got ${kindOf(one)}.`
    throw new LlmContractsError('bad-option', what)
  }
  if (typeof one !== 'string') mustBeOptions('toCallTools', one, { name: true, args: true })
  const name = typeof one === 'string' ? one : (one as { name?: unknown }).name
  if (typeof name === 'string' && name !== '') return
  const got = name === '' ? 'an empty string' : kindOf(name)
  throw new LlmContractsError('bad-option', `toCallTools takes the name of a function for each call, and got ${got}.`)
}

function wantedCall(one: ExpectedCall): WantedCall {
  return typeof one === 'string' ? { name: one } : one
}

function isCheck(args: Wanted): boolean {
  return typeof args === 'function' || looksLikeSchema(args)
}

function argsSaid(args: Wanted): string {
  if (typeof args === 'function' || !looksLikeSchema(args)) return inCode(args)
  const name = schemaName(args)
  return name === 'schema' ? 'the schema' : name
}
