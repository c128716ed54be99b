import { expect, test } from 'vitest'
import { readReply } from '../src/wire/reply.ts'
import { matchers } from './index.ts'
import { stepAfterRefusal } from './_refused.ts'
import { failure, recorded } from './testing/replies.ts'

expect.extend(matchers)

const step = async (status: number, error: object | string, headers: Readonly<Record<string, string>> = {}) => {
  const exchange = await recorded(failure(status, typeof error === 'string' ? error : { error }, headers))
  return stepAfterRefusal(readReply({ ...exchange, evidence: { seen: 'live', number: 1 } }))
}

test('each kind of refusal has its next step', async () => {
  const steps = [
    await step(429, { message: 'Slow down' }, { 'retry-after': '20' }),
    await step(429, { message: 'Request too large', code: 'rate_limit_exceeded' }),
    await step(429, { message: 'No.', code: 'insufficient_quota' }),
    await step(401, { message: 'No.' }),
    await step(403, { message: 'No.' }),
    await step(404, { message: 'No.', code: 'model_not_found' }),
    await step(400, { message: 'No.', code: 'context_length_exceeded' }),
    await step(502, '<html>'),
    await step(400, { message: 'No.', code: 'invalid_value' }),
  ]
  expect(steps).toMatchInlineSnapshot(`
    [
      "try again after 20 s, or send fewer requests at a time.",
      "send a smaller request: waiting does not help.",
      "top up the account: a retry does not help.",
      "check the key that was sent: it is missing, wrong, or of another provider.",
      "check what this account may use, and from which region.",
      "check the model ("deepseek-chat") and the base URL.",
      "shorten the input.",
      "try again later: the fault is the server's.",
      undefined,
    ]
  `)
})

test('a recording that was refused is to be made again', async () => {
  const exchange = await recorded(failure(429, { error: { message: 'Slow down' } }, { 'retry-after-ms': '1500' }))
  await expect(expect(exchange).toReturnText()).rejects.toThrow('Next: record the test again after 1.5 s')
})
