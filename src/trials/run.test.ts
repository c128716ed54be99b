import { expect, test } from 'vitest'
import { completion } from '../contracts/seed.ts'
import { Provider } from '../providers/provider.ts'
import { booth, useBooths } from '../testing/booth.ts'
import { runTrial, type Tally } from './run.ts'
import { broken, kept, type Trial } from './trial.ts'

useBooths()

const trial: Trial = {
  id: 'chat.instruction.nonce',
  level: 'should',
  mode: 'sampled',
  needs: [],
  profiles: ['core'],
  ways: ['whole'],
  promise: 'Says yes.',
  hint: 'Ask again.',
  source: 'This test.',
  blame: 'model',
  async run(ask) {
    const { answers } = await ask.chat({ messages: [] })
    return answers[0]?.text === 'yes' ? kept() : broken('said something else')
  },
}

/** An answer whose connection breaks on the way. */
const cut = { cut: true } as const

/** Tries the trial on a provider that gives these answers, a text, a status or the code of a 400, one after the other. */
async function tried(
  mode: Trial['mode'],
  ...said: readonly (string | number | { readonly code: string } | typeof cut)[]
): Promise<Tally | undefined> {
  let at = 0
  const b = await booth((response) => {
    const one = said[at++] ?? 500
    const head = { 'content-type': 'application/json', 'retry-after-ms': '1' }
    if (one === cut) {
      response.writeHead(200, head).write('{"choices":[{"mess', () => response.destroy())
    } else if (typeof one === 'object') {
      response.writeHead(400, head).end(JSON.stringify({ error: { message: 'no', ...one } }))
    } else if (typeof one === 'number') {
      response.writeHead(one, head).end(JSON.stringify({ error: { message: 'no' } }))
    } else {
      response.writeHead(200, head).end(JSON.stringify(completion({ content: one })))
    }
  })
  const target = new Provider(b.provider, () => 'live')
  const trying = { samples: said.length, threshold: 0.1 }
  const { value } = await b.attempt('live', () => runTrial({ ...trial, mode }, target, ['whole'], trying))
  return value[0]
}

const triesOf = (tally: Tally | undefined) =>
  tally?.tries.map(({ contract, is, exchanges }) => [contract, is, exchanges.map(({ response }) => response.status)])

test('a tally knows every try, with its own exchanges, retries of the asker among them', async () => {
  expect(triesOf(await tried('sampled', 'no', 429, 'yes', 'yes'))).toEqual([
    ['chat.instruction.nonce', 'broken', [200]],
    ['chat.instruction.nonce', 'kept', [429, 200]],
    ['chat.instruction.nonce', 'kept', [200]],
  ])
})

test('so does one of a single try, and one that was refused', async () => {
  expect(triesOf(await tried('live', 'yes'))).toEqual([['chat.instruction.nonce', 'kept', [200]]])
  expect(triesOf(await tried('sampled', 404))).toEqual([['chat.instruction.nonce', 'refused', [404]]])
})

test("an answer that breaks off is asked for again, and never the model's mistake", async () => {
  expect(triesOf(await tried('live', cut, 'yes'))).toEqual([['chat.instruction.nonce', 'kept', [200, 200]]])
  expect((await tried('live', cut, cut, cut))?.found).toEqual({
    is: 'unreachable',
    because: 'server (the answer broke off after 18 bytes)',
    kind: 'server',
  })
})

test('what the model wrote and its server refused is one try of many, not a refusal of the request', async () => {
  for (const code of ['tool_use_failed', 'json_validate_failed', 'content_filter']) {
    const tally = await tried('sampled', { code }, { code }, { code }, 'yes', 'yes', 'yes')

    expect(triesOf(tally)?.map(([, is]) => is)).toContain('kept')
    expect(tally).toMatchObject({ rate: { kept: 3, of: expect.any(Number) as number } })
  }
})

test('tries that could not be asked stand beside the rate, with the last reason', async () => {
  expect(await tried('sampled', 'yes', 401, 'no', 403)).toMatchObject({
    unreachable: 2,
    trouble: 'permission (HTTP 403)',
    found: { is: 'inconclusive' },
    rate: { kept: 1, of: 2, unreachable: 2 },
  })
})
