import { describe, expect, test } from 'vitest'
import { identify, type TaskLike } from './identity.ts'

const providers = [
  { name: 'openai', label: 'OpenAI' },
  { name: 'qwen', label: 'Qwen (DashScope)' },
]

/** Tests by their titles from the outermost suite down. */
const identities = (...tests: string[][]) => {
  const tasks = tests.map((titles, id): TaskLike => {
    let suite: TaskLike | undefined
    for (const name of titles.slice(0, -1)) suite = { id: '', name, type: 'suite', ...(suite && { suite }) }
    return { id: String(id), name: titles.at(-1) ?? '', type: 'test', ...(suite && { suite }) }
  })
  return [...identify(tasks, 'a.test.ts', providers).values()]
}
const slugs = (...tests: string[][]) => identities(...tests).map(({ slug }) => slug)

describe('the provider', () => {
  test.each([
    ['openai', 'extracts > an invoice'],
    ["'openai'", 'extracts > an invoice'],
    ['OpenAI', 'extracts > an invoice'],
  ])('is the one whose name a suite bears: %s', (title, name) => {
    expect(identities([title, 'extracts', 'an invoice'])).toEqual([
      { file: 'a.test.ts', name, slug: 'extracts-an-invoice', provider: 'openai' },
    ])
  })

  test.each([
    ['openai chat', 'chat > asks'],
    ['Suite for Qwen (DashScope)', 'Suite for > asks'],
    ["chat with 'qwen': smoke", 'chat with : smoke > asks'],
  ])('may stand in a title as a word: %s', (title, name) => {
    const [identity] = identities([title, 'asks'])
    expect(identity?.name).toBe(name)
    expect(identity?.provider).toBeDefined()
  })

  test.each(['my-openai-client', 'openai.ts', 'qwen3'])('is not a part of another word: %s', (title) => {
    expect(identities([title, 'asks'])[0]?.provider).toBeUndefined()
  })

  test('gives tests of all providers the same name, a row of the matrix', () => {
    expect(identities(['openai', 'asks'], ['qwen', 'asks']).map(({ name, slug }) => `${name} ${slug}`)).toEqual([
      'asks asks',
      'asks asks',
    ])
  })
})

describe('no two tests share a file:', () => {
  test('titles that differ only in signs', () => {
    const [plain, question, bang] = slugs(['openai', 'says yes?'], ['openai', 'says yes'], ['openai', 'says yes!'])

    expect(question).toBe('says-yes')
    expect(plain).toMatch(/^says-yes-[0-9a-f]{8}$/)
    expect(bang).toMatch(/^says-yes-[0-9a-f]{8}$/)
    expect(plain).not.toBe(bang)
  })

  test('the same title twice', () => {
    expect(slugs(['openai', 'asks'], ['openai', 'asks'])).toEqual(['asks', 'asks.2'])
  })

  test('very long titles, in any script, below what file systems allow', () => {
    const [latin, other, cjk] = slugs([`${'long '.repeat(60)}a`], [`${'long '.repeat(60)}b`], ['发票'.repeat(80)])

    expect(latin).not.toBe(other)
    for (const slug of [latin, other, cjk]) expect(Buffer.byteLength(`${slug}.2.json`)).toBeLessThan(160)
  })

  test('titles without a letter, and names that Windows keeps for itself', () => {
    expect(slugs(['?!'])[0]).toMatch(/^[0-9a-f]{8}$/)
    expect(slugs(['con'])[0]).toMatch(/^con-[0-9a-f]{8}$/)
  })

  test('titles that climb', () => {
    expect(slugs(['../../etc/passwd'])).toEqual(['etc-passwd'])
  })
})
