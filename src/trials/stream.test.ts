import { fails, says, testTrials, useTrials, type Answer, type Asked } from './_try.test.kit.ts'

useTrials()

const count = (to: number) => Array.from({ length: to }, (_, at) => at + 1).join(', ')
const ok = (asked: Asked) => says(asked, 'Hello')
const slowly = (answer: Answer, pause = 2): Answer => ({ ...answer, pause })
const inside: Answer = { events: [{ error: { message: 'messages must not be empty' } }] }
const asEvent: Answer = {
  status: 400,
  headers: { 'content-type': 'text/event-stream' },
  body: 'data: {"error":{"message":"messages must not be empty"}}\n\n',
}
const isCapped = ({ body }: Asked) => 'max_tokens' in body
const finishing = (whole: string, streamed: string, when: (asked: Asked) => boolean) => (asked: Asked) => {
  const finish_reason = asked.body.stream === true ? streamed : whole
  return says(asked, 'Hi', when(asked) ? { finish_reason } : {})
}

testTrials({
  'stream.preflight-error-is-http': [
    ['a 400', () => fails(400, 'messages must not be empty'), 'kept'],
    ['an error inside a stream', () => inside, 'broken', 'began a stream'],
    ['an event under 400', () => asEvent, 'broken', 'as an event'],
    ['an answer', ok, 'inconclusive', 'did not refuse'],
    ['a wrong key', () => fails(401, 'No.', 'invalid_api_key'), 'inconclusive', 'authentication'],
  ],
  'stream.incremental': [
    ['text over time', (asked) => slowly(says(asked, count(200))), 'kept', 'events with text'],
    [
      'text at the end',
      async (asked) => {
        await new Promise((resolve) => setTimeout(resolve, 300))
        return says(asked, count(200))
      },
      'broken',
      'in one go',
    ],
    [
      'one event',
      () => ({
        events: [{ object: 'chat.completion.chunk', choices: [{ index: 0, delta: { content: count(200) } }] }],
        pause: 5,
      }),
      'broken',
      '1 event with text',
    ],
    ['a short answer', ok, 'inconclusive', 'too short to tell: 5 characters'],
  ],
  'stream.idle-gap': [
    ['an answer', ok, 'kept', 'the longest silence was 0.'],
    ['a refusal', () => fails(400, 'no streams'), 'broken', 'no streams'],
  ],
  'stream.parity.finish': [
    ['the same', (asked) => says(asked, 'Hi', isCapped(asked) ? { finish_reason: 'length' } : {}), 'kept'],
    [
      'another one',
      finishing('stop', 'end', (asked) => !isCapped(asked)),
      'broken',
      '"stop" whole and with "end" streamed',
    ],
    ['another one for a cap', finishing('length', 'stop', isCapped), 'broken', '"length" whole and with "stop"'],
    [
      'a refusal of a cap',
      (asked) => (isCapped(asked) ? fails(400, 'max_tokens is not supported') : ok(asked)),
      'broken',
      'max_tokens is not supported',
    ],
  ],
  'stream.parity.content': [
    ['the same', (asked) => says(asked, asked.said), 'kept'],
    ['another text', (asked) => says(asked, asked.body.stream === true ? 'a' : 'b'), 'broken', '"a", and gave "b"'],
    ['nothing', (asked) => says(asked, ''), 'inconclusive', 'empty'],
  ],
})
