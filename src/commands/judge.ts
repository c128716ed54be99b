import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { hintOf } from '../contracts/hint.ts'
import { judge } from '../contracts/judge.ts'
import { command, wrongCall, type Io } from './_command.ts'
import { kindOf, nameOf } from './_fixtures.ts'
import { readTraffic, type Traffic } from './_traffic.ts'
import { leftOut, renderJudged, renderTotal, type Judged } from './_verdicts.ts'

const help = `
npx llm-contracts judge [<file or folder>]

Judges recordings and HAR files, those in the folder fixtures if nothing is named, by every contract that can be judged
on an exchange, without a run. Prints what is broken, the worst first: who is at fault, where, the bytes, and what to do
next. Of a HAR file the calls of LLM APIs are judged; the rest is left out and counted.

  --all    also what is only recommended (should) or nice to have (may)
  --json   every verdict as one line of JSON, a broken one with its hint; its \`event\` counts from 0, as in judge(),
           where the text counts from 1

Exit code 1: a must is broken. 2: no must is broken, but something could not be read, or there was nothing to judge.
`

/** `judge`: the verdicts of the catalogue on exchanges that passed before. */
export const judgePath = command(
  { name: 'judge', operands: ['[<file or folder>]'], options: { all: 'boolean', json: 'boolean' }, help },
  async ({ operands: [operand], options }, io) => {
    const [target, kind] = placeNamed(operand, io)
    const traffic = await readTraffic(target, kind, (file) => nameOf(file, io))
    const judged = traffic.exchanges.flatMap((exchange): Judged[] => {
      const { file = '', number, standIn = false } = exchange.evidence
      const where = `${file}, exchange ${number}`
      return judge(exchange).map((verdict) => ({ where, provider: exchange.provider?.name ?? '?', standIn, verdict }))
    })
    const all = options.all === true
    if (options.json === true) for (const one of judged) io.out(JSON.stringify(withHint(one)))
    else for (const line of renderJudged(judged, all ? ['must', 'should', 'may'] : ['must'])) io.out(line)
    for (const trouble of traffic.skipped) io.err(`Skipped: ${trouble}`)
    if (traffic.exchanges.length === 0) io.err(renderNothing(nameOf(target, io), kind, traffic))
    else if (options.json !== true) io.out(renderTotal(judged, traffic, all))
    if (judged.some(({ verdict }) => verdict.verdict === 'broken' && verdict.level === 'must')) return 1
    return traffic.skipped.length > 0 || traffic.exchanges.length === 0 ? 2 : 0
  },
)

function placeNamed(operand: string | undefined, io: Io): [target: string, kind: 'file' | 'folder'] {
  if (operand?.trim() === '') throw wrongCall('judge needs the name of a file or a folder, and got an empty one.')
  const target = resolve(io.cwd, operand ?? 'fixtures')
  const kind = kindOf(target)
  if (kind !== undefined) return [target, kind]
  if (operand === undefined)
    throw wrongCall('There is no folder fixtures here. Name a recording, a HAR file or a folder.')
  throw wrongCall(existsSync(target) ? `${operand} is neither a file nor a folder.` : `There is no ${operand}.`)
}

function withHint(one: Judged) {
  return one.verdict.verdict === 'broken' ? { ...one, hint: hintOf(one.verdict.contract) } : one
}

function renderNothing(name: string, kind: 'file' | 'folder', traffic: Traffic): string {
  const looked =
    kind === 'file'
      ? 'It was read as a recording or a HAR file'
      : 'Looked for recordings (*.json) and HAR files (*.har, or JSON with log.entries)'
  const left = leftOut(traffic)
  return `Nothing to judge in ${name}. ${looked}${left === '' ? '' : `; left out: ${left}`}.`
}
