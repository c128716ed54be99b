import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { LlmContractsError } from '../errors.ts'
import { completeEntry } from '../providers/entry.ts'
import { addressOf, resolveProvider, type ResolvedProvider } from '../providers/resolve.ts'
import { withoutSlash } from '../providers/url.ts'
import { specs } from '../providers/index.ts'
import { FORMAT, type Recording } from '../recording/format.ts'
import { readHar, type Har, type HarEntry } from '../recording/har.ts'
import { identify } from '../recording/identity.ts'
import { originOf } from '../recording/origin.ts'
import { packExchange } from '../recording/pack.ts'
import { recordingFile, saveRecording } from '../recording/store.ts'
import type { LiveExchange } from '../recording/track.ts'
import { command, wrongCall } from './_command.ts'
import { FIXTURES_HELP, kindOf, nameOf } from './_fixtures.ts'
import { counted } from './_look.ts'

const help = `
npx llm-contracts fixtures import <file.har> --provider <name> --test '<test file> > <test name>'

Makes a recording of a HAR 1.2 file, as browsers and proxies save it: of its entries under the provider's address, in
their order. Entries that got no response are left out. Secrets are masked as in any recording. A stream becomes one
piece, since HAR does not keep its pieces.

  --provider <name>    whose recording it is
  --test <test>        the test it is for: its file, and its titles without the provider's, with " > " between
  --base-url <url>     the provider's address, where it is another than it is known for
  --all                also entries at other addresses
  --force              replace a recording that is there
  ${FIXTURES_HELP}
`

/** `fixtures import`: a recording from a HAR file. */
export const importHar = command(
  {
    name: 'fixtures import',
    operands: ['<file.har>'],
    options: {
      provider: 'string',
      test: 'string',
      'base-url': 'string',
      fixtures: 'string',
      all: 'boolean',
      force: 'boolean',
    },
    help,
  },
  async ({ operands: [operand = ''], options }, io) => {
    const { provider: name, test: title } = options
    if (name === undefined) throw wrongCall('fixtures import needs --provider <name>.')
    const test = testIn(title)
    const path = resolve(io.cwd, operand)
    if (kindOf(path) !== 'file') throw wrongCall(`There is no file ${nameOf(path, io)}.`)
    const har = readHar(readFileSync(path, 'utf8'), nameOf(path, io))
    const provider = providerNamed(name, options['base-url'])
    const entries = har.entries.filter(({ method, url }) => method !== 'OPTIONS' && /^https?:/.test(url))
    const { base, chosen, aborted } = choose(entries, provider, options.all === true, nameOf(path, io))
    const slug = identify([{ id: '', name: test.name, type: 'test' }], test.file, []).get('')?.slug ?? ''
    const file = recordingFile(resolve(io.cwd, options.fixtures ?? 'fixtures'), name, test.file, slug)
    if (existsSync(file) && options.force !== true) {
      throw wrongCall(`${nameOf(file, io)} is there already: --force replaces it.`)
    }
    saveRecording(file, await recordingOf(har, chosen, { ...provider, baseURL: base }, test), io.cwd)
    const left = renderLeft(aborted, har.entries.length - chosen.length - aborted)
    io.out(`Wrote ${nameOf(file, io)}: ${counted(chosen.length, 'exchange')}${left}.`)
    return 0
  },
)

function renderLeft(aborted: number, others: number): string {
  const parts = [
    ...(aborted === 0 ? [] : [counted(aborted, 'entry without a response', 'entries without a response')]),
    ...(others === 0 ? [] : [counted(others, 'other entry', 'other entries')]),
  ]
  return parts.length === 0 ? '' : `; ${parts.join(' and ')} left out`
}

function testIn(title: string | undefined): Recording['test'] {
  const [file, ...names] = (title ?? '').split(' > ')
  const name = names.join(' > ').trim()
  if (file !== undefined && file.trim() !== '' && name !== '') return { file: file.trim().replace(/^\.\//, ''), name }
  throw wrongCall(
    `fixtures import needs --test '<test file> > <test name>', such as 'chat.test.ts > answers a question'.`,
  )
}

function providerNamed(name: string, baseURL: string | undefined): ResolvedProvider {
  const known = specs.find((spec) => spec.name === name)
  const spec = known ?? completeEntry({ name, models: { chat: 'unknown' } })
  const own = baseURL === undefined ? undefined : withoutSlash(baseURL)
  if (own !== undefined && !URL.canParse(own)) throw wrongCall(`--base-url is "${own}", which is no absolute URL.`)
  const provider = resolveProvider(spec, process.env)
  if (own !== undefined) return { ...provider, baseURL: own, declaredBaseURLs: [own] }
  if (provider.baseURL !== undefined || known !== undefined) return provider
  throw wrongCall(
    `"${name}" is no built-in provider, so its address must be given: --base-url <url> or ${provider.baseURLVariable}.`,
  )
}

interface Choice {
  /** The address that the entries share. */
  readonly base: string
  readonly chosen: readonly HarEntry[]
  /** How many more would be taken, had they got a response. */
  readonly aborted: number
}

function choose(entries: readonly HarEntry[], provider: ResolvedProvider, all: boolean, name: string): Choice {
  const bases = [...new Set([addressOf(provider), ...provider.declaredBaseURLs])]
  const basesOf = ({ url }: HarEntry) => bases.find((base) => url === base || url.startsWith(`${base}/`))
  const own = entries.filter((entry) => basesOf(entry) !== undefined)
  const wanted = all ? entries : own
  if (wanted.length === 0) {
    const hosts = [...new Set(entries.map(({ url }) => new URL(url).origin))].slice(0, 5).join(', ')
    const there = hosts === '' ? '.' : `, but for ${hosts}: give --base-url, or take them with --all.`
    throw bad(`${name} has no entry under ${bases.join(' or ')}${there}`)
  }
  const chosen = wanted.filter(({ status }) => status === undefined || status >= 100)
  if (chosen.length === 0) {
    const where = all ? '' : ` under ${bases.join(' or ')}`
    throw bad(`${name} has no response for any entry${where}: they were cancelled, or the file was saved too early.`)
  }
  const used = [...new Set(chosen.flatMap((entry) => basesOf(entry) ?? []))]
  if (used.length > 1) throw bad(`${name} has entries under ${used.join(' and ')}: choose one with --base-url.`)
  return { base: used[0] ?? addressOf(provider), chosen, aborted: wanted.length - chosen.length }
}

const bad = (message: string) => new LlmContractsError('bad-har', message)

async function recordingOf(
  har: Har,
  entries: readonly HarEntry[],
  provider: ResolvedProvider,
  test: Recording['test'],
): Promise<Recording> {
  const exchanges = await Promise.all(
    entries.map(async (entry): Promise<LiveExchange> => {
      const exchange = await entry.read()
      return {
        ...exchange,
        response: { ...exchange.response, pieces: [...exchange.response.pieces] },
        sdk: har.creator,
        isRetry: false,
      }
    }),
  )
  const [first] = entries.map(({ startedAt }) => startedAt.toISOString()).sort()
  return {
    format: FORMAT,
    provider: provider.name,
    test,
    recordedAt: first ?? '',
    origin: originOf(provider, exchanges),
    exchanges: exchanges.map(packExchange),
  }
}
