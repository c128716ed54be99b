import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { startAll } from './all.ts'

// Records the example suite anew from the stand-ins; what stands on the command line goes to Vitest.
const standIns = await startAll()
const env = {
  ...process.env,
  ...standIns.env,
  LLM_CONTRACTS: 'rerecord',
  LLM_STAND_INS: 'true',
  LOCAL_SERVER: 'llama.cpp',
}
const vitest = spawn('vitest', ['run', '--project', 'examples', ...process.argv.slice(2)], { env, stdio: 'inherit' })
const [code] = (await once(vitest, 'close')) as [number | null]
await standIns.close()
process.exitCode = code ?? 1
