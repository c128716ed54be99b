import { chatTrials } from './chat.ts'
import { gateTrials } from './gate.ts'
import { honestTrials } from './honest.ts'
import { jsonObjectTrials } from './json-object.ts'
import { jsonSchemaTrials } from './json-schema.ts'
import { roundtripTrials } from './roundtrip.ts'
import { toolChoiceTrials } from './tool-choice.ts'
import { toolsTrials } from './tools.ts'
import type { Trial } from './trial.ts'

/** The catalogue's promises that take requests of their own to try, by area. */
export const trials: readonly Trial[] = [
  ...chatTrials,
  ...toolsTrials,
  ...toolChoiceTrials,
  ...roundtripTrials,
  ...jsonObjectTrials,
  ...jsonSchemaTrials,
  ...gateTrials,
  ...honestTrials,
]
