import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { printable } from '../wire/text.ts'
import type { ContractVerdict, Level } from '../contracts/contract.ts'
import { judge } from '../contracts/judge.ts'
import { recordingFiles } from '../recording/folder.ts'
import { readRecording } from '../recording/format.ts'
import { readHar } from '../recording/har.ts'
import { replayed } from '../recording/recorded.ts'
import { isForeign } from '../recording/sound.ts'
import type { Exchange } from '../wire/exchange.ts'
import { command, wrongCall } from './_command.ts'
import { kindOf, nameOf } from './_fixtures.ts'
import { counted } from './_look.ts'

const help = `
npx llm-contracts judge [<file or folder>]

Judges recordings, fixtures if nothing is named, or a HAR file, by every contract that can be judged on an exchange, without
a run. Prints what is broken, the worst first; exit code 1 where a must is broken.

  --all    also what is only recommended (should) or nice to have (may)
  --json   every verdict as one line of JSON
`

interface Judged {
  readonly where: string
  readonly provider: string
  readonly standIn: boolean
  readonly verdict: ContractVerdict
}

/** `judge`: the verdicts of the catalogue on recorded exchanges. */
export const judgePath = command(
  { name: 'judge', operands: ['[<file or folder>]'], options: { all: 'boolean', json: 'boolean' }, help },
  async ({ operands: [operand], options }, io) => {
    const target = resolve(io.cwd, operand ?? 'fixtures')
    const kind = kindOf(target)
    if (kind === undefined) throw wrongCall(`There is no ${nameOf(target, io)}.`)
    const exchanges = target.endsWith('.har')
      ? await fromHar(target, nameOf(target, io))
      : (kind === 'file' ? [target] : recordingFiles(target)).flatMap((file) =>
          fromRecording(file, nameOf(file, io), kind),
        )
    const judged = exchanges.flatMap((exchange): Judged[] => {
      const { file = '', number, standIn = false } = exchange.evidence
      const where = `${file}, exchange ${number}`
      return judge(exchange).map((verdict) => ({ where, provider: exchange.provider?.name ?? '?', standIn, verdict }))
    })
    if (options.json === true) for (const one of judged) io.out(JSON.stringify(one))
    else
      for (const line of renderJudged(
        judged,
        exchanges.length,
        options.all === true ? ['must', 'should', 'may'] : ['must'],
      ))
        io.out(line)
    return judged.some(({ verdict }) => verdict.verdict === 'broken' && verdict.level === 'must') ? 1 : 0
  },
)

function fromRecording(file: string, name: string, kind: 'file' | 'folder'): Exchange[] {
  const text = readFileSync(file, 'utf8')
  if (kind === 'folder' && isForeign(text)) return []
  const recording = readRecording(text, name)
  return recording.exchanges.flatMap((_, index) => replayed(recording, index + 1, name) ?? [])
}

async function fromHar(file: string, name: string): Promise<Exchange[]> {
  const { entries } = readHar(readFileSync(file, 'utf8'), name)
  const readable = entries.filter(({ method, url }) => method !== 'OPTIONS' && /^https?:/.test(url))
  return Promise.all(
    readable.map(async (entry, index) => ({
      ...(await entry.read()),
      evidence: { seen: 'replay', file: name, number: index + 1 } as const,
    })),
  )
}

/** What was found, the worst level first, each contract once for each provider. */
export function renderJudged(judged: readonly Judged[], exchanges: number, levels: readonly Level[]): string[] {
  const broken = judged.filter(({ verdict }) => verdict.verdict === 'broken')
  const lines = levels.flatMap((level) => {
    const ofLevel = broken.filter(({ verdict }) => verdict.level === level)
    return [...Map.groupBy(ofLevel, ({ verdict, provider }) => `${verdict.contract} ${provider}`).values()]
      .sort((a, b) => b.length - a.length)
      .flatMap((group) => {
        const [{ verdict, provider, where, standIn }] = group as [Judged]
        const { breach } = verdict
        const place = [breach?.event === undefined ? '' : `event ${breach.event + 1}`, breach?.path ?? ''].filter(
          (part) => part !== '',
        )
        return [
          `${level}  ${verdict.contract}  ${provider}${standIn ? ' (stand-in)' : ''}: It ${printable(breach?.says ?? '')} [${breach?.blame}]`,
          `      ${where}${place.length > 0 ? `, ${place.join(' ')}` : ''}${group.length > 1 ? `, and ${counted(group.length - 1, 'more exchange')}` : ''}`,
        ]
      })
  })
  const count = (level: Level) => broken.filter(({ verdict }) => verdict.level === level).length
  const kept = judged.filter(({ verdict }) => verdict.verdict === 'kept').length
  return [
    ...lines,
    `${counted(exchanges, 'exchange')}: ${kept} promises kept, broken: ${count('must')} must, ${count('should')} should, ${count('may')} may.`,
  ]
}
