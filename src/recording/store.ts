import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative, sep } from 'node:path'
import { LlmContractsError } from '../errors.ts'
import { readRecording, renderRecording, type Recording } from './format.ts'
import { uniqueName } from '../wire/digest.ts'
import { secretsIn } from '../wire/secrets.ts'

/** A recording on disk, or undefined where there is none. `file` is absolute; messages name it relative to `root`. */
export function loadRecording(file: string, root: string): Recording | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new LlmContractsError('bad-recording', `${shown(file, root)} could not be read (${code}).`, { cause: error })
  }
  return readRecording(text, shown(file, root))
}

/**
 * The text of a recording's file, if it may be written.
 *
 * @throws {LlmContractsError} `secret-found`, naming the kind of secret or its variable.
 */
export function mustHoldNoSecret(file: string, recording: Recording, root: string): string {
  const text = renderRecording(recording)
  const secrets = secretsIn(text, process.env)
  if (secrets.length > 0) {
    throw new LlmContractsError(
      'secret-found',
      `${shown(file, root)} was not written, because it would hold ${secrets.join(' and ')}. ` +
        'Keep the secret out of the request and the response, then record again.',
    )
  }
  return text
}

/**
 * Writes a recording whole or not at all: to a new file beside the old one, then renamed over it.
 *
 * @returns the way back to what was there.
 * @throws {LlmContractsError} `secret-found` if a secret would reach the file, `unsafe-path` if a symbolic link leads out
 *   of the project, `bad-recording` if the file cannot be written. The old file stays as it was.
 */
export function saveRecording(file: string, recording: Recording, root: string): () => void {
  const before = replaceWhole(file, mustHoldNoSecret(file, recording, root), root)
  return () => void (before === undefined ? discard(file) : replaceWhole(file, before, root))
}

/** Puts content in place of what a file holds, which it gives; undefined where there was no file. */
function replaceWhole(file: string, content: string | Buffer, root: string): Buffer | undefined {
  const folder = dirname(file)
  const draft = join(folder, `.${basename(file)}.${uniqueName()}.draft`)
  try {
    mustLieWithin(folder, root)
    const before = contentOf(file)
    mkdirSync(folder, { recursive: true })
    writeFileSync(draft, content, { flag: 'wx', flush: true })
    renameSync(draft, file)
    return before
  } catch (error) {
    discard(draft)
    if (error instanceof LlmContractsError) throw error
    throw new LlmContractsError(
      'bad-recording',
      `${shown(file, root)} could not be written (${(error as NodeJS.ErrnoException).code ?? String(error)}); what was there is unchanged.`,
      { cause: error },
    )
  }
}

function contentOf(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

function discard(file: string): void {
  try {
    rmSync(file, { force: true })
  } catch {
    // Where the folder cannot be entered, there is no file either.
  }
}

function mustLieWithin(folder: string, root: string): void {
  let there = folder
  while (!existsSync(there)) there = dirname(there)
  const real = realpathSync(there)
  const home = realpathSync(root)
  if (real === home || real.startsWith(home + sep)) return
  throw new LlmContractsError(
    'unsafe-path',
    `${shown(folder, root)} leads out of the project through a symbolic link. Point the plugin's \`fixtures\` option to a folder inside it.`,
  )
}

/** A path as messages show it: relative to the project, with forward slashes. */
export function shown(file: string, root: string): string {
  const inside = file.startsWith(root + sep) ? file.slice(root.length + 1) : relative(root, file)
  return sep === '/' ? inside : inside.split(sep).join('/')
}

/** The file of a test's recording with one provider: `<fixtures>/<provider>/<test file>/<slug>.json`. */
export function recordingFile(fixtures: string, provider: string, testFile: string, slug: string): string {
  return `${recordingFolder(fixtures, provider, testFile)}${sep}${slug}.json`
}

let last = { fixtures: '', provider: '', testFile: '', folder: '' }

/** The folder of a test file's recordings with one provider. */
export function recordingFolder(fixtures: string, provider: string, testFile: string): string {
  // The tests of a file ask one after the other.
  if (last.testFile === testFile && last.provider === provider && last.fixtures === fixtures) return last.folder
  // A test outside the project must not climb out of its provider's folder.
  const inside = testFile.replace(/\.(test|spec)\.[cm]?[jt]sx?$/, '').replaceAll(/(^|\/)\.\.(?=\/)/g, '$1_up')
  last = { fixtures, provider, testFile, folder: join(fixtures, provider, inside) }
  return last.folder
}
