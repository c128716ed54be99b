import type { Json } from '../wire/exchange.ts'
import { isRecord } from '../wire/guards.ts'
import { excerpt, listed } from '../wire/text.ts'
import type { Asker } from './asker.ts'
import { callMisfit } from './_call.ts'
import { judgeBy } from './_document.ts'
import { BOTH, callsOf, textOf, user } from './_parts.ts'
import { AN_INVOICE, invoice } from './_schemas.ts'
import { A_TICKET, createTicket } from './_tools.ts'
import { broken, kept, type Trial } from './trial.ts'

/** The two prompts of a switch. */
export interface Prompts {
  /** A prompt whose answer must be JSON that fits a schema. */
  readonly json: { readonly messages: Json[]; readonly schema: { [key: string]: Json } }
  /** A prompt whose answer must be one call of one of the tools, its arguments as declared. */
  readonly tool: { readonly messages: Json[]; readonly tools: Json[] }
}

const OURS: Prompts = {
  json: { messages: [user(AN_INVOICE)], schema: invoice },
  tool: { messages: [user(A_TICKET)], tools: [createTicket] },
}

const shared = {
  level: 'must',
  mode: 'sampled',
  profiles: ['gate', 'smoke'],
  ways: BOTH,
  blame: 'model',
} as const

/** The two prompts of a switch as trials: the user's own, or ours where they are silent. */
export function gateTrialsOf({ json = OURS.json, tool = OURS.tool }: Partial<Prompts>): Trial[] {
  return [
    {
      ...shared,
      id: 'gate.json',
      needs: ['chat'],
      promise: 'Answers a prompt with JSON that fits its schema, in the strongest JSON mode that it offers.',
      hint: 'Do not move traffic that needs JSON before you know what it does with your own prompts.',
      source: 'the two-prompt gate of a migration',
      run: async (ask) => {
        const reply = await ask.chat({ messages: json.messages, ...jsonMode(ask, json.schema) })
        return judgeBy(json.schema, reply) ?? kept()
      },
    },
    {
      ...shared,
      id: 'gate.tool',
      needs: ['tools'],
      promise: 'Answers a prompt with the one fitting tool call, its arguments as declared.',
      hint: 'Do not move traffic that needs tools before you know what it does with your own.',
      source: 'the two-prompt gate of a migration',
      run: async (ask) => {
        const reply = await ask.chat({ messages: tool.messages, tools: tool.tools })
        const calls = callsOf(reply)
        const [call] = calls
        if (call === undefined) return broken('called no tool', { bytes: excerpt(textOf(reply)) })
        const offered = reply.asked?.tools ?? new Map<string, Json | undefined>()
        if (calls.length > 1 || !offered.has(call.name)) {
          const due = [...offered.keys()].join(' or ')
          return broken(`called ${listed(calls.map(({ name }) => excerpt(name, 64)))} where one call of ${due} was due`)
        }
        const parameters = offered.get(call.name)
        return callMisfit(call, isRecord(parameters) ? parameters : true) ?? kept()
      },
    },
  ]
}

/** The two prompts of a switch. */
export const gateTrials: readonly Trial[] = gateTrialsOf({})

/** The schema where it is offered, else JSON mode, else the words of the prompt alone. */
function jsonMode({ target }: Asker, schema: Prompts['json']['schema']) {
  const named = { name: 'answer', strict: true, schema }
  if (target.supports('json_schema')) return { response_format: { type: 'json_schema', json_schema: named } }
  return target.supports('json_object') ? { response_format: { type: 'json_object' } } : {}
}
