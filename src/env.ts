import { resolve } from 'node:path'
import { config } from 'dotenv'

/** Reads `.env.local` and `.env` of a project into the environment; what that already holds wins. */
export function loadEnv(root: string): void {
  config({ path: [resolve(root, '.env.local'), resolve(root, '.env')], quiet: true })
}
