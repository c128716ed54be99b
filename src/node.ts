import { LlmContractsError } from './errors.ts'

/**
 * Checks the version of Node.js, before anything is loaded that needs a newer one.
 *
 * @throws {LlmContractsError} `old-node`
 * @example
 * ```ts
 * mustRunOn(process.versions.node)
 * ```
 */
export function mustRunOn(node: string): void {
  const [major = 0, minor = 0] = node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 12)) return
  throw new LlmContractsError(
    'old-node',
    `vitest-llm-contracts needs Node.js 22.12 or newer, and this is ${node}. Install a newer Node.js, or add the npm package "node" as a dev dependency and run through an npm script.`,
  )
}
