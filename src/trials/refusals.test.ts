import { fails, says, testTrials, useTrials, type Answer, type Asked } from './_try.test.kit.ts'

useTrials()

const ok = (asked: Asked) => says(asked, 'Hello')
const declines = (text: string | null, finish_reason?: string) => (asked: Asked) =>
  says(asked, text, { refusal: 'I cannot do that.', ...(finish_reason && { finish_reason }) })
const inside = (): Answer => ({ body: { error: { message: 'filtered', code: 'content_filter' } } })
const asEvent = (): Answer => ({
  status: 400,
  headers: { 'content-type': 'text/event-stream' },
  body: 'data: {"error":{"message":"filtered","code":"content_filter"}}\n\n',
})

testTrials({
  'refusal.shape': [
    ['the field alone', declines(null), 'kept'],
    ['content beside it', declines('No.'), 'broken', 'content beside it'],
    ['another finish', declines(null, 'content_filter'), 'broken', '"content_filter"'],
    ['an answer', ok, 'inconclusive', 'did not decline'],
    ['a refusal of the format', () => fails(400, 'no json_schema'), 'broken', 'no json_schema'],
  ],
  'filter.shape': [
    ['400 and the code', () => fails(400, 'Blocked', 'content_filter'), 'kept'],
    ['the finish reason', (asked) => says(asked, '', { finish_reason: 'content_filter' }), 'kept'],
    ['another code', () => fails(400, 'Blocked', 'data_inspection_failed'), 'broken', 'data_inspection_failed'],
    ['another status', () => fails(403, 'Blocked', 'content_filter'), 'broken', 'HTTP 403'],
    ['an error under 200', inside, 'broken', 'HTTP 200 with an error', { ways: ['whole'] }],
    ['an event under 400', asEvent, 'broken', 'event in place of JSON'],
    ['an answer', ok, 'inconclusive', 'no prompt was blocked'],
    ['a rate limit', () => fails(429, 'Rate limit reached', 'rate_limit_exceeded'), 'inconclusive', 'rate limit'],
  ],
})
