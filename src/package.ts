import { createRequire } from 'node:module'

/** Name and version of this package, as recordings bear it. */
export function packageVersion(): string {
  const { name, version } = createRequire(import.meta.url)('vitest-llm-contracts/package.json') as Record<
    string,
    string
  >
  return `${name} ${version}`
}
