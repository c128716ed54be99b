import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { printable } from '../wire/text.ts'
import { recordingFiles } from '../recording/folder.ts'
import { changesBetween, type Change } from '../recording/meaning.ts'
import { isForeign } from '../recording/sound.ts'
import { shown } from '../recording/store.ts'
import type { Json } from '../wire/exchange.ts'
import { command, wrongCall, type Io } from './_command.ts'
import { kindOf, nameOf, openRecording } from './_fixtures.ts'
import { BRIEF, counted, renderFlat } from './_look.ts'

const help = `
npx llm-contracts fixtures diff <before> <after>

Compares two recordings by meaning, or two folders of them file by file: who answered, what was asked, and what was
answered. Of a stream that is its text, tool calls, finish reasons, usage and errors, how many events came, and with
which keys. Bytes, timings, ids and days do not count. Exit code 1 where they differ.
`

/** `fixtures diff`: where two recordings, or two folders of them, differ in meaning. Exit code 1 where they do. */
export const diff = command(
  { name: 'fixtures diff', operands: ['<before>', '<after>'], options: {}, help },
  ({ operands }, io) => {
    const [before, after] = operands.map((operand) => resolve(io.cwd, operand)) as [string, string]
    const kinds = [before, after].map((path) => {
      const kind = kindOf(path)
      if (kind === undefined) throw wrongCall(`There is no ${nameOf(path, io)}.`)
      return kind
    })
    if (kinds[0] !== kinds[1]) throw wrongCall('fixtures diff compares two files or two folders, not one of each.')
    return kinds[0] === 'file' ? diffFiles(before, after, io) : diffFolders(before, after, io)
  },
)

function diffFiles(before: string, after: string, io: Io): number {
  const changes = changesIn(before, after, io)
  const [from, to] = [nameOf(before, io), nameOf(after, io)]
  if (changes.length === 0) io.out(`${from} and ${to} mean the same.`)
  else io.out(`${from} → ${to}\n${renderChanges(changes)}\n\n${counted(changes.length, 'difference')} in meaning.`)
  return changes.length === 0 ? 0 : 1
}

function diffFolders(before: string, after: string, io: Io): number {
  const [from, to] = [filesIn(before), filesIn(after)]
  const both = from.filter((name) => to.includes(name))
  const differing = both.flatMap((name) => {
    const changes = changesIn(resolve(before, name), resolve(after, name), io)
    return changes.length === 0 ? [] : `${name}\n${renderChanges(changes)}\n`
  })
  const onlyBefore = from.filter((name) => !to.includes(name))
  const onlyAfter = to.filter((name) => !from.includes(name))
  for (const text of differing) io.out(text)
  for (const name of onlyBefore) io.out(`${name}\n  only in ${nameOf(before, io)}\n`)
  for (const name of onlyAfter) io.out(`${name}\n  only in ${nameOf(after, io)}\n`)
  const lone = onlyBefore.length + onlyAfter.length
  const parts = [
    `${counted(both.length - differing.length, 'recording means', 'recordings mean')} the same`,
    ...(differing.length === 0 ? [] : [`${differing.length} ${differing.length === 1 ? 'differs' : 'differ'}`]),
    ...(lone === 0 ? [] : [`${lone} only on one side`]),
  ]
  io.out(`${parts.join(', ')}.`)
  return differing.length + lone === 0 ? 0 : 1
}

function filesIn(folder: string): string[] {
  return recordingFiles(folder)
    .filter((file) => !isForeign(readFileSync(file, 'utf8')))
    .map((file) => shown(file, folder))
}

function changesIn(before: string, after: string, io: Io): Change[] {
  return changesBetween(openRecording(before, io).recording, openRecording(after, io).recording)
}

const MOST = 12

/** The changes under a heading for each part; long lists cut. */
function renderChanges(changes: readonly Change[]): string {
  const parts = Map.groupBy(changes, ({ part, exchange }) =>
    part === 'origin' ? part : `exchange ${exchange} ${part}`,
  )
  return [...parts]
    .flatMap(([heading, all]) => {
      if (all[0]?.part === 'exchange') return all.map(renderLone)
      const lines = all.slice(0, MOST).map(renderChange)
      if (all.length > MOST) lines.push(`and ${all.length - MOST} more`)
      return [`  ${heading}`].concat(lines.map((line) => `    ${line}`))
    })
    .join('\n')
}

function renderLone({ exchange, before, after }: Change): string {
  const which = before === undefined ? 'second' : 'first'
  return printable(`  exchange ${exchange} is only in the ${which}: ${(before ?? after) as string}`)
}

function renderChange({ path, before, after }: Change): string {
  const where = path === '' ? '' : `${printable(path)}: `
  if (after === 'present' && before === undefined) return `${where}new`
  if (before === 'present' && after === undefined) return `${where}gone`
  const from = typeof before === 'string' && typeof after === 'string' ? firstDifference(before, after) : 0
  return `${where}${renderSide(before, from)} → ${renderSide(after, from)}`
}

const CONTEXT = 24

/** Where two long texts part, a little before that; 0 where they are short. */
function firstDifference(before: string, after: string): number {
  let at = 0
  while (at < before.length && before[at] === after[at]) at++
  return Math.max(before.length, after.length) <= BRIEF.text / 2 ? 0 : Math.max(0, at - CONTEXT)
}

const SIDE = { text: BRIEF.text / 2, items: 8 }

function renderSide(value: Json | undefined, from: number): string {
  if (value === undefined) return 'absent'
  if (typeof value === 'string') return (from > 0 ? '…' : '') + renderFlat(value.slice(from), SIDE)
  const flat = renderFlat(value, SIDE)
  return flat.length > BRIEF.text ? `${flat.slice(0, BRIEF.text)}…` : flat
}
