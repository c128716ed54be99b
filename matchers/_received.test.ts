import { describe, expect, test } from 'vitest'
import { LlmContractsError } from '../src/errors.ts'
import { complain, watch } from '../src/wire/seen.ts'
import { matchers } from './index.ts'
import { receive } from './_received.ts'
import { broken, client, passed } from './testing/client.ts'
import { chunk, completion, failure, frames, recorded, stream } from './testing/replies.ts'

const params = { model: 'deepseek-chat', messages: [] }
const streamed = { ...params, stream: true } as const
const events = [chunk('Hel'), chunk('lo.', 'stop'), '[DONE]']
const error = { message: 'No such model', type: 'invalid_request_error', param: null, code: null }

/** The text that `receive` finds, in a scope as every test has it. */
const textOf = async (work: () => unknown) => (await watch(async () => receive(await work()))).value.answers[0]?.text

async function drained<T>(chunks: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const one of chunks) all.push(one)
  return all
}

/** What `receive` says, in such a scope. */
async function trouble(work: () => unknown): Promise<string> {
  const thrown = await watch(async () => receive(await work())).catch((cause: unknown) => cause)
  if (!(thrown instanceof LlmContractsError)) throw new Error('receive() was expected to throw', { cause: thrown })
  return `${thrown.code}: ${thrown.message}`
}

