import { describe, expect, test } from 'vitest'
import { checkSpec } from './_check.ts'
import { resolveProvider } from './resolve.ts'
import { specs } from './index.ts'

test('the built-in providers come in the order of the matrix', () => {
  expect(specs.map(({ name }) => name).join(' ')).toMatchInlineSnapshot(
    `"openai qwen deepseek zhipu siliconflow groq openrouter openllmapi local"`,
  )
})

test('no two built-in providers share a name, an address or an environment prefix', () => {
  const resolved = specs.map((spec) => resolveProvider(spec, {}))
  for (const values of [
    resolved.map(({ name }) => name),
    resolved.map(({ label }) => label),
    resolved.map(({ baseURLVariable }) => baseURLVariable),
    resolved.flatMap(({ declaredBaseURLs }) => declaredBaseURLs),
  ]) {
    expect(values).toEqual([...new Set(values)])
  }
})

describe.each([...specs])('the entry of $name', (spec) => {
  const statements = [...spec.lacks, ...spec.gaps]

  test('passes the check for entries made by hand', () => {
    expect(checkSpec(spec)).toBe(spec)
  })

  test('survives JSON and a message to a worker', () => {
    const resolved = resolveProvider(spec, {})
    expect(JSON.parse(JSON.stringify(resolved))).toEqual(resolved)
    expect(structuredClone(resolved)).toEqual(resolved)
  })

  test('names a file of its own', async () => {
    const module: Record<string, unknown> = await import(
      /* @vite-ignore */ new URL(`${spec.name}.ts`, import.meta.url).href
    )
    expect(module[spec.name]).toBe(spec)
  })

  test('states each gap once for an endpoint, under an id with an area', () => {
    const gaps = spec.gaps.map(({ contract, endpoint }) => `${contract} ${endpoint ?? ''}`)
    expect(gaps).toEqual([...new Set(gaps)])
    for (const { contract } of spec.gaps) expect(contract).toMatch(/^[a-z_]+(\.[a-z0-9_-]+)+$/)
  })

  test('gives reasons that are sentences, without the name of the provider', () => {
    for (const { reason } of statements) {
      expect(reason).toMatch(/^[A-Z].*\.$/)
      expect(reason).not.toContain(spec.label)
    }
  })

  test('gives sources that anybody can look up', () => {
    for (const { source } of statements) {
      expect(source).toMatch(/^https:\/\/|recorded|quoted/)
    }
  })

  test('has a model for another use only where it offers that', () => {
    expect(spec.models.vision === undefined || spec.offers.includes('vision')).toBe(true)
    expect(spec.models.embedding === undefined || spec.offers.includes('embeddings')).toBe(true)
    expect(spec.models.audio === undefined || spec.offers.includes('audio')).toBe(true)
    expect(spec.models.transcription === undefined || spec.offers.includes('transcription')).toBe(true)
  })
})
