import { excerpt, inCode } from '../wire/text.ts'
import { callMisfit, firstArguments, noCall } from './_call.ts'
import { BOTH, callsOf, object, textOf, tool, user } from './_parts.ts'
import { A_TICKET, createTicket, getWeather, parametersOf } from './_tools.ts'
import { STRICT_CORPUS } from './_strict-corpus.ts'
import { toolsDeclaredTrials } from './tools-declared.ts'
import { toolsKeywordTrials } from './tools-keywords.ts'
import { toolsSelectTrials } from './tools-select.ts'
import { broken, inconclusive, kept, type Trial } from './trial.ts'

const shared = {
  level: 'should',
  mode: 'sampled',
  needs: ['tools'],
  profiles: ['agent'],
  ways: BOTH,
  blame: 'model',
} as const

const text = { type: 'string' }

const saveRecord = tool(
  'save_record',
  'Saves a record.',
  object({ payload: text, filter: object({ field: text }), tags: { type: 'array', items: text } }),
)
const saveNote = tool('save_note', 'Saves a note.', object({ note: object({ text }) }))

/** Signs of a call that was written into the text, where no parser took it out. */
const LEAKS =
  /<\/?\|?(?:tool_call|function|invoke|minimax:tool)|"(?:arguments|parameters)"\s*:|\[TOOL_CALLS?\]|✿FUNCTION|get_weather\s*\(|"name"\s*:\s*"get_weather"/i

const UNICODE = 'Zoë, Ærø, 東京, 🚀👩‍🚀, "quoted", C:\\temp\\new'

/** What tool calls promise: that they come, and that their arguments are what was declared. */
export const toolsTrials: readonly Trial[] = [
  {
    ...shared,
    id: 'tools.call.forced',
    level: 'must',
    profiles: ['smoke', 'core', 'agent'],
    promise: 'Calls a tool where the prompt leaves no other way.',
    hint: 'Set tool_choice, if the provider honours it, and check that a call came.',
    source: 'measured: a call in 322 of 325 recorded answers that were forced',
    run: async (ask) => {
      const prompt = `Use the tool get_weather to tell the weather in the city "${ask.nonce()}".`
      const reply = await ask.chat({ messages: [user(prompt)], tools: [getWeather] })
      if (callsOf(reply).length > 0) return kept()
      return broken('was told to use a tool and called none', { bytes: excerpt(textOf(reply)) })
    },
  },
  {
    ...shared,
    id: 'tools.args.schema-valid',
    level: 'must',
    profiles: ['core', 'agent'],
    promise: 'Sends arguments that fit the declared parameters.',
    hint: 'Validate the arguments before the function runs, and send the error back to the model.',
    source: 'measured by K2 Vendor Verifier, 2025-11: 83.1 % to 100 % by vendor',
    run: async (ask) => {
      const reply = await ask.chat({ messages: [user(A_TICKET)], tools: [createTicket] })
      const [call] = callsOf(reply)
      if (call === undefined) return noCall(reply)
      if (call.name !== 'create_ticket')
        return inconclusive(`it called ${excerpt(call.name, 64)}, which is not offered`)
      return callMisfit(call, parametersOf(createTicket)) ?? kept()
    },
  },
  {
    ...shared,
    id: 'tools.args.strict-always-valid',
    level: 'must',
    needs: ['tools', 'strict_tools'],
    profiles: ['agent', 'strict'],
    promise: 'Sends arguments that fit the parameters of every strict tool.',
    hint: 'Keep validating the arguments: strict is not enforced here.',
    source: 'OpenAI guide, function calling: strict "ensures function calls reliably adhere to the function schema"',
    blame: 'gateway',
    run: async (ask) => {
      let judged = 0
      for (const { prompt, parameters } of STRICT_CORPUS) {
        const strict = tool('submit', 'Submits what the user gives.', parameters, { strict: true })
        const reply = await ask.chat({ messages: [user(`Use the tool submit. ${prompt}`)], tools: [strict] })
        const [call] = callsOf(reply)
        if (call === undefined) continue
        judged += 1
        const wrong = callMisfit(call, parameters)
        if (wrong !== undefined) return wrong
      }
      return judged === STRICT_CORPUS.length
        ? kept()
        : inconclusive(`it called the tool for ${judged} of ${STRICT_CORPUS.length} schemas`)
    },
  },
  {
    ...shared,
    id: 'tools.args.no-double-encoding',
    promise: 'Sends objects and lists as such, and text as text, even where the text is JSON.',
    hint: 'Parse an argument a second time only where its declared type is object or array.',
    source: 'vllm-project/vllm, tool parsers for GLM and Qwen; OpenAI API reference, function.arguments',
    blame: 'wire format',
    run: async (ask) => {
      const prompt =
        'Call save_record once: the payload is exactly the text "[1, 2, 3]", the field of the filter is "colour", ' +
        'and the only tag is "red".'
      const reply = await ask.chat({ messages: [user(prompt)], tools: [saveRecord] })
      const read = firstArguments(reply, 'save_record')
      if ('is' in read) return read
      const { payload, filter, tags } = read.args
      const bytes = inCode(read.args, 120)
      if (payload === undefined || filter === undefined || tags === undefined) {
        return inconclusive('it left an argument out')
      }
      if (typeof filter === 'string') return broken('sent an object as a string with JSON in it', { bytes })
      if (typeof tags === 'string') return broken('sent a list as a string with JSON in it', { bytes })
      if (typeof payload !== 'string') return broken('parsed a text that was to stay a text', { bytes })
      return kept()
    },
  },
  {
    ...shared,
    id: 'tools.args.unicode-exact',
    promise: 'Sends a nested text argument exactly as it was given, emoji, quotes and backslashes included.',
    hint: 'Compare what the function gets with what the user wrote before you store it.',
    source: '0xPlaygrounds/rig, complex_tool_arguments; RFC 8259, section 7',
    run: async (ask) => {
      const prompt = `Call save_note with exactly the text between the markers, character by character:\n<<<\n${UNICODE}\n>>>`
      const reply = await ask.chat({ messages: [user(prompt)], tools: [saveNote] })
      const read = firstArguments(reply, 'save_note')
      if ('is' in read) return read
      const note = read.args['note'] as { readonly text?: unknown } | null | undefined
      if (note?.text === UNICODE) return kept()
      return broken('sent another text than it was given', { bytes: inCode(note?.text ?? read.args, 120) })
    },
  },
  {
    ...shared,
    id: 'tools.message.no-text-call-leak',
    promise: 'Writes no tool call into the text.',
    hint: 'Look for the tool parser of the server: the model calls, and nobody takes the call out.',
    source: '0xPlaygrounds/rig, hygiene; vllm-project/vllm, tool parsers',
    blame: 'gateway',
    run: async (ask) => {
      const prompt = `What is the weather in the city "${ask.nonce()}"? Use the tool.`
      const reply = await ask.chat({ messages: [user(prompt)], tools: [getWeather] })
      const leak = LEAKS.exec(textOf(reply))
      if (leak !== null)
        return broken('wrote a tool call into the text', { bytes: excerpt(textOf(reply).slice(leak.index)) })
      return callsOf(reply).length > 0 ? kept() : noCall(reply)
    },
  },
  ...toolsSelectTrials,
  ...toolsDeclaredTrials,
  ...toolsKeywordTrials,
]
