import { describe, expect, test } from 'vitest'
import type { Gap, Lack } from '../providers/spec.ts'
import { completeEntry } from '../providers/entry.ts'
import { whole } from '../contracts/seed.ts'
import type { Exchange } from '../wire/exchange.ts'
import { readReply } from '../wire/reply.ts'
import { decide } from './decide.ts'
import type { Found, Tally } from './run.ts'
import { broken, ignored, inconclusive, kept, type Trial, type Way } from './trial.ts'

const trial: Trial = {
  id: 'tool_choice.required',
  level: 'must',
  mode: 'live',
  needs: ['forced_tools'],
  profiles: ['agent'],
  ways: ['whole', 'streamed'],
  promise: 'Calls a tool where tool_choice is required.',
  hint: 'Name the function.',
  source: 'OpenAI API reference',
  blame: 'wire format',
  run: () => Promise.resolve(kept()),
}
const gap: Gap = { contract: trial.id, reason: 'Takes it for auto.', source: 'measured', date: '2026-11-22' }
const lack: Lack = {
  capability: 'forced_tools',
  reason: 'Only auto is documented.',
  source: 'docs',
  date: '2026-11-22',
}
const body = { error: { message: 'tool_choice required is not supported', type: 'invalid_request_error' } }
const refused: Found = { is: 'refused', reply: readReply(whole(body, { status: 400 })) }
const unreachable: Found = { is: 'unreachable', because: 'rate limit (HTTP 429)', kind: 'rate limit' }
const textOnly = broken('answered in text', { bytes: 'Sunny.', blame: 'model' })

const after = (found: Found, declared: { gaps?: Gap[]; lacks?: Lack[] } = {}, streamed: Found = found) => {
  const entry = completeEntry({ name: 'acme', models: { chat: 'm' }, ...declared })
  const tries = (is: Found['is']) => [{ contract: trial.id, is, exchanges: [whole({})] }]
  const tally = (way: Way, one: Found): Tally => ({ way, found: one, unreachable: 0, tries: tries(one.is) })
  return decide(trial, entry, [tally('whole', found), tally('streamed', streamed)])
}

describe('a promise of which nothing is declared', () => {
  test.each([
    ['kept', kept(), 'kept', undefined],
    ['broken', textOnly, 'broken', 'whole: It answered in text ["Sunny."]'],
    [
      'refused',
      refused,
      'broken',
      'whole: It refused the request with HTTP 400: tool_choice required is not supported',
    ],
    ['without effect', ignored('called nothing'), 'broken', 'whole: It called nothing'],
    ['open', inconclusive('nothing was asked for'), 'inconclusive', 'whole: nothing was asked for'],
    ['not to be asked', unreachable, 'inconclusive', 'whole: the provider could not be asked: rate limit (HTTP 429)'],
  ] as const)('is %s', (_, found, verdict, reason) => {
    expect(after(found)).toMatchObject(reason === undefined ? { verdict } : { verdict, reason })
  })
})

