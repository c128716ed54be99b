import type { Json } from '../wire/exchange.ts'
import type { Reply } from '../wire/types.ts'
import { modelFor } from './_honest.ts'
import { COLOURS, type Colour } from './_media.ts'
import { textOf, user } from './_parts.ts'
import type { Asker } from './asker.ts'

const NAMES = Object.keys(COLOURS) as readonly Colour[]

/** The colour of one try: another one for each, so that a model that guesses is found out. */
export const colourOf = ({ sample, way }: Asker, shift = 0): Colour =>
  NAMES[(sample + shift + (way === 'streamed' ? 1 : 0)) % NAMES.length] ?? 'red'

/** A question with images beside it. */
export const showing = (text: string, ...images: readonly Json[]) =>
  user([{ type: 'text', text }, ...images.map((image_url): Json => ({ type: 'image_url', image_url }))])

/** The question about one image. */
export const WHICH = 'What colour is this image: red, green, blue or yellow? Answer with one word.'

/** The colours that an answer names, in its order. */
export function coloursIn(reply: Reply): Colour[] {
  const words =
    textOf(reply)
      .toLowerCase()
      .match(/[a-z]+/g) ?? []
  return words.flatMap((word) => NAMES.find((name) => name === word) ?? [])
}

/** Whether an answer names this colour and no other. */
export function names(reply: Reply, colour: Colour): boolean {
  const said = coloursIn(reply)
  return said.length > 0 && said.every((one) => one === colour)
}

/** The model that sees. */
export const seer = (ask: Asker) => modelFor(ask, 'vision', 'vision')
