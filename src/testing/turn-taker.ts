// A process of its own that takes a turn, says so, and holds it until it is killed.
import { takeTurn } from '../recording/turnstile.ts'

const [address = '', provider = ''] = process.argv.slice(2)
process.stdout.write('asking\n')
await takeTurn(address, provider)
process.stdout.write('taken\n')
setInterval(() => undefined, 1000)
