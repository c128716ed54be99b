import type { Json } from '../wire/exchange.ts'
import { object } from './_parts.ts'

type Schema = { readonly [key: string]: Json }

const text = { type: 'string' }

/** `response_format` for a schema. */
export const schemaFormat = (schema: Schema) => ({
  type: 'json_schema',
  json_schema: { name: 'answer', strict: true, schema },
})

/** What {@link AN_ORDER} tells. */
export const order = object({
  customer: text,
  delivery: { type: 'string', enum: ['post', 'courier'] },
  items: { type: 'array', items: object({ name: text, count: { type: 'integer' } }) },
})
/** Fills {@link order}, and asks for nothing like JSON. */
export const AN_ORDER = 'The customer "Ada Lovelace" orders 2 pieces of "lamp" by courier. Note that down.'

/** One key that nobody would choose without being told. */
export const oddAnswer = object({ quixotic_answer: text })

/** What {@link AN_INVOICE} tells. */
export const invoice = object({ number: text, seller: text, total: { type: 'number' }, currency: text })
/** Says in words what {@link invoice} says as a schema. */
export const AN_INVOICE =
  'Give me this invoice as a JSON object with the keys number, seller, total and currency, where total is a number, ' +
  'and write nothing else. Invoice INV-2041 from Acme Ltd, 3 line items, total 149.50 EUR.'
