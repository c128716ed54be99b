import { listed } from '../wire/text.ts'
import type { Asker } from './asker.ts'
import { callMisfit } from './_call.ts'
import { judgeBy } from './_document.ts'
import { BOTH, callsOf, textOf, user } from './_parts.ts'
import { AN_INVOICE, invoice, schemaFormat } from './_schemas.ts'
import { A_TICKET, createTicket, parametersOf } from './_tools.ts'
import { broken, kept, type Trial } from './trial.ts'
import { excerpt } from '../wire/text.ts'

const shared = {
  level: 'must',
  mode: 'sampled',
  profiles: ['gate', 'smoke'],
  ways: BOTH,
  blame: 'model',
} as const

/** The two prompts of a switch. */
export const gateTrials: readonly Trial[] = [
  {
    ...shared,
    id: 'gate.json',
    needs: ['chat'],
    promise: 'Answers a prompt with JSON that fits its schema, in the strongest JSON mode that it offers.',
    hint: 'Do not move traffic that needs JSON before you know what it does with your own prompts.',
    source: 'the two-prompt gate of a migration',
    run: async (ask) => {
      const reply = await ask.chat({ messages: [user(AN_INVOICE)], ...jsonMode(ask) })
      return judgeBy(invoice, reply) ?? kept()
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
      const reply = await ask.chat({ messages: [user(A_TICKET)], tools: [createTicket] })
      const calls = callsOf(reply)
      const [call] = calls
      if (call === undefined) return broken('called no tool', { bytes: excerpt(textOf(reply)) })
      if (calls.length > 1 || call.name !== 'create_ticket') {
        return broken(
          `called ${listed(calls.map(({ name }) => excerpt(name, 64)))} where one call of create_ticket was due`,
        )
      }
      return callMisfit(call, parametersOf(createTicket)) ?? kept()
    },
  },
]

/** The schema where it is offered, else JSON mode, else the words of the prompt alone. */
function jsonMode({ target }: Asker) {
  if (target.supports('json_schema')) return { response_format: schemaFormat(invoice) }
  return target.supports('json_object') ? { response_format: { type: 'json_object' } } : {}
}
