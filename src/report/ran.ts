import { resolve } from 'node:path'
import type { TestCase, TestModule } from 'vitest/node'
import type { RanFile } from '../recording/unused.ts'
import type { Settings } from '../settings.ts'
import { META, type TestRecord } from './verdict.ts'

/** What a test file that ran says about its recordings. */
export function ranFile(module: TestModule, settings: Settings): RanFile {
  const { root, fixtures, providers } = settings
  const played: { file: string; unplayed: readonly number[] }[] = []
  const undecided: string[] = []
  const asked = new Set(providers.map(({ name }) => name))
  for (const test of module.children.allTests()) {
    const record = recordOf(test)
    if (record !== undefined) asked.add(record.provider)
    const passed = test.result().state === 'passed'
    const recordings = (record?.recordings ?? []).map(({ file, unplayed }) => ({
      file: resolve(root, file),
      unplayed: passed ? unplayed : [],
    }))
    played.push(...recordings)
    const isSilent = record !== undefined && record.verdict !== 'unchecked' && recordings.length === 0
    if (!passed || isSilent) undecided.push(titlesOf(test))
  }
  return { file: resolve(module.moduleId), root, fixtures, providers: [...asked], played, undecided }
}

/** What a test left behind; undefined where it concerns no provider. */
export function recordOf(test: TestCase): TestRecord | undefined {
  return (test.meta() as { [META]?: TestRecord })[META]
}

/** Everything that a test's recordings may take their name from. */
function titlesOf(test: TestCase): string {
  const titles = [test.name]
  for (let parent = test.parent; parent.type === 'suite'; parent = parent.parent) titles.unshift(parent.name)
  return titles.join(' ')
}
