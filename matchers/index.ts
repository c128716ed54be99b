import type { Schema } from './schema.ts'
import type { Wanted } from './_call.ts'
import { toCallNoTool } from './toCallNoTool.ts'
import { toCallToolWith } from './toCallToolWith.ts'
import { toCallTools } from './toCallTools.ts'
import type { ExpectedCall } from './toCallTools.ts'
import { toFailWithOpenAIErrorShape } from './toFailWithOpenAIErrorShape.ts'
import type { ErrorExpectations } from './toFailWithOpenAIErrorShape.ts'
import { toFinishWith } from './toFinishWith.ts'
import { toReturnValidJson } from './toReturnValidJson.ts'
import { toStreamChunks } from './toStreamChunks.ts'
import type { StreamExpectations } from './toStreamChunks.ts'
import { toKeepContract } from './toKeepContract.ts'
import { toKeepContracts } from './toKeepContracts.ts'
import type { ContractSelection } from './toKeepContracts.ts'
import { toReportUsage } from './toReportUsage.ts'
import type { UsageExpectations } from './toReportUsage.ts'
import { toReturnText } from './toReturnText.ts'
import { toSurviveRechunking } from './toSurviveRechunking.ts'
import { toCostAtMost } from './toCostAtMost.ts'
import { toRefuse } from './toRefuse.ts'
import { toRejectContextOverflow } from './toRejectContextOverflow.ts'
import { toRespondWithin } from './toRespondWithin.ts'
import type { TimeLimits } from './toRespondWithin.ts'
import { toReturnEmbeddings } from './toReturnEmbeddings.ts'
import type { EmbeddingExpectations } from './toReturnEmbeddings.ts'
import { toFallBackTo } from './toFallBackTo.ts'
import type { FallbackExpectations } from './toFallBackTo.ts'
import { toRetry } from './toRetry.ts'
import type { RetryExpectations } from './toRetry.ts'
import { jsonMatching } from './jsonMatching.ts'

export type { StandardSchemaV1 } from '@standard-schema/spec'
export type { JsonSchema, Schema } from './schema.ts'
export type { Wanted as ToolArguments } from './_call.ts'
export type { ErrorExpectations, Field as ErrorField } from './toFailWithOpenAIErrorShape.ts'
export type { StreamExpectations } from './toStreamChunks.ts'
export type { ContractSelection } from './toKeepContracts.ts'
export type { ExpectedCall } from './toCallTools.ts'
export type { UsageExpectations } from './toReportUsage.ts'
export type { TimeLimits } from './toRespondWithin.ts'
export type { EmbeddingExpectations } from './toReturnEmbeddings.ts'
export type { FallbackExpectations } from './toFallBackTo.ts'
export type { RetryExpectations } from './toRetry.ts'

/**
 * All matchers, for `expect.extend`. The setup file of this package does that by itself; a project that wants the
 * matchers without recordings does it in a setup file of its own.
 *
 * @example
 * ```ts
 * import { matchers } from 'vitest-llm-contracts/matchers'
 * import { expect } from 'vitest'
 *
 * expect.extend(matchers)
 * ```
 */
export const matchers = {
  jsonMatching,
  toCallNoTool,
  toCallToolWith,
  toCallTools,
  toCostAtMost,
  toFallBackTo,
  toFailWithOpenAIErrorShape,
  toFinishWith,
  toKeepContract,
  toKeepContracts,
  toRefuse,
  toRejectContextOverflow,
  toReportUsage,
  toRespondWithin,
  toRetry,
  toReturnEmbeddings,
  toReturnText,
  toReturnValidJson,
  toStreamChunks,
  toSurviveRechunking,
}

