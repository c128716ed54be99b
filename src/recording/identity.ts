import { sha256 } from '../wire/digest.ts'

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
  /** The command that asks the same again; absent where the test file is what to run. */
  readonly again?: string
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
  /** The name as a file name, which other tests may share. */
  readonly slug: string
  readonly provider: string | undefined
}

/**
 * Identifies every test of a file at once, so that two tests never share a recording: of titles that give the same file
 * name all but the plainest get a hash of the full title, and repeated titles get a number.
 *
 * The provider is found by title because that is all a test has before it runs; Vitest 4 prints `$name` with quotes and
 * Vitest 5 without, hence both are taken off.
 */
export function identify(
  tests: readonly TaskLike[],
  file: string,
  providers: readonly Named[],
): Map<string, TestIdentity> {
  const titled = new Map<string, Titled | undefined>()
  const inTitle = (title: string) => {
    if (!titled.has(title)) titled.set(title, providerTitled(title, providers))
    return titled.get(title)
  }
  const plain = new Map(tests.map((test) => [test.id, plainName(test, inTitle)]))
  const names = new Map<string, Set<string>>()
  for (const { name, slug, provider } of plain.values()) {
    const key = `${provider} ${slug}`
    names.set(key, (names.get(key) ?? new Set()).add(name))
  }
  const times = new Map<string, number>()
  const found = new Map<string, TestIdentity>()
  for (const [id, { name, slug: plainSlug, provider }] of plain) {
    const alike = names.get(`${provider} ${plainSlug}`) ?? new Set([name])
    const time = (times.get(`${provider} ${name}`) ?? 0) + 1
    times.set(`${provider} ${name}`, time)
    const slug = name === plainest(alike, plainSlug) ? plainSlug : `${plainSlug}-${hash(name)}`
    found.set(id, { file, name, slug: time > 1 ? `${slug}.${time}` : slug, provider })
  }
  return found
}

function plainName(test: TaskLike, inTitle: (title: string) => Titled | undefined): Plain {
  const titles = [test.name]
  for (let suite = test.suite; suite !== undefined && suite.type === 'suite'; suite = suite.suite)
    titles.unshift(suite.name)
  const named = titles.map(inTitle)
  const at = named.findIndex((found) => found !== undefined)
  const rest = titles
    .map((title, index) => (index === at ? (named[at]?.rest ?? '') : title))
    .filter((title) => title !== '')
  const name = rest.join(' > ') || test.name
  return { name, slug: slugOf(name), provider: named[at]?.provider }
}

interface Titled {
  readonly provider: string
  /** The title without the name. */
  readonly rest: string
}

/** The provider whose name or label a title is, or bears as a word of its own. */
function providerTitled(title: string, providers: readonly Named[]): Titled | undefined {
  for (const { name, label } of providers) {
    for (const word of [name, label]) {
      if (!title.includes(word)) continue
      const [, before, after] =
        new RegExp(`^(.*?)(?<![\\w./-])'?${escaped(word)}'?(?![\\w./-])(.*)$`, 's').exec(title) ?? []
      if (before === undefined || after === undefined) continue
      return { provider: name, rest: `${before}${after}`.replace(/\s+/g, ' ').replace(/^[\s:,–—-]+|[\s:,–—-]+$/g, '') }
    }
  }
  return undefined
}

const escaped = (word: string) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** Bytes, well below what file systems allow, for the endings that follow. */
const LONGEST_SLUG = 120

function slugOf(name: string): string {
  const slug = name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '')
  if (slug === '') return hash(name)
  if (/^(con|prn|aux|nul|com\d|lpt\d)$/.test(slug)) return `${slug}-${hash(name)}`
  if (Buffer.byteLength(slug) <= LONGEST_SLUG) return slug
  let short = ''
  for (const sign of slug) {
    if (Buffer.byteLength(short + sign) > LONGEST_SLUG) break
    short += sign
  }
  return `${short}-${hash(name)}`
}

/** The name that says the slug most nearly, so that a new test with more signs does not take its file away. */
function plainest(names: ReadonlySet<string>, slug: string): string | undefined {
  const all = [...names]
  return all.length === 1 ? all[0] : (all.find((name) => name.toLowerCase().replaceAll(' ', '-') === slug) ?? all[0])
}

const hash = (text: string) => sha256(text).slice(0, 8)
