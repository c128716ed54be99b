import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { repository } from '../testing/project.ts'
import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import type { Reader } from './_reread.ts'
import { chatSeeds } from './chat.seeds.ts'
import type { Check, Seed } from './contract.ts'
import { elsewhere } from './elsewhere.ts'
import { embeddingsSeeds } from './embeddings.seeds.ts'
import { errorsCheckWith } from './errors-class.ts'
import { errorSeeds, errorsWrongReaders } from './errors.seeds.ts'
import { finishSeeds } from './finish.seeds.ts'
import { headersSeeds } from './headers.seeds.ts'
import { contracts } from './index.ts'
import { jsonSeeds, jsonWrongReaders } from './json.seeds.ts'
import { jsonCheckWith } from './json.ts'
import { judge } from './judge.ts'
import { modelsSeeds } from './models.seeds.ts'
import { reasoningSeeds } from './reasoning.seeds.ts'
import { responsesSeeds } from './responses.seeds.ts'
import { streamChunkSeeds } from './stream-chunk.seeds.ts'
import { streamClientSeeds, streamWrongReaders } from './stream-client.seeds.ts'
import { streamCheckWith } from './stream-client.ts'
import { streamFinishSeeds } from './stream-finish.seeds.ts'
import { streamSeeds } from './stream.seeds.ts'
import { toolsSeeds } from './tools.seeds.ts'
import { toolsStreamCheckWith } from './tools-stream-client.ts'
import { toolsStreamSeeds, toolsStreamWrongReaders } from './tools-stream.seeds.ts'
import { usageCheckWith } from './usage-stream-client.ts'
import { usageSeeds, usageWrongReaders } from './usage.seeds.ts'

const seeds: readonly Seed[] = [
  ...chatSeeds,
  ...streamSeeds,
  ...streamChunkSeeds,
  ...streamFinishSeeds,
  ...streamClientSeeds,
  ...usageSeeds,
  ...toolsSeeds,
  ...toolsStreamSeeds,
  ...finishSeeds,
  ...jsonSeeds,
  ...reasoningSeeds,
  ...embeddingsSeeds,
  ...modelsSeeds,
  ...responsesSeeds,
  ...errorSeeds,
  ...headersSeeds,
]

// A contract about the reader is broken by a wrong reader, not by the bytes.
const wrongReaders: Readonly<Record<string, Readonly<Record<string, Reader>>>> = {
  ...streamWrongReaders,
  ...usageWrongReaders,
  ...toolsStreamWrongReaders,
  ...jsonWrongReaders,
  ...errorsWrongReaders,
}
const checkWith: Readonly<Record<string, (read: Reader) => Check>> = {
  ...streamCheckWith,
  ...usageCheckWith,
  ...toolsStreamCheckWith,
  ...jsonCheckWith,
  ...errorsCheckWith,
}

const brokenBy = (exchange: Exchange) =>
  judge(exchange)
    .filter(({ verdict }) => verdict === 'broken')
    .map(({ contract }) => contract)

// What a defect breaks in another area too, because it shows from both sides.
const acrossAreas: Readonly<Record<string, readonly string[]>> = {
  'tool_choice.named.finish': ['finish.enum'],
  'tools.stream.finish-tool-calls': ['finish.tool_calls-iff-calls'],
  'finish.length': ['usage.completion-le-cap'],
  'finish.truncation-honest': ['tools.args.json', 'tools.args.empty-object'],
  'json_schema.string-content': ['chat.message.content-string'],
}

const ids = contracts.map(({ id }) => id)

test('every contract has its id once, and one seed', () => {
  expect(ids.filter((id, at) => ids.indexOf(id) !== at)).toEqual([])
  expect(seeds.map(({ contract }) => contract).sort()).toEqual([...ids].sort())
})

test('every id of the catalogue of mode wire or client is here, or listed with the reason why not', ({ skip }) => {
  const file = join(repository, '../shared/contract-catalogue.json')
  skip(!existsSync(file), 'the catalogue does not lie beside this repository')
  interface Listed {
    readonly id: string
    readonly mode: string
    readonly severity: string
    readonly gate: readonly string[] | null
  }
  const listed = (JSON.parse(readFileSync(file, 'utf8')) as Listed[]).filter(
    ({ mode }) => mode === 'wire' || mode === 'client',
  )

  expect([...ids, ...Object.keys(elsewhere)].sort()).toEqual(listed.map(({ id }) => id).sort())
  for (const { id, level, mode, needs } of contracts) {
    expect({ id, level, mode, needs }).toEqual(
      listed
        .filter((one) => one.id === id)
        .map((one) => ({ id, level: one.severity, mode: one.mode, needs: one.gate ?? [] }))[0],
    )
  }
})

describe('removing any check would show, because', () => {
  test.each(seeds.map((seed) => ({ name: seed.contract, seed })))(
    '$name is kept by its clean exchange and broken by its defect alone',
    ({ name, seed }) => {
      const contract = contracts.find(({ id }) => id === name)
      const readers = Object.values(wrongReaders[name] ?? {})

      expect(contract?.applies(readReply(seed.clean))).toBe(true)
      expect(contract?.check(readReply(seed.clean))).toBeUndefined()
      for (const read of readers) expect(checkWith[name]?.(read)(readReply(seed.defect))).toBeDefined()
      if (readers.length === 0) expect(contract?.check(readReply(seed.defect))).toBeDefined()
      const before = new Set(brokenBy(seed.clean))
      const more = brokenBy(seed.defect).filter((id) => !before.has(id) && id !== name)
      const allowed = [...(seed.also ?? []), ...(acrossAreas[name] ?? [])]
      expect(more.filter((id) => !allowed.includes(id))).toEqual([])
    },
  )
})