describe('a feature that is declared missing', () => {
  test.each([
    ['unsupported where it is refused', refused, 'unsupported'],
    ['ignored where it is accepted without effect', ignored('called nothing'), 'ignored'],
    ['ignored where it is accepted and does something else', textOnly, 'ignored'],
    ['inconclusive where the provider could not be asked', unreachable, 'inconclusive'],
  ] as const)('is %s', (_, found, verdict) => {
    expect(after(found, { lacks: [lack] })).toMatchObject({ verdict })
  })

  test('is red where it is offered after all', () => {
    expect(after(kept(), { lacks: [lack] })).toMatchObject({
      verdict: 'broken',
      reason:
        'It is offered after all: delete this lack of acme: forced_tools, Only auto is documented. (docs, 2026-11-22)',
    })
  })

  test('is unsupported where the promise was to refuse, and all is refused', () => {
    const exchanges = [whole(body, { status: 400 })]
    const tries = [{ contract: trial.id, is: 'kept', exchanges } as const]
    const entry = completeEntry({ name: 'acme', models: { chat: 'm' }, lacks: [lack] })

    expect(decide(trial, entry, [{ way: 'whole', found: kept(), unreachable: 0, tries }])).toMatchObject({
      verdict: 'unsupported',
      reason: 'whole: HTTP 400; declared: Only auto is documented. (docs, 2026-11-22)',
    })
  })

  const answered = (found: Found, ...exchanges: Exchange[]) => {
    const entry = completeEntry({ name: 'acme', models: { chat: 'm' }, lacks: [lack] })
    const tries = [{ contract: trial.id, is: found.is, exchanges }]
    return decide(trial, entry, [{ way: 'whole', found, unreachable: 0, tries }])
  }
  const asking = (text: string, exchange: Exchange): Exchange => ({
    ...exchange,
    request: { method: 'POST', url: 'https://acme.test/v1/chat/completions', contentType: 'application/json', text },
  })
  const refusal = whole(body, { status: 400 })

  test('is offered after all where a refusal that was promised came after an answer', () => {
    expect(answered(kept(), asking('1', whole({})), asking('2', refusal))).toMatchObject({
      verdict: 'broken',
      reason: expect.stringContaining('offered after all') as string,
    })
  })

  test('is not ignored where the server broke over it, or sent an error in place of an answer', () => {
    const crash = broken('answered HTTP 500')

    expect(answered(crash, asking('1', whole({})), asking('2', whole(body, { status: 500 })))).toMatchObject({
      verdict: 'broken',
      reason: 'whole: It answered HTTP 500',
    })
    expect(answered(crash, whole(body)).verdict).toBe('broken')
  })

  test('is ignored where the answer came after a retry', () => {
    const busy = whole({ error: { message: 'busy' } }, { status: 503 })

    expect(answered(textOnly, asking('1', busy), asking('1', whole({}))).verdict).toBe('ignored')
  })

  test('is no matter where a contract only notes what happens', () => {
    const entry = completeEntry({ name: 'acme', models: { chat: 'm' }, lacks: [lack] })
    const tally: Tally = { way: 'whole', found: kept('prompt_tokens grew'), unreachable: 0, tries: [] }

    expect(decide({ ...trial, level: 'info' }, entry, [tally])).toMatchObject({
      verdict: 'kept',
      reason: 'prompt_tokens grew',
    })
  })

  test('counts in the streamed way too where streaming is what is missing', () => {
    const noStream: Lack = { ...lack, capability: 'streaming' }

    expect(after(kept(), { lacks: [noStream] }, refused).verdict).toBe('unsupported')
  })
})

describe('a promise that is declared broken', () => {
  test.each([
    ['where it is broken', textOnly],
    ['where it is refused', refused],
    ['where it has no effect', ignored('called nothing')],
  ] as const)('is a gap %s', (_, found) => {
    expect(after(found, { gaps: [gap] })).toMatchObject({
      verdict: 'gap',
      reason: 'whole: Takes it for auto. (measured, 2026-11-22)',
    })
  })

  test('is a gap where it is broken in one way of asking', () => {
    expect(after(kept(), { gaps: [gap] }, textOnly).verdict).toBe('gap')
  })

  test('is red where it is kept after all', () => {
    expect(after(kept(), { gaps: [gap] })).toMatchObject({
      verdict: 'broken',
      reason:
        'It is kept after all: delete this gap of acme: tool_choice.required, Takes it for auto. (measured, 2026-11-22)',
    })
  })
})

test('the worst of two ways is the verdict', () => {
  expect(after(kept(), {}, textOnly)).toMatchObject({ verdict: 'broken', reason: expect.stringMatching(/^streamed: /) })
  expect(after(unreachable, {}, textOnly).verdict).toBe('broken')
})

test('a recording is worth keeping only where every way was answered', () => {
  expect(after(kept(), {}, unreachable).tells).toBe(false)
  expect(after(refused).tells).toBe(true)
})

test('an open verdict says how many tries could not be asked, and is not worth keeping', () => {
  const entry = completeEntry({ name: 'acme', models: { chat: 'm' } })
  const tally: Tally = {
    way: 'whole',
    found: inconclusive('1 of 2 proves nothing'),
    unreachable: 3,
    trouble: 'rate limit (HTTP 429)',
    tries: [],
  }

  expect(decide(trial, entry, [tally])).toMatchObject({
    verdict: 'inconclusive',
    reason: 'whole: 1 of 2 proves nothing; 3 could not be asked: rate limit (HTTP 429)',
    tells: false,
  })
  expect(decide(trial, entry, [{ ...tally, unreachable: 0 }]).tells).toBe(true)
  expect(decide(trial, entry, [{ ...tally, found: textOnly }]).tells).toBe(true)
})

test('what was measured stands beside a kept promise', () => {
  expect(after(kept('first token after 120 ms')).reason).toBe('first token after 120 ms')
})
