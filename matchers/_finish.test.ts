import { describe, expect, test } from 'vitest'
import { readReply } from '../src/wire/reply.ts'
import { raiseLimit } from './_finish.ts'
import { matchers } from './index.ts'
import { completion, recorded, said, stream } from './testing/replies.ts'

expect.extend(matchers)

describe('the limit is called what the request called it', () => {
  test.each([
    [{ max_tokens: 5 }, 'raise max_tokens above 5'],
    [{ max_completion_tokens: 5 }, 'raise max_completion_tokens above 5'],
    [{ max_output_tokens: 5 }, 'raise max_output_tokens above 5'],
    [{}, 'raise max_tokens'],
  ])('%j', async (asked, advice) => {
    expect(raiseLimit(readReply(await recorded(completion('Hel', 'length'), asked)))).toBe(advice)
  })

  test('and without one what the API calls it', async () => {
    expect(raiseLimit(readReply({ ...(await recorded(response('incomplete'))), request: undefined }))).toBe(
      'raise max_output_tokens',
    )
  })
})

const body = (status: string, rest: object = {}) => ({
  object: 'response',
  status,
  output: [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] }],
  ...rest,
})
const response = (status: string, rest: object = {}) => Response.json(body(status, rest))
const cut = { incomplete_details: { reason: 'max_output_tokens' } }

describe('the Responses API finishes with a status', () => {
  test('which is told with what it was read as', async () => {
    expect(await said(expect(response('completed')).toFinishWith('length'))).toMatchInlineSnapshot(
      `"It finished with status "completed" (read as "stop") instead of "length""`,
    )
    expect(await said(expect(response('in_progress')).toFinishWith('stop'))).toMatchInlineSnapshot(
      `"It finished with status "in_progress""`,
    )
    expect(await said(expect(response('incomplete', cut)).toFinishWith('stop'))).toMatchInlineSnapshot(`
      "It was cut off (status "incomplete", "max_output_tokens", read as "length").
      Next: raise max_output_tokens, or ask for a shorter answer."
    `)
    expect(await said(expect(response('completed')).toReturnText('Bye'))).toMatchInlineSnapshot(`
      "It returned another text (status "completed", read as "stop").
      $.output: Hello."
    `)
    expect(await said(expect(response('completed')).not.toFinishWith('stop'))).toMatchInlineSnapshot(
      `"It did: status "completed" (read as "stop")"`,
    )
  })

  test('in a stream that of the last event', async () => {
    const events = [
      { type: 'response.created', response: body('in_progress') },
      {
        type: 'response.incomplete',
        response: body('incomplete', { incomplete_details: { reason: 'content_filter' } }),
      },
    ]
    expect(await said(expect(stream(...events)).toFinishWith('stop'))).toMatchInlineSnapshot(
      `"It finished with status "incomplete" ("content_filter", read as "content_filter") instead of "stop""`,
    )
  })
})
