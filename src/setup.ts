/**
 * The setup file: adds the matchers to `expect`, and gives every test its recordings. The plugin adds it by itself.
 *
 * @example
 * ```ts
 * // vitest.config.ts, only where the plugin cannot be used
 * export default defineConfig({ test: { setupFiles: ['vitest-llm-contracts/setup'] } })
 * ```
 */
import { install } from './install.ts'

export type * from '../matchers/index.ts'

// No more than this: without isolation Vitest runs this file anew for every test file, and what it imports only once.
await install()
