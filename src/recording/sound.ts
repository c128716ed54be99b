import { basename, dirname } from 'node:path'
import { LlmContractsError } from '../errors.ts'
import { readRecording, renderRecording, type RecordedExchange, type Recording } from './format.ts'
import { identify } from './identity.ts'
import { lineOf } from './line.ts'
import { unpackPieces } from './pieces.ts'
import { keptHeaders, recordedPath } from './redact.ts'
import { secretsIn } from '../wire/secrets.ts'
import { recordingFile } from './store.ts'

type Env = Readonly<Record<string, string | undefined>>

/** Whether a file's text is JSON of somebody else: it has nothing that a recording has. */
export function isForeign(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return true
    return !['format', 'provider', 'exchanges', 'origin'].some((key) => key in value)
  } catch {
    return false
  }
}

/**
 * What is wrong with a recording on disk, one line per trouble, each beginning with `<name>:<line>`: that it cannot be
 * read, holds a secret, would not be played as it was recorded, was edited by hand, or lies where no test looks for it.
 *
 * @param name The file as messages show it.
 * @param path The file's path with forward slashes.
 */
export function troublesIn(text: string, name: string, path: string, env: Env): string[] {
  const at = (line: number, what: string, advice: string) => `${name}:${line} ${what}. ${advice}.`
  const secrets = secretsIn(text, env).map((what) =>
    at(lineWith(text, what, env), `holds ${what}`, 'Revoke it, delete the file, and record the test again'),
  )
  if (text.includes('\r\n')) {
    const advice = 'Put `* -text` into a .gitattributes file beside the recordings, and check them out again'
    return [...secrets, at(1, 'has CRLF line ends, which git makes where it may', advice)]
  }
  let recording: Recording
  try {
    recording = readRecording(text, name)
  } catch (error) {
    if (!(error instanceof LlmContractsError)) throw error
    return [...secrets, error.message]
  }
  const again = 'Record the test again'
  const flaws = recording.exchanges.flatMap((exchange, index) =>
    flawsIn(exchange).map((flaw) => at(lineOf(text, `exchanges[${index}]`), `exchange ${index + 1} ${flaw}`, again)),
  )
  const edited = editedLine(text, recording)
  if (edited !== undefined) flaws.push(at(edited, 'is not as the recorder writes it (edited by hand?)', again))
  const place = placeTrouble(recording, path)
  if (place !== undefined) {
    flaws.push(at(lineOf(text, 'test'), place, 'Move it there, or run `npx llm-contracts fixtures prune`'))
  }
  return [...secrets, ...flaws]
}

// What `fetch` writes in capitals (Fetch standard, "normalize a method"); any other, such as patch, it leaves as it is.
const SENT_IN_CAPITALS = /^(delete|get|head|options|post|put)$/i

function flawsIn({ request, response }: RecordedExchange): string[] {
  const flaws: string[] = []
  const path = URL.canParse(request.path, 'http://a') ? recordedPath(new URL(request.path, 'http://a').href) : undefined
  if (path !== request.path)
    flaws.push('asks for a path that no recorder writes: its query is unsorted or holds a secret')
  const { method } = request
  if (SENT_IN_CAPITALS.test(method) && method !== method.toUpperCase())
    flaws.push(`asks with the method ${method}, which every client sends as ${method.toUpperCase()}`)
  if (response === undefined) return flaws
  const kept = keptHeaders(response.headers, {})
  const stranger = Object.keys(response.headers).find((header) => kept[header] === undefined)
  if (stranger !== undefined) flaws.push(`keeps the header ${JSON.stringify(stranger)}, which may name an account`)
  const pieces = unpackPieces(response)
  const encoded = [
    response.base64,
    ...(response.stream ?? []).map(([, piece]) => (typeof piece === 'string' ? undefined : piece.base64)),
  ]
  if (encoded.some((base64) => base64 !== undefined && Buffer.from(base64, 'base64').toString('base64') !== base64)) {
    flaws.push('has base64 that is cut off or misspelt')
  }
  if (pieces.some(({ at }, index) => at < (pieces[index - 1]?.at ?? 0)))
    flaws.push('has a stream that runs backwards in time')
  return flaws
}

function editedLine(text: string, recording: Recording): number | undefined {
  const written = renderRecording(recording)
  if (written === text) return undefined
  const lines = written.split('\n')
  const at = text.split('\n').findIndex((line, index) => line !== lines[index])
  return (at < 0 ? lines.length - 1 : at) + 1
}

// A hash follows where two titles give one slug, a number where a title is repeated.
function placeTrouble({ provider, test }: Recording, path: string): string | undefined {
  const [task] = [{ id: '', name: test.name, type: 'test' }]
  const slug = task === undefined ? '' : (identify([task], test.file, []).get('')?.slug ?? '')
  const expected = recordingFile('', provider, test.file, slug).replaceAll('\\', '/')
  const rest = basename(path, '.json').slice(slug.length)
  const inPlace = `/${dirname(path)}`.endsWith(`/${dirname(expected)}`) && basename(path).startsWith(slug)
  return inPlace && /^(-[0-9a-f]{8})?(\.\d+)?$/.test(rest)
    ? undefined
    : `belongs to a test that looks for it at ${expected}`
}

function lineWith(text: string, what: string, env: Env): number {
  return text.split('\n').findIndex((line) => secretsIn(line, env).includes(what)) + 1 || 1
}
