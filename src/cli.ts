#!/usr/bin/env node
import { mustRunOn } from './node.ts'

// What is written to a pipe that its reader has closed (`| head`) concerns nobody.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

async function main(): Promise<number> {
  try {
    mustRunOn(process.versions.node)
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    return 1
  }
  const { call } = await import('./commands/index.ts')
  return call(process.argv.slice(2), {
    out: (text) => process.stdout.write(`${text}\n`),
    err: (text) => process.stderr.write(`${text}\n`),
    cwd: process.cwd(),
  })
}

process.exitCode = await main()
