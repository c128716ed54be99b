import { createHash } from 'node:crypto'

/** A test as its recordings know it. */
export interface TestIdentity {
  /** Path of the test file, relative to the project, with forward slashes. */
  readonly file: string
  /** The test's titles from the outermost suite down, joined by ` > `, without the provider's own name. */
  readonly name: string
  /** The name as a file name, unique among the tests of its file. */
  readonly slug: string
  /** The provider that a suite's title names, as in `describe.each(providers)('$name', …)`. */
  readonly provider: string | undefined
}

/** What identifying a test needs of Vitest's task. */
export interface TaskLike {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly suite?: TaskLike | undefined
  readonly tasks?: readonly TaskLike[]
}

/** A name a suite's title may bear for a provider. */
export interface Named {
  readonly name: string
  readonly label: string
}

interface Plain {
  readonly name: string
  readonly provider: string | undefined
}

/**
 * Identifies every test of a file at once, so that two tests never share a recording: titles that give the same file
 * name get a hash of the full title, repeated titles a number.
 *
 * The provider is found by title because that is all a test has before it runs; Vitest 4 prints `$name` with quotes and
 * Vitest 5 without, hence both are taken off.
 */
export function identify(
  tests: readonly TaskLike[],
  file: string,
  providers: readonly Named[],
): Map<string, TestIdentity> {
  const plain = new Map(tests.map((test) => [test.id, plainName(test, providers)]))
  const names = new Map<string, Set<string>>()
  for (const { name, provider } of plain.values()) {
    const key = `${provider} ${slugOf(name)}`
    names.set(key, (names.get(key) ?? new Set()).add(name))
  }
  const times = new Map<string, number>()
  const found = new Map<string, TestIdentity>()
  for (const [id, { name, provider }] of plain) {
    const alike = names.get(`${provider} ${slugOf(name)}`)?.size ?? 1
    const time = (times.get(`${provider} ${name}`) ?? 0) + 1
    times.set(`${provider} ${name}`, time)
    const slug = (alike > 1 ? `${slugOf(name)}-${hash(name)}` : slugOf(name)) + (time > 1 ? `.${time}` : '')
    found.set(id, { file, name, slug, provider })
  }
  return found
}

function plainName(test: TaskLike, providers: readonly Named[]): Plain {
  const titles = [test.name]
  for (let suite = test.suite; suite !== undefined && suite.type === 'suite'; suite = suite.suite)
    titles.unshift(suite.name)
  const named = titles.map((title) => providerTitled(title, providers))
  const at = named.findIndex((provider) => provider !== undefined)
  const rest = titles.filter((_, index) => index !== at)
  return { name: rest.join(' > ') || test.name, provider: named[at]?.name }
}

function providerTitled(title: string, providers: readonly Named[]): Named | undefined {
  const unquoted = title.replace(/^'(.*)'$/, '$1')
  return providers.find(({ name, label }) => unquoted === name || unquoted === label)
}

const LONGEST_SLUG = 100

function slugOf(name: string): string {
  const slug = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  if (slug === '') return hash(name)
  return slug.length > LONGEST_SLUG ? `${slug.slice(0, LONGEST_SLUG)}-${hash(name)}` : slug
}

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8)
