// Empties dist first, so that a file deleted from the sources cannot linger in a published tarball.
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true })
const { status } = spawnSync('tsc', ['-p', '.config/tsconfig.build.json'], { stdio: 'inherit', shell: true })
process.exit(status ?? 1)
