import { endsCalls, isCut, lastFinish } from '../src/wire/finish.ts'
import type { Answer, Reply, ToolCall } from '../src/wire/types.ts'
import { finishSaid } from './_finish.ts'
import { judgeCall } from './_call.ts'
import type { CallFault, Wanted } from './_call.ts'
import { found } from './finding.ts'
import type { Finding } from './finding.ts'
import type { State } from './matcher.ts'
import { counted, excerpt, firstFive, listed, printable, quoted } from '../src/wire/text.ts'

/** A call that a test wants, among others. */
export interface WantedCall {
  readonly name: string
  readonly args?: Wanted
}

/** Judges the calls of one answer, which has some: each wanted one matched by a call of its own, and none left over. */
export async function judgeCalls(
  reply: Reply,
  answer: Answer,
  wanted: readonly WantedCall[],
  state: State,
): Promise<Finding | undefined> {
  const { toolCalls } = answer
  const judgeFor = async (call: ToolCall, { name, args }: WantedCall) =>
    call.name === name ? judgeCall(reply, answer, call, args, state) : ('another' as const)
  const faults = await Promise.all(wanted.map((one) => Promise.all(toolCalls.map((call) => judgeFor(call, one)))))
  const taken = paired(faults.map((row) => row.map((fault) => fault === undefined)))
  const alone = wanted.findIndex((_, at) => !taken.includes(at))
  const calls = toolCalls.map(({ name, arguments: text }) => `${excerpt(name, 64)}(${excerpt(text)})`)
  const shown = `calls: ${firstFive(calls).join(', ')}`
  if (alone >= 0) return unmatched(wanted, alone, faults[alone] ?? [], taken, shown)
  const extra = toolCalls.filter((_, at) => taken[at] === undefined)
  if (extra.length > 0) {
    const contract =
      reply.asked?.body.parallel_tool_calls === false ? 'tools.parallel.disabled' : 'tools.select.one-of-many'
    const names = firstFive(extra.map(({ name }) => quoted(name, 64))).join(', ')
    return found(contract, `It also called ${names}, beyond what was expected.`, shown)
  }
  return badIds(answer) ?? wrongFinish(reply, answer)
}

/** For each call the wanted one that it stands for, so that as many as can be are matched (Kuhn's algorithm). */
function paired(fits: readonly (readonly boolean[])[]): (number | undefined)[] {
  const taken: (number | undefined)[] = (fits[0] ?? []).map(() => undefined)
  const place = (at: number, tried: Set<number>): boolean =>
    taken.some((holder, call) => {
      if (fits[at]?.[call] !== true || tried.has(call)) return false
      tried.add(call)
      if (holder !== undefined && !place(holder, tried)) return false
      taken[call] = at
      return true
    })
  for (const at of fits.keys()) place(at, new Set())
  return taken
}

function unmatched(
  wanted: readonly WantedCall[],
  alone: number,
  faults: readonly (CallFault | 'another' | undefined)[],
  taken: readonly (number | undefined)[],
  shown: string,
): Finding {
  const name = wanted[alone]?.name ?? ''
  const free = faults.filter((fault, at): fault is CallFault => typeof fault === 'object' && taken[at] === undefined)
  const [best] = free.toSorted((a, b) => b.stage - a.stage)
  if (best !== undefined) {
    return found(best.contract, `It called ${printable(name)} with arguments ${best.clause}`, ...best.details, shown)
  }
  const times = faults.filter((fault) => fault !== 'another').length
  const count = wanted.filter((one) => one.name === name).length
  const line =
    times === 0
      ? `did not call ${printable(name)}`
      : `called ${printable(name)} ${counted(times, 'time')}, not ${count}`
  return found(
    taken.every((one) => one === undefined) ? 'tools.select.one-of-many' : 'tools.parallel.multiple',
    `It ${line}.`,
    shown,
  )
}

function badIds({ toolCalls }: Answer): Finding | undefined {
  if (toolCalls.length < 2) return undefined
  const ids = toolCalls.map(({ id }) => id ?? '')
  const nameless = toolCalls.find(({ id }) => (id ?? '') === '')
  if (nameless !== undefined)
    return found('tools.call.id-nonempty', `It called ${printable(nameless.name)} without an id.`)
  const twice = ids.find((id, at) => ids.indexOf(id) !== at)
  if (twice === undefined) return undefined
  const names = toolCalls.filter(({ id }) => id === twice).map(({ name }) => printable(name))
  return found('tools.call.id-unique', `It gave the calls of ${listed(names)} the same id, ${quoted(twice, 64)}.`)
}

function wrongFinish(reply: Reply, answer: Answer): Finding | undefined {
  const { asked, stream } = reply
  if (endsCalls(answer, asked) && !isCut(lastFinish(answer))) return undefined
  const required = asked?.body.tool_choice === 'required' ? 'tool_choice.required.finish' : undefined
  const contract = required ?? (stream === undefined ? 'finish.tool_calls-iff-calls' : 'tools.stream.finish-tool-calls')
  return found(contract, `It made the calls as wanted, but with ${finishSaid(reply, answer, 'tool_calls')}.`)
}
