import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { repository, run } from '../testing/project.ts'
import type { Exchange } from '../wire/exchange.ts'
import { openTurnstile, takeTurn, turnstileAt, usedIn, type HeldTurn, type Turnstile } from './turnstile.ts'

function door(...options: Parameters<typeof openTurnstile>): Turnstile {
  const opened = openTurnstile(...options)
  onTestFinished(() => opened.close())
  return opened
}

/** Another process that takes a turn and holds it; resolves when it has said `word`. */
async function taker({ address }: Turnstile, word: 'asking' | 'taken') {
  const child = spawn(process.execPath, [join(repository, 'src/testing/turn-taker.ts'), address, 'acme'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  let said = ''
  child.stdout.on('data', (text) => (said += text))
  while (!said.includes(word)) await once(child.stdout, 'data')
  return {
    async kill() {
      const ended = once(child, 'close')
      child.kill('SIGKILL')
      await ended
    },
  }
}

const held = async (turn: ReturnType<typeof takeTurn>) => (await turn) as HeldTurn
const answered = { provider: 'acme', address: 'https://acme.invalid' }

test('workers take their turns through one door, which reckons the money that the wire does not tell', async () => {
  const { address } = door({ usd: 1 }, {}, ({ input = 0 }) => input / 100)

  await (await held(takeTurn(address, 'acme'))).end({ ...answered, input: 40 })
  await (await held(takeTurn(address, 'acme'))).end({ ...answered, usd: 0.6, input: 999 })
  expect(await takeTurn(address, 'acme')).toEqual({ spent: '$1' })
})

test('a worker that is killed while it asks gives its place free, and its request counts', async () => {
  const opened = door({ requests: 2 }, { acme: { concurrency: 1 } })
  const killed = await taker(opened, 'taken')
  const next = takeTurn(opened.address, 'acme')
  expect(await Promise.race([next, sleep(200, 'waits')])).toBe('waits')
  await killed.kill()
  await (await held(next)).end({})

  expect(await takeTurn(opened.address, 'acme')).toEqual({ spent: '2 requests' })
})

test('a worker that is killed while it waits is given no turn', async () => {
  const opened = door({ requests: 2 }, { acme: { concurrency: 1 } })
  const first = await held(takeTurn(opened.address, 'acme'))
  const killed = await taker(opened, 'asking')
  await sleep(300)
  await killed.kill()
  await first.end({})

  await (await held(takeTurn(opened.address, 'acme'))).end({})
  expect(await takeTurn(opened.address, 'acme')).toEqual({ spent: '2 requests' })
})

test('who gives up while waiting hears its own reason, and counts for nothing', async () => {
  const { address } = door({ requests: 2 }, { acme: { concurrency: 1 } })
  const first = await held(takeTurn(address, 'acme'))
  await expect(takeTurn(address, 'acme', AbortSignal.timeout(50))).rejects.toThrow('timeout')
  await expect(takeTurn(address, 'acme', AbortSignal.abort(new Error('mine')))).rejects.toThrow('mine')
  await first.end({})

  await (await held(takeTurn(address, 'acme'))).end({})
})

test('a turn in which nothing was sent counts for nothing', async () => {
  const { address } = door({ requests: 1 }, { acme: { perMinute: 1 } })
  await (await held(takeTurn(address, 'acme'))).end(null)
  await (await held(takeTurn(address, 'acme'))).end({})

  expect(await takeTurn(address, 'acme')).toEqual({ spent: '1 requests' })
})

test('a door that closes leaves no file, and turns away those who wait', async () => {
  const opened = door({}, { acme: { concurrency: 1 } })
  await held(takeTurn(opened.address, 'acme'))
  const waiting = takeTurn(opened.address, 'acme')
  waiting.catch(() => undefined)
  await sleep(100)
  expect([existsSync(opened.address), turnstileAt(opened.address)]).toEqual([true, opened])
  opened.close()

  await expect(waiting).rejects.toThrow('the process that gives the turns is gone')
  expect([existsSync(opened.address), turnstileAt(opened.address)]).toEqual([false, undefined])
})

test.each(['', 'process.exit(0)'])('a process holds no door open and leaves no file (%s)', async (end) => {
  const script = `
    import { openTurnstile, takeTurn } from ${JSON.stringify(join(repository, 'src/recording/turnstile.ts'))}
    const { address } = openTurnstile({}, { acme: { perMinute: 1 } })
    console.log(address)
    await takeTurn(address, 'acme')
    ${end}
  `
  const said = await run(process.execPath, ['--input-type=module', '-e', script], repository)

  expect([said.code, said.stderr]).toEqual([0, ''])
  expect(existsSync(said.stdout.trim())).toBe(false)
})

test('what a budget could not count is told, each for what is missing', async () => {
  const opened = door({ usd: 0.5, tokens: 1000 }, {}, ({ asked }) => (asked === 'known' ? 0.01 : undefined))
  const uses = [
    { ...answered, input: 1, output: 1, tokens: 2 },
    { ...answered, input: 1, output: 1, tokens: 2 },
    { ...answered, asked: 'known', input: 1, output: 1, tokens: 2 },
    { ...answered, usd: 0.1, tokens: 2 },
    { ...answered },
    {},
  ]
  for (const used of uses) await (await held(takeTurn(opened.address, 'acme'))).end(used)

  expect(opened.uncounted()).toMatchInlineSnapshot(`
    [
      "2 answers have no known price, so the budget of $0.5 did not count them: give prices.",
      "1 answer has no usage to reckon a price from, so the budget of $0.5 did not count it.",
      "1 answer has no usage, so the budget of 1000 tokens did not count it.",
    ]
  `)
  const unlimited = door({ requests: 9 }, {})
  await (await held(takeTurn(unlimited.address, 'acme'))).end(answered)
  expect(unlimited.uncounted()).toEqual([])
})

test.each([
  [
    { prompt_tokens: 3, completion_tokens: 4, total_tokens: 9 },
    200,
    { tokens: 9, address: 'https://acme.invalid/v1/x' },
  ],
  [{ prompt_tokens: 3, completion_tokens: 4 }, 200, { tokens: 7 }],
  [{ input_tokens: 3 }, 200, { tokens: 3 }],
  [undefined, 200, { address: 'https://acme.invalid/v1/x', tokens: undefined }],
  [undefined, 429, { address: undefined, tokens: undefined }],
])('of usage %j with HTTP %i, the door is told %j', (usage, status, told) => {
  const body = { object: 'chat.completion', model: 'm', choices: [{ message: { content: 'x' } }], usage }
  const exchange = {
    request: { method: 'POST', url: 'https://acme.invalid/v1/x', contentType: 'application/json', body: '{}' },
    response: {
      status,
      headers: { 'content-type': 'application/json' },
      pieces: [{ at: 0, bytes: Buffer.from(JSON.stringify(body)) }],
      end: 'closed',
    },
    evidence: { seen: 'live' },
  } as unknown as Exchange

  const { tokens, address } = usedIn(exchange)
  expect({ tokens, address }).toMatchObject(told)
})
