import { readFileSync } from 'node:fs'
import { LlmContractsError } from '../errors.ts'
import { specs } from '../providers/index.ts'
import { resolveProvider } from '../providers/resolve.ts'
import { filesNamed } from '../recording/folder.ts'
import { readRecording } from '../recording/format.ts'
import { isHar, readHar, type HarEntry } from '../recording/har.ts'
import { replayed } from '../recording/recorded.ts'
import { isForeign } from '../recording/sound.ts'
import { apiOfUrl } from '../wire/ask.ts'
import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'

/** What was found at a path. */
export interface Traffic {
  readonly exchanges: Exchange[]
  /** What could not be read, a sentence each. */
  readonly skipped: string[]
  /** HAR entries that are no call of an LLM API. */
  others: number
  /** HAR entries that got no response. */
  aborted: number
}

/**
 * The exchanges of a recording or a HAR file, or of all those below a folder. A HAR file is known by its `log.entries`,
 * whatever it is called. What cannot be read is told, and the rest is read.
 *
 * @param nameOf A file as messages show it.
 */
export async function readTraffic(
  target: string,
  kind: 'file' | 'folder',
  nameOf: (file: string) => string,
): Promise<Traffic> {
  const traffic: Traffic = { exchanges: [], skipped: [], others: 0, aborted: 0 }
  const files = kind === 'file' ? [target] : filesNamed(target, /\.(json|har)$/i).filter(isOfProject)
  for (const file of files) {
    try {
      await readFile(file, nameOf(file), kind, traffic)
    } catch (error) {
      traffic.skipped.push(troubleWith(error, nameOf(file)))
    }
  }
  return traffic
}

const isOfProject = (file: string) => !/[\\/](node_modules|\.git)[\\/]/.test(file)

async function readFile(file: string, name: string, kind: 'file' | 'folder', traffic: Traffic): Promise<void> {
  const text = readFileSync(file, 'utf8')
  if (/\.har$/i.test(file) || isHar(text)) return fromHar(text, name, traffic)
  if (isForeign(text)) {
    if (kind === 'folder') return
    throw new LlmContractsError('bad-recording', `${name} is neither a recording nor a HAR file.`)
  }
  const recording = readRecording(text, name)
  traffic.exchanges.push(...recording.exchanges.flatMap((_, index) => replayed(recording, index + 1, name) ?? []))
}

async function fromHar(text: string, name: string, traffic: Traffic): Promise<void> {
  const { entries } = readHar(text, name, ({ message }) => traffic.skipped.push(message))
  for (const entry of entries) {
    try {
      const exchange = await exchangeIn(entry, name)
      if (exchange === 'no response') traffic.aborted += 1
      else if (exchange === 'no call') traffic.others += 1
      else traffic.exchanges.push(exchange)
    } catch (error) {
      traffic.skipped.push(troubleWith(error, `${name}, entry ${entry.number},`))
    }
  }
}

async function exchangeIn(entry: HarEntry, name: string): Promise<Exchange | 'no response' | 'no call'> {
  if (entry.method === 'OPTIONS' || !/^https?:/.test(entry.url)) return 'no call'
  const named = apiOfUrl(entry.url) !== 'unknown'
  if (entry.status === 0) return named ? 'no response' : 'no call'
  // An endpoint at a path of its own is known by what it answers; what does not even hold an answer is none.
  const exchange = await (named ? entry.read() : entry.read().catch(() => undefined))
  if (exchange === undefined || readReply(exchange).api === 'unknown') return 'no call'
  const provider = providerAt(entry.url)
  return { ...exchange, provider, evidence: { seen: 'replay', file: name, number: entry.number } }
}

/** The known provider at an address, else its host. */
function providerAt(url: string): { readonly name: string; readonly label: string } {
  const known = specs.find((spec) =>
    resolveProvider(spec, {}).declaredBaseURLs.some((base) => url.startsWith(`${base}/`)),
  )
  const { host } = new URL(url)
  return known === undefined ? { name: host, label: host } : { name: known.name, label: known.label }
}

function troubleWith(error: unknown, name: string): string {
  if (error instanceof LlmContractsError) return error.message
  const { code, message } = error as NodeJS.ErrnoException
  return `${name} cannot be read (${code ?? message}).`
}