describe('finds the exchange of', () => {
  test('a promise of the SDK, whose value stays readable', async () => {
    await watch(async () => {
      const promise = client(completion('Hello.')).chat.completions.create(params)
      expect((await receive(promise)).answers[0]?.text).toBe('Hello.')
      expect((await promise).choices[0]?.message.content).toBe('Hello.')
      expect((await receive(promise)).answers[0]?.text).toBe('Hello.')
    })
  })

  test('a promise of a stream, which stays readable', async () => {
    await watch(async () => {
      const promise = client(stream(...events)).chat.completions.create(streamed)
      const reply = await receive(promise)
      expect(reply.exchange.response.end).toBe('closed')
      expect(reply.stream?.events).toHaveLength(3)
      expect(await drained(await promise)).toHaveLength(2)
    })
  })

  test('a promise that rejects, and the error itself', async () => {
    await watch(async () => {
      const promise = client(failure(404, { error })).chat.completions.create(params)
      expect((await receive(promise)).status).toBe(404)
      const caught = await promise.catch((cause: unknown) => cause)
      expect((await receive(caught)).status).toBe(404)
      expect((await receive(new Error('wrapped', { cause: caught }))).status).toBe(404)
    })
  })

  test('a promise whose answer the SDK cannot parse', async () => {
    const html = new Response('<html>', { headers: { 'content-type': 'application/json' } })
    const reply = await watch(() => receive(client(html).chat.completions.create(params)))
    expect(reply.value.text).toBe('<html>')
  })

  test('a value of the SDK, the latest of equal ones', async () => {
    await watch(async () => {
      const { chat } = client(completion('One.'), completion('Two.'), completion('One.'))
      const [one] = [await chat.completions.create(params), await chat.completions.create(params)]
      expect((await receive(one)).exchange.evidence.number).toBe(1)
      await chat.completions.create(params)
      expect((await receive(one)).exchange.evidence.number).toBe(3)
    })
  })

  test('a value to which the SDK has added', async () => {
    const output = [{ type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello.' }] }]
    const response = Response.json({ id: 'r', object: 'response', status: 'completed', output })
    expect(await textOf(() => client(response).responses.create({ model: 'm', input: 'Hi' }))).toBe('Hello.')
    const withResponse = () => client(completion('Hi.')).chat.completions.create(params).withResponse()
    expect(await textOf(withResponse)).toBe('Hi.')
  })

  test('a stream of the SDK, told from another by its chunks', async () => {
    await watch(async () => {
      const { chat } = client(stream(...events), stream(chunk('Bye.', 'stop'), '[DONE]'))
      const [one] = [await chat.completions.create(streamed), await chat.completions.create(streamed)]
      expect((await receive(one)).answers[0]?.text).toBe('Hello.')
    })
  })

  test('a stream helper of the SDK', async () => {
    const helper = () => ({ helper: client(stream(...events)).chat.completions.stream(params) })
    const reply = await watch(async () => receive(helper().helper))
    expect(reply.value.answers[0]?.text).toBe('Hello.')
  })

  test('a stream with its response, which is followed to its end', async () => {
    await watch(async () => {
      const { chat } = client(stream(...events), stream(...events))
      const first = await chat.completions.create(streamed).withResponse()
      const reply = await receive(chat.completions.create(streamed).withResponse())
      expect([reply.exchange.evidence.number, reply.exchange.response.end]).toEqual([2, 'closed'])
      expect((await receive(first)).exchange.evidence.number).toBe(1)
      expect((await receive(first)).answers[0]?.text).toBe('Hello.')
    })
  })

  test('a stream that was read before, where it is the only one', async () => {
    await watch(async () => {
      const { chat } = client(completion('Hi.'), stream(...events), completion('Bye.'))
      await chat.completions.create(params)
      const open = await chat.completions.create(streamed)
      await drained(open)
      await chat.completions.create(params)
      expect((await receive(open)).answers[0]?.text).toBe('Hello.')
    })
  })

  test('a stream with an error inside, with broken data, or cut', async () => {
    const given = async (response: Response) => {
      const open = async () => ({ open: await client(response).chat.completions.create(streamed) })
      return (await watch(async () => receive((await open()).open))).value
    }
    expect((await given(stream(chunk('Hel'), { error }))).error?.eventIndex).toBe(1)
    expect((await given(stream({ error }))).error?.eventIndex).toBe(0)
    expect((await given(stream('{"no'))).stream?.malformed).toEqual([0])
    const cut = await given(broken(frames(chunk('Hel')), 'text/event-stream'))
    expect([cut.exchange.response.end, cut.answers[0]?.text]).toEqual(['aborted', 'Hel'])
  })

  test('a promise whose connection broke inside the body', async () => {
    const reply = await watch(() =>
      receive(client(broken('{"id"', 'application/json')).chat.completions.create(params)),
    )
    expect(reply.value.exchange.response.end).toBe('aborted')
  })

  test('a Response that passed the wire, read or unread', async () => {
    await watch(async () => {
      const response = passed(completion('Hello.'))
      expect((await receive(response)).exchange.evidence.seen).toBe('live')
      expect(await response.json()).toHaveProperty('choices')
      expect((await receive(response)).answers[0]?.text).toBe('Hello.')
    })
  })

  test('a Response from elsewhere, with all that arrived of it', async () => {
    const { exchange } = await receive(completion('Hello.'))
    expect(exchange).toMatchObject({ request: undefined, evidence: { seen: 'given' }, response: { end: 'closed' } })
    expect((await receive(broken('Hel', 'text/plain'))).exchange.response.end).toBe('aborted')
  })

  test('an exchange or a reply', async () => {
    const exchange = await recorded(completion('Hello.'))
    const reply = await receive(exchange)
    expect(reply.exchange).toBe(exchange)
    expect(await receive(reply)).toBe(reply)
  })
})

describe('takes for a function', () => {
  test('its last exchange, whatever it returns', async () => {
    const { chat } = client(failure(500, { error }), completion('Hello.'), completion('Hi.'))
    const app = async () => {
      await chat.completions.create(params).catch(() => {})
      await chat.completions.create(params)
    }
    expect((await receive(app)).answers[0]?.text).toBe('Hello.')
    const answerless = async () => {
      await chat.completions.create(params)
    }
    expect((await receive(answerless)).answers[0]?.text).toBe('Hi.')
  })

  test('the exchange of what it returns', async () => {
    const { chat } = client(completion('One.'), completion('Two.'))
    const reply = await receive(async () => {
      const [one] = await Promise.all([chat.completions.create(params), chat.completions.create(params)])
      return one
    })
    expect(reply.answers[0]?.text).toBe('One.')
  })

  test('a stream that it returns, or has read already', async () => {
    const open = client(stream(...events), stream(...events)).chat.completions
    expect((await receive(() => open.create(streamed))).answers[0]?.text).toBe('Hello.')
    const read = async () => drained(await open.create(streamed))
    expect((await receive(read)).answers[0]?.text).toBe('Hello.')
  })
})

describe('takes for a promise of the application', () => {
  test('the one exchange that passed meanwhile', async () => {
    const app = async () => {
      const { choices } = await client(completion('{"total":1}')).chat.completions.create(params)
      return JSON.parse(choices[0]?.message.content ?? '') as unknown
    }
    const reply = await watch(() => receive(app()))
    expect(reply.value.answers[0]?.text).toBe('{"total":1}')
  })
})

describe("throws on as it is an error of the user's own code", () => {
  const ask = () => client(completion('Hi.')).chat.completions.create(params)
  const bug = new TypeError('my parser bug')
  const failing = (): never => {
    throw bug
  }

  test.each<[string, () => unknown]>([
    ['behind a call', () => ask().then(failing)],
    ['in a function, after its call', () => async () => void (await ask(), failing())],
    ['in a function that makes no call', () => failing],
    [
      'in a function, called in a stream that it returns',
      () => {
        async function* relay() {
          for await (const one of await client(stream(...events)).chat.completions.create(streamed)) yield one
          failing()
        }
        return relay
      },
    ],
  ])('%s', async (_, work) => {
    await watch(async () => {
      expect(await receive(work()).catch((cause: unknown) => cause)).toBe(bug)
    })
  })

  test('a failed assertion, with .not too', async () => {
    expect.extend(matchers)
    const strict = async () => {
      const { choices } = await ask()
      expect(choices.length).toBe(99)
    }
    await watch(async () => {
      await expect(expect(strict).toReturnText()).rejects.toThrow('expected 1 to be 99')
      await expect(expect(strict()).not.toReturnText()).rejects.toThrow('expected 1 to be 99')
    })
  })

  test('text that the application could not parse', async () => {
    const app = async () => JSON.parse((await ask()).choices[0]?.message.content ?? '') as unknown
    await expect(watch(() => receive(app))).rejects.toThrow(SyntaxError)
  })
})

describe('says what is wrong with', () => {
  test('a call that got no answer', async () => {
    const refused = new TypeError('fetch failed', {
      cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:9'), { code: 'ECONNREFUSED' }),
    })
    const call = () => ({ call: client(refused).chat.completions.create(params) })
    const thrown = await receive(call().call).catch((cause: unknown) => String(cause))
    expect(thrown).toMatchInlineSnapshot(
      `"LlmContractsError: The call got no answer to judge: Connection error: fetch failed: connect ECONNREFUSED 127.0.0.1:9. That keeps no promise and breaks none, so it fails with .not too."`,
    )
    expect(await trouble(() => () => call().call)).toContain('transport: The call got no answer')
  })

  test('a call that was given up', async () => {
    const signal = AbortSignal.abort()
    const call = () => client(completion('Hello.')).chat.completions.create(params, { signal })
    expect(await trouble(() => call)).toMatchInlineSnapshot(
      `"transport: The call got no answer to judge: Request was aborted: This operation was aborted. That keeps no promise and breaks none, so it fails with .not too."`,
    )
  })

  test('a call of which the recorder complains', async () => {
    const call = async () => complain(new LlmContractsError('missing-recording', 'No recording.'))
    expect(await trouble(() => call)).toBe('missing-recording: No recording.')
    const thrown = async () => {
      throw new Error('wrapped', { cause: new LlmContractsError('missing-key', 'No key.') })
    }
    expect(await trouble(() => thrown)).toBe('missing-key: No key.')
  })

  test('what is no reply', async () => {
    expect(await trouble(() => 'Hello.')).toMatchInlineSnapshot(
      `"not-on-the-wire: The matcher received a string ("Hello."), and no exchange was seen here. Pass the promise of the call without await, a Response, or a function that makes the call."`,
    )
    expect(await trouble(() => undefined)).toMatchInlineSnapshot(
      `"not-on-the-wire: The matcher received undefined, and no exchange was seen here. Pass the promise of the call without await, a Response, or a function that makes the call."`,
    )
    expect(
      await trouble(() =>
        client(completion('{"a":1}'))
          .chat.completions.create(params)
          .then(() => ({ a: 1 })),
      ),
    ).toMatchInlineSnapshot(
      `"not-on-the-wire: The matcher received an object ({ a: 1 }), which did not come from the one exchange seen here. Pass the promise of the call without await, a Response, or a function that makes the call."`,
    )
  })

  test('a function that makes no call', async () => {
    expect(await trouble(() => () => 42)).toMatchInlineSnapshot(
      `"not-on-the-wire: The matcher received a function that made no call and gave a number (42). Pass the promise of the call without await, a Response, or a function that makes the call."`,
    )
  })

  test("an error of the user's own that was handed over", async () => {
    const work = async () => {
      await client(completion('Hi.')).chat.completions.create(params)
      return { error: new Error('boom') }
    }
    const thrown = watch(async () => receive((await work()).error)).catch((cause: unknown) => String(cause))
    expect(await thrown).toMatchInlineSnapshot(
      `"LlmContractsError: The matcher received Error: boom, which did not come from the one exchange seen here. Pass the promise of the call without await, a Response, or a function that makes the call."`,
    )
  })

  test('a stream or a Response that was read before', async () => {
    const read = async () => {
      const open = await client(stream(...events)).chat.completions.create(streamed)
      await drained(open)
      return { open }
    }
    const { value } = await watch(read)
    expect(await receive(value.open).catch((cause: unknown) => String(cause))).toMatchInlineSnapshot(
      `"LlmContractsError: The matcher received a stream that was already read, and no recorder was watching. Give it to the matcher before it is read, or give the promise of the call."`,
    )
    const several = async () => {
      const { chat } = client(stream(...events), stream(...events))
      const [one] = [await chat.completions.create(streamed), await chat.completions.create(streamed)]
      await drained(one)
      return one
    }
    expect(await trouble(several)).toMatchInlineSnapshot(
      `"not-on-the-wire: The matcher received a stream that was already read, which may be any of 2 streamed exchanges seen here. Give it to the matcher before it is read, or give the promise of the call."`,
    )
    const elsewhere = async () => {
      await client(completion('Hi.')).chat.completions.create(params)
      return value.open
    }
    expect(await trouble(elsewhere)).toMatchInlineSnapshot(
      `"not-on-the-wire: The matcher received a stream that was already read, and no streamed exchange was seen here. Give it to the matcher before it is read, or give the promise of the call."`,
    )
    const response = completion('Hello.')
    await response.text()
    expect(await trouble(() => response)).toMatchInlineSnapshot(
      `"not-on-the-wire: The matcher received a Response whose body was already read, and no exchange was seen here. Give it to the matcher before its body is read."`,
    )
  })
})
