import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LlmContractsError } from '../errors.ts'
import { recordingFiles } from '../recording/folder.ts'
import { readRecording, type Recording } from '../recording/format.ts'
import { isForeign } from '../recording/sound.ts'
import { command, type Io } from './_command.ts'
import { FIXTURES_HELP, fixturesFolder, nameOf } from './_fixtures.ts'
import { counted, renderSize, renderTable } from './_look.ts'

const help = `
npx llm-contracts fixtures ls [--provider <name>]

Lists the recordings: whose they are, of which test, how many exchanges, live from the provider or from a stand-in,
when they were recorded, and how large they are.

  --provider <name>    only this provider's
  ${FIXTURES_HELP}
`

interface Listed {
  readonly recording: Recording
  readonly size: number
}

/** `fixtures ls`: a table of the recordings. Exit code 1 where a file cannot be read. */
export const ls = command(
  { name: 'fixtures ls', operands: [], options: { provider: 'string', fixtures: 'string' }, help },
  ({ options: { provider, fixtures } }, io) => {
    const folder = fixturesFolder(fixtures, io)
    const listed: Listed[] = []
    const troubles: string[] = []
    const within = provider === undefined ? folder : join(folder, provider)
    for (const file of recordingFiles(within)) {
      const text = readFileSync(file, 'utf8')
      if (isForeign(text)) continue
      try {
        listed.push({ recording: readRecording(text, nameOf(file, io)), size: Buffer.byteLength(text) })
      } catch (error) {
        if (!(error instanceof LlmContractsError)) throw error
        troubles.push(error.message)
      }
    }
    if (listed.length > 0) io.out(renderList(listed))
    else if (troubles.length === 0) io.out(renderNone(folder, provider, io))
    for (const trouble of troubles) io.err(trouble)
    return troubles.length === 0 ? 0 : 1
  },
)

function renderNone(folder: string, provider: string | undefined, io: Io): string {
  const others = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const there = others.length === 0 ? '' : `, but of ${others.map(({ name }) => name).join(', ')}`
  return `No recordings in ${nameOf(folder, io)}${provider === undefined ? '' : ` of ${provider}${there}`}.`
}

function renderList(listed: readonly Listed[]): string {
  const rows = listed.map(({ recording: { provider, test, exchanges, origin, recordedAt }, size }) => [
    provider,
    `${test.file} > ${test.name}`,
    String(exchanges.length),
    origin.kind,
    recordedAt.slice(0, 10),
    renderSize(size),
  ])
  const table = renderTable(['provider', 'test', 'exchanges', 'origin', 'recorded', 'size'], rows)
  return `${table}\n\n${renderTotals(listed)}`
}

function renderTotals(listed: readonly Listed[]): string {
  const providers = new Set(listed.map(({ recording }) => recording.provider)).size
  const exchanges = listed.reduce((sum, { recording }) => sum + recording.exchanges.length, 0)
  const live = listed.filter(({ recording }) => recording.origin.kind === 'live').length
  const size = listed.reduce((sum, listing) => sum + listing.size, 0)
  const parts = [
    `${counted(listed.length, 'recording')} of ${counted(providers, 'provider')}`,
    counted(exchanges, 'exchange'),
    `${live} live, ${listed.length - live} from stand-ins`,
    renderSize(size),
  ]
  return parts.join('; ')
}
