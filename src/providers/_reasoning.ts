import { bad, checkList, checkText, found, isObject, type Naming } from './_fields.ts'
import { either, nearest } from './nearest.ts'
import type { Reasoning } from './spec.ts'

const FIELDS = ['on', 'off', 'efforts', 'field'] as const satisfies readonly (keyof Reasoning)[]

/**
 * Throws unless the value says how reasoning is switched.
 *
 * @example
 * ```ts
 * checkReasoning({ off: { enable_thinking: false } }, (field) => field) // passes
 * ```
 */
export function checkReasoning(reasoning: unknown, of: Naming): void {
  const example = `{ off: { enable_thinking: false } }`
  if (!isObject(reasoning)) {
    throw bad(`${of('reasoning')} is ${found(reasoning)}: write an object such as ${example}, or leave it out.`)
  }
  const stranger = Object.keys(reasoning).find((field) => !FIELDS.some((known) => known === field))
  if (stranger !== undefined) {
    const meant = nearest(stranger, FIELDS) ?? either(FIELDS)
    throw bad(`${of(`reasoning.${stranger}`)} is no field of it: write ${meant}.`)
  }
  for (const word of ['on', 'off']) {
    const fields = reasoning[word]
    if (fields === undefined || (isObject(fields) && Object.keys(fields).length > 0)) continue
    throw bad(`${of(`reasoning.${word}`)} is ${found(fields)}: write the fields to send, such as ${example}.`)
  }
  const { efforts, field } = reasoning
  if (efforts !== undefined) {
    for (const [at, effort] of checkList(efforts, of('reasoning.efforts'), `words such as 'low'`).entries()) {
      checkText(effort, of(`reasoning.efforts[${at}]`), `a word such as 'low'`)
    }
  }
  if (field !== undefined) checkText(field, of('reasoning.field'), `where the effort is written: 'reasoning_effort'`)
}
