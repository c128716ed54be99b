import type { Json } from '../wire/exchange.ts'
import { object } from './_parts.ts'

const text = { type: 'string' }

/** Schemas inside OpenAI's strict subset, each with what to fill it from. */
export const STRICT_CORPUS: readonly {
  readonly prompt: string
  readonly parameters: { readonly [key: string]: Json }
}[] = [
  {
    prompt: 'The title is "Broken lamp", the floor is 3 and the urgency is high.',
    parameters: object({
      title: text,
      floor: { type: 'integer' },
      urgency: { type: 'string', enum: ['low', 'high'] },
    }),
  },
  {
    prompt: 'The city is "Oslo". There is no comment.',
    parameters: object({ place: object({ city: text }), comment: { type: ['string', 'null'] } }),
  },
  {
    prompt: 'There are two people, named "Ada" and "Grace".',
    parameters: object({ people: { type: 'array', items: object({ name: text }) } }),
  },
  {
    prompt: 'The amount is 12.5 and the currency is "EUR".',
    parameters: {
      ...object({ price: { $ref: '#/$defs/price' } }),
      $defs: { price: object({ amount: { type: 'number' }, currency: text }) },
    },
  },
  {
    prompt: 'The answer is the number 7.',
    parameters: object({ answer: { anyOf: [object({ number: { type: 'integer' } }), object({ words: text })] } }),
  },
]