declare global {
  namespace Chai {
    /**
     * The contract matchers. Each takes a promise or value of the OpenAI SDK, a stream, a fetch `Response`, an error,
     * or a function that makes the call; each judges what passed on the wire, and must be awaited. Beside an
     * assertion error they throw `LlmContractsError`: `transport` where no answer came (with `.not` too, and there for an
     * HTTP error as well, unless errors are what the matcher judges), `not-on-the-wire` where no exchange belongs to
     * what was given, `bad-option` for an option that the matcher does not have, and what the recorder complains of,
     * such as `missing-recording`.
     */
    interface Assertion {
      /**
       * The text of every choice is exactly one JSON document, whole or streamed, chat or Responses API; and where a
       * schema is given, it fits. With `response_format` `json_object` it must be an object. A refusal, an HTTP
       * error, a tool call, Markdown fences, prose, an answer cut at its token limit, or a connection that was cut
       * each fail with a message that says so.
       *
       * @param schema A Standard Schema (Zod, Valibot, ArkType …) or a JSON Schema: draft-07, 2019-09 or 2020-12 by
       * its `$schema`, 2020-12 without one. A wrong one throws `LlmContractsError` `bad-schema`.
       * @see https://platform.openai.com/docs/guides/structured-outputs
       *
       * @example
       * ```ts
       * const Invoice = z.object({ number: z.string(), total: z.number() }).meta({ title: 'Invoice' })
       * await expect(client.chat.completions.create({ model, messages, response_format: { type: 'json_object' } }))
       *   .toReturnValidJson(Invoice)
       * ```
       */
      toReturnValidJson(schema?: Schema): Promise<void>

      /**
       * The reply calls the function, whole or streamed: with arguments that are a JSON object, fit the parameters
       * which the request declared for it, and are what the test wants; and it finishes with `tool_calls` (or `stop`,
       * where `tool_choice` named this function). Of several calls to the function one must fit.
       *
       * @param name The function's name.
       * @param args A literal, compared as `toEqual` does, asymmetric matchers included; a Standard Schema or JSON
       * Schema (an object with `$schema`, or with `type: 'object'` beside `properties`, `required` or
       * `additionalProperties`); or a predicate, which must return something truthy.
       * @see https://platform.openai.com/docs/guides/function-calling
       *
       * @example
       * ```ts
       * await expect(client.chat.completions.create({ model, messages, tools }))
       *   .toCallToolWith('get_weather', { city: expect.stringMatching(/^Paris/) })
       * ```
       */
      toCallToolWith(name: string, args?: Wanted): Promise<void>

      /**
       * The reply is a server-sent event stream, whole and well formed: every `data:` line is JSON, each choice gets
       * one finish reason, the end is marked (`[DONE]`, or the terminal event of the Responses API), and usage comes
       * where the request asked for it. An error inside the stream or a cut connection fails with how far it got.
       *
       * @param expectations What else the stream must have; two events with content for each choice where nothing is said.
       * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
       *
       * @example
       * ```ts
       * await expect(client.chat.completions.create({ model, messages, stream: true }))
       *   .toStreamChunks({ atLeast: 5, text: /paris/i, finishReason: 'stop' })
       * ```
       */
      toStreamChunks(expectations?: StreamExpectations): Promise<void>

      /**
       * The call fails as OpenAI's API fails: a status that is not 2xx, `application/json`, and a body
       * `{ error: { message, type, param, code } }` where message is a filled string, type a string, param and code
       * strings or null, none left out. An error inside HTTP 200 or inside a stream fails.
       *
       * @param expectations What else the failure must say: status, fields, advice on when to retry.
       * @see https://platform.openai.com/docs/guides/error-codes
       *
       * @example
       * ```ts
       * await expect(client.chat.completions.create({ model: 'no-such-model', messages }))
       *   .toFailWithOpenAIErrorShape({ status: 404, code: 'model_not_found' })
       * ```
       */
      toFailWithOpenAIErrorShape(expectations?: ErrorExpectations): Promise<void>

      /**
       * The reply keeps the promises of the catalogue that are named, by id (`stream.sse.done-sentinel`) or by area (the
       * first words of ids: `usage`, `tools.stream`). Promises that this reply tells nothing of are left out; where it
       * tells nothing of any of an id or area, the matcher fails, and with `.not` throws `not-on-the-wire`: unchecked is
       * never kept. A failure says who is at fault, and where the evidence stands.
       *
       * @param names One id or area, or several.
       * @throws {LlmContractsError} `bad-option` for an id or area that the catalogue does not have.
       *
       * @example
       * ```ts
       * await expect(client.chat.completions.create({ model, messages, tools, stream: true }))
       *   .toKeepContract(['tools.stream', 'stream.finish.exactly-once'])
       * ```
       */
      toKeepContract(names: string | readonly string[]): Promise<void>

      /**
       * The reply keeps every promise of the catalogue that it can be judged by: those of level `must`, which OpenAI
       * itself keeps, where nothing else is said. A failure lists up to five that broke. A reply that can be judged by
       * none fails, and with `.not` throws `not-on-the-wire`.
       *
       * @param selection The least level that counts, and an area such as `usage` or `tools.stream`.
       * @throws {LlmContractsError} `bad-option` for a level, area or option that does not exist.
       *
       * @example
       * ```ts
       * await expect(client.chat.completions.create({ model, messages, stream: true }))
       *   .toKeepContracts({ level: 'should', area: 'stream' })
       * ```
       */
      toKeepContracts(selection?: ContractSelection): Promise<void>

      /**
       * Every choice answers with text, whole or streamed, chat or Responses API, that is more than white space. A
       * refusal, a call, reasoning alone, an HTTP error or a connection that was cut fails with a message that says so. A
       * text that its token limit ended passes where what is wanted of it had come.
       *
       * @param expected A part of the text, or a pattern found in it. An empty string throws `bad-option`.
       * @see https://platform.openai.com/docs/api-reference/chat/object
       *
       * @example
       * ```ts
       * await expect(client.chat.completions.create({ model, messages })).toReturnText(/paris/i)
       * ```
       */
      toReturnText(expected?: string | RegExp): Promise<void>

      /**
       * Every choice makes exactly these calls, in any order, whole or streamed: each expected one is matched by a call of
       * its own, none is left over, and several have distinct ids. Arguments are judged as by `toCallToolWith`, and the
       * answer finishes with `tool_calls` (or `stop`, where `tool_choice` named the one function).
       *
       * @param expected The calls: a name, or `{ name, args }` with a literal, a schema or a predicate. An empty array
       * throws `bad-option`: `toCallNoTool` is for that.
       * @see https://platform.openai.com/docs/guides/function-calling#parallel-function-calling
       *
       * @example
       * ```ts
       * await expect(client.chat.completions.create({ model, messages, tools }))
       *   .toCallTools(['get_time', { name: 'get_weather', args: { city: 'Paris' } }])
       * ```
       */
      toCallTools(expected: readonly ExpectedCall[]): Promise<void>

      /**
       * The reply's bytes say the same in one piece, one byte at a time, and cut inside line ends and characters: the same
       * answers, usage, error and events. Judges a whole body and a stream; times are left out. An empty body fails.
       *
       * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
       *
       * @example
       * ```ts
       * await expect(client.chat.completions.create({ model, messages, stream: true })).toSurviveRechunking()
       * ```
       */
      toSurviveRechunking(): Promise<void>

      /**
       * Every choice answers with text and calls no function, whole or streamed: for a question that needs no tool, or for
       * `tool_choice: 'none'`. A refusal, an empty answer, or `finish_reason` `tool_calls` without a call fails.
       *
       * @see https://platform.openai.com/docs/guides/function-calling#tool-choice
       *
       * @example
       * ```ts
       * await expect(client.chat.completions.create({ model, messages, tools, tool_choice: 'none' })).toCallNoTool()
       * ```
       */
      toCallNoTool(): Promise<void>

      /**
       * The last `finish_reason` of every choice is this one, whole or streamed. For the Responses API it is the matching
       * word of chat completions: `stop` or `tool_calls` for `completed`, `length` for `max_output_tokens`, and
       * `content_filter`. The failure says what it was.
       *
       * @see https://platform.openai.com/docs/api-reference/chat/object#chat-object-choices-finish_reason
       *
       * @example
       * ```ts
       * await expect(client.chat.completions.create({ model, messages, max_tokens: 8 })).toFinishWith('length')
       * ```
       */
      toFinishWith(reason: string): Promise<void>

      /**
       * The reply counts its tokens, whole or streamed, chat, Responses API or embeddings: prompt, completion and total
       * are integers from 0, and the total is the sum of the others. A stream has usage only where the request asked for
       * it (`stream_options.include_usage`).
       *
       * @param expectations `consistent: false` for a provider whose total need not be the sum.
       * @see https://platform.openai.com/docs/api-reference/chat/object#chat-object-usage
       *
       * @example
       * ```ts
       * await expect(client.chat.completions.create({ model, messages })).toReportUsage()
       * ```
       */
      toReportUsage(expectations?: UsageExpectations): Promise<void>

      /**
       * The call cost at most so much, as the wire itself reports it: `usage.cost` in US dollars (OpenRouter; with the
       * upstream price where the key is one's own), `usage.cost.usd`, `usage.cost_in_usd_ticks` (xAI, 1e-10 dollars), or
       * the header `x-litellm-response-cost` of an answer that is not streamed. Where the wire reports none of these it
       * throws `not-on-the-wire`, with `.not` too: unknown is never zero.
       *
       * @param usd US dollars, 0 or more.
       * @throws {LlmContractsError} `not-on-the-wire`, `bad-option`.
       * @see https://docs.x.ai/developers/cost-tracking
       *
       * @example
       * ```ts
       * await expect(client.chat.completions.create({ model, messages })).toCostAtMost(0.002)
       * ```
       */
      toCostAtMost(usd: number): Promise<void>

      /**
       * The reply, seen live, comes in time: its first content within `firstTokenMs`, its last byte within `totalMs`, both
       * since the request was sent, the SDK's retries apart. The times of a recording say nothing about now: in replay,
       * and for a `Response` from elsewhere, it throws `not-on-the-wire`, with `.not` too; and nothing is recorded of a test
       * that asks for it, since its replay would be red.
       *
       * @param limits Milliseconds above 0; at least one of the two.
       * @throws {LlmContractsError} `not-on-the-wire`, `bad-option`.
       *
       * @example
       * ```ts
       * test.runIf(process.env.LLM_CONTRACTS === 'live')('answers in time', async () => {
       *   await expect(client.chat.completions.create({ model, messages, stream: true }))
       *     .toRespondWithin({ firstTokenMs: 2_000, totalMs: 20_000 })
       * })
       * ```
       */
      toRespondWithin(limits: TimeLimits): Promise<void>

      /**
       * The reply has one vector for each input, with indices in order from 0, all of one length, of finite numbers:
       * arrays, or base64 of little-endian 32-bit floats, which the SDK asks for by itself.
       *
       * @param expectations How many vectors (as many as the request has inputs where nothing is said), and how many
       * numbers in each (what the request names as `dimensions`, else as many as the first has).
       * @see https://platform.openai.com/docs/api-reference/embeddings/create
       *
       * @example
       * ```ts
       * await expect(client.embeddings.create({ model, input: ['one', 'two'] })).toReturnEmbeddings({ dimensions: 1536 })
       * ```
       */
      toReturnEmbeddings(expectations?: EmbeddingExpectations): Promise<void>

      /**
       * A request that is longer than the model's window is rejected: with a 4xx whose code or words tell of a context
       * overflow, so that a caller can shorten it and try again. An answer (of an input that was cut in silence), another
       * status, or an error of another kind fails.
       *
       * @see https://platform.openai.com/docs/guides/error-codes
       *
       * @example
       * ```ts
       * const messages = [{ role: 'user' as const, content: 'word '.repeat(2_000_000) }]
       * await expect(client.chat.completions.create({ model, messages })).toRejectContextOverflow()
       * ```
       */
      toRejectContextOverflow(): Promise<void>

      /**
       * The provider refuses, in a way that a program can tell: every choice has text in `refusal` (a `refusal` part in the
       * Responses API) or finishes with `content_filter`, or the request is rejected with a 4xx that tells of a content
       * filter. A refusal in plain words is an answer.
       *
       * @see https://platform.openai.com/docs/guides/structured-outputs#refusals
       *
       * @example
       * ```ts
       * await expect(client.chat.completions.create({ model, messages, response_format })).toRefuse()
       * ```
       */
      toRefuse(): Promise<void>

      /**
       * A client, whatever it is built on, asks so many times in all, the same request each time: to the same URL, with the
       * same model, messages or input, and tools, whatever else it changes. It never asks again where no retry can help (a
       * bad request, a wrong key, an empty account, an unknown model, a prompt that is too long), before it is answered, nor
       * once a part of a streamed answer has arrived. Provoke failures with `faults`, or use a recording that has some.
       *
       * Where the client asks several things, the first one that failed is counted.
       *
       * @param expectations `attempts` counts the first request too; 1 means that it does not ask again. With
       * `honouring: 'retry-after'` every wait must be as long as `retry-after` (seconds or HTTP-date), `retry-after-ms`, a
       * limit's reset or the message asks for. `within` is the most milliseconds that all of it may take.
       * @throws {LlmContractsError} `not-on-the-wire` where nothing was asked; `bad-option` where nothing was tried: no
       * request failed, or with `honouring` no answer asked for a wait.
       * @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
       *
       * @example
       * ```ts
       * faults.rateLimit({ retryAfter: 1 })
       * await expect(() => app.answer(question)).toRetry({ attempts: 2, honouring: 'retry-after', within: 5_000 })
       * ```
       */
      toRetry(expectations: RetryExpectations): Promise<void>

      /**
       * An application turns from a provider that fails to a second one, which answers: the wire shows the route, nothing of
       * a stream that the first had begun reaches the caller, and no mock named in `once` ran twice. The second one is asked
       * once the first has answered or failed, not beside it. What reaches the caller is read from texts, lists and objects
       * with texts or JSON in them, streams of any kind, and a `Response` with text, JSON or an event stream.
       *
       * @param to The second provider.
       * @param expectations The provider that fails first, and the milliseconds that all of it may take.
       * @throws {LlmContractsError} `bad-option` where the first provider did not fail, so that nothing was tried.
       *
       * @example
       * ```ts
       * faults.cutAfter(3, { provider: 'openai' })
       * await expect(() => app.answer(question)).toFallBackTo('qwen', { from: 'openai', within: 10_000 })
       * ```
       */
      toFallBackTo(to: string | { readonly name: string }, expectations: FallbackExpectations): Promise<void>
    }
  }
}

declare module 'vitest' {
  interface AsymmetricMatchersContaining {
    /**
     * Inside the arguments of another matcher: a text that is one JSON document, or a value, that fits the schema. A text
     * that is no JSON never fits. `expect.not.jsonMatching` is the opposite.
     *
     * @param schema A Standard Schema (Zod, Valibot, ArkType …) that validates synchronously, or a JSON Schema.
     * @throws {LlmContractsError} `bad-schema` where the schema is none, is invalid, or validates asynchronously.
     *
     * @example
     * ```ts
     * await expect(client.chat.completions.create({ model, messages, tools }))
     *   .toCallToolWith('save', { body: expect.jsonMatching(z.object({ city: z.string() })) })
     * ```
     */
    // oxlint-disable-next-line typescript/no-explicit-any -- as Vitest's own: it stands for any value
    jsonMatching(schema: Schema): any
  }
}
