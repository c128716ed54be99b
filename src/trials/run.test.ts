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

/** Tries the trial on a provider that gives these answers, a text or a status, one after the other. */
async function tried(
  mode: Trial['mode'],
  ...said: readonly (string | number | typeof cut)[]
): Promise<Tally | undefined> {
  let at = 0
  const b = await booth((response) => {
    const one = said[at++] ?? 500
    if (one === cut) {
      response.writeHead(200, { 'content-type': 'application/json' })
      return void response.write('{"choices":[{"mess', () => response.destroy())
    }
    response.writeHead(typeof one === 'number' ? one : 200, {
      'content-type': 'application/json',
      'retry-after-ms': '1',
    })
    response.end(JSON.stringify(typeof one === 'number' ? { error: { message: 'no' } } : completion({ content: one })))
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
  })
})
