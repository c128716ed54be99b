import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { repository } from './testing/project.ts'

// From the top down: a room may import from its own and from the ones below.
const ROOMS: readonly (readonly string[])[] = [
  ['src'],
  ['src/commands'],
  ['src/report'],
  ['src/recording'],
  ['src/trials'],
  ['matchers'],
  ['src/contracts'],
  ['src/providers'],
  ['src/wire'],
]

// Everyone may import these files, which import nothing of ours but each other.
const GROUND = new Set(['src/env.ts', 'src/errors.ts', 'src/node.ts', 'src/package.ts', 'src/settings.ts'])

// One outside library has one door.
const DOORS: Readonly<Record<string, readonly string[]>> = {
  'msw/experimental': ['src/recording/source.ts'],
  ajv: ['matchers/schema.ts'],
  'ajv-formats': ['matchers/schema.ts'],
  'eventsource-parser': ['src/wire/sse.ts'],
  openai: ['src/providers/provider.ts'],
  '@pydantic/genai-prices': ['src/report/prices.ts'],
  dotenv: ['src/env.ts'],
  'vitest/node': ['src/plugin.ts', 'src/reporter.ts'],
  vitest: ['src/attempt.ts', 'src/describe.ts', 'src/install.ts', 'src/plugin.ts', 'src/worker.ts'],
}

const files = ['src', 'matchers'].flatMap((folder) =>
  readdirSync(join(repository, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name).replaceAll('\\', '/'))
    .filter((name) => name.endsWith('.ts') && !/\.(test|seeds|kit)\.ts$/.test(name) && !name.includes('/testing/')),
)

const IMPORT = /^(?:import|export)\b[^'`]*?from\s*'([^']+)'|\bimport\('([^']+)'\)/gm

const imports = files.flatMap((file) =>
  [...readFileSync(join(repository, file), 'utf8').matchAll(IMPORT)]
    .map(([text, from, dynamic]) => ({ text, to: from ?? dynamic ?? '' }))
    .map(({ text, to }) => ({
      file,
      typesOnly: /^(?:import|export) type\b/.test(text),
      to: to.startsWith('.') ? relative('.', join(dirname(file), to)) : to,
      own: to.startsWith('.'),
    })),
)

const levelOf = (file: string) => ROOMS.findIndex((rooms) => rooms.includes(dirname(file)))

test('every source file lies in a known room', () => {
  expect(files.filter((file) => levelOf(file) < 0)).toEqual([])
})

test('imports go down only', () => {
  const climbing = imports.filter(
    ({ file, to, own }) => own && !GROUND.has(to) && !GROUND.has(file) && levelOf(to) < levelOf(file),
  )

  expect(climbing.map(({ file, to }) => `${file} imports ${to}`)).toEqual([])
})

test('a file whose name begins with _ is private to its room', () => {
  const strangers = imports.filter(({ file, to, own }) => own && /\/_[^/]+$/.test(to) && dirname(to) !== dirname(file))

  expect(strangers.map(({ file, to }) => `${file} imports ${to}`)).toEqual([])
})

test('one outside library has one door', () => {
  const strangers = imports.filter(
    ({ file, to, typesOnly }) =>
      !typesOnly &&
      Object.entries(DOORS).some(
        ([library, doors]) => (to === library || (library === 'ajv' && to.startsWith('ajv/'))) && !doors.includes(file),
      ),
  )

  expect(strangers.map(({ file, to }) => `${file} imports ${to}`)).toEqual([])
})
