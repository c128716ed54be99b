import { readdirSync } from 'node:fs'
import { expect, expectTypeOf, test, vi } from 'vitest'
import { z } from 'zod'
import { matchers } from './index.ts'

test('every matcher has a file of its name, and every such file is exported', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => /^[a-z]+[A-Z]\w*\.ts$/.test(file))
  expect(Object.keys(matchers).toSorted()).toEqual(files.map((file) => file.replace('.ts', '')).toSorted())
})

test('every matcher has its test beside it', () => {
  const files = readdirSync(import.meta.dirname)
  expect(Object.keys(matchers).filter((name) => !files.includes(`${name}.test.ts`))).toEqual([])
})

test('the matchers are typed on expect, on .not and on .resolves', () => {
  const typed = async () => {
    await expect(1).toReturnValidJson(z.object({}))
    await expect(1).not.toCallToolWith('get_weather', (args) => args.city === 'Paris')
    await expect(Promise.resolve(1)).resolves.toStreamChunks({ atLeast: 3, text: /a/ })
    await expect(() => 1).toRetry({ attempts: 2, honouring: 'retry-after' })
    await expect(() => 1).toFallBackTo('qwen', { from: { name: 'openai' }, within: 1, once: [vi.fn<() => void>()] })
    await expect(1).toFailWithOpenAIErrorShape({ status: [400, 422], code: expect.any(String), param: null })
  }
  expectTypeOf(typed).toBeFunction()
  expectTypeOf<ReturnType<typeof expect>['toReturnValidJson']>().returns.toEqualTypeOf<Promise<void>>()
  // @ts-expect-error the name is needed
  expectTypeOf(() => expect(1).toCallToolWith()).toBeFunction()
  // @ts-expect-error atLeast is a number
  expectTypeOf(() => expect(1).toStreamChunks({ atLeast: '3' })).toBeFunction()
})
