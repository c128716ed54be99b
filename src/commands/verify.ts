import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { draftsBelow, recordingFiles } from '../recording/folder.ts'
import { isForeign, troublesIn } from '../recording/sound.ts'
import { command, wrongCall } from './_command.ts'
import { fixturesFolder, kindOf, nameOf } from './_fixtures.ts'
import { counted } from './_look.ts'

const help = `
npx llm-contracts fixtures verify [<file or folder>]

Reads every recording again, fixtures if nothing is named, and prints one line for each trouble: a file that is no
recording, holds a secret (known token formats, and the values of this environment's and .env's key variables), was
edited by hand, would not be played as it was recorded, or lies where no test looks for it.
`

/** `fixtures verify`: one line per trouble, and a count. Exit code 1 where there is any. */
export const verify = command(
  { name: 'fixtures verify', operands: ['[<file or folder>]'], options: {}, help },
  ({ operands: [operand] }, io) => {
    const target = operand === undefined ? fixturesFolder(undefined, io) : resolve(io.cwd, operand)
    const kind = kindOf(target)
    if (kind === undefined) throw wrongCall(`There is no ${nameOf(target, io)}.`)
    const env = environment(io.cwd)
    const troubles: string[] = []
    let [sound, flawed] = [0, 0]
    for (const file of kind === 'file' ? [target] : recordingFiles(target)) {
      const text = readFileSync(file, 'utf8')
      if (kind === 'folder' && isForeign(text)) continue
      const found = troublesIn(text, nameOf(file, io), file.replaceAll('\\', '/'), env)
      troubles.push(...found)
      if (found.length === 0) sound++
      else flawed++
    }
    for (const draft of kind === 'file' ? [] : draftsBelow(target)) {
      troubles.push(`${nameOf(draft, io)} was left behind by a run that was killed. Delete it.`)
    }
    for (const trouble of troubles) io.out(trouble)
    io.out(
      troubles.length === 0
        ? `${counted(sound, 'recording')}, all sound.`
        : `${counted(troubles.length, 'trouble')}: ${sound} of ${counted(sound + flawed, 'recording')} sound.`,
    )
    return troubles.length === 0 ? 0 : 1
  },
)

function environment(cwd: string): Record<string, string | undefined> {
  const files = ['.env', '.env.local'].map((name) => resolve(cwd, name)).filter((file) => existsSync(file))
  return Object.assign({}, ...files.map((file) => parseEnv(readFileSync(file, 'utf8'))), process.env) as Record<
    string,
    string | undefined
  >
}
