import { batchTrials } from './batches.ts'
import { chatTrials } from './chat.ts'
import { gateTrials } from './gate.ts'
import { honestTrials } from './honest.ts'
import { jsonObjectTrials } from './json-object.ts'
import { jsonSchemaTrials } from './json-schema.ts'
import { roundtripTrials } from './roundtrip.ts'
import { embeddingLimitTrials } from './embedding-limits.ts'
import { embeddingTrials } from './embeddings.ts'
import { fileTrials } from './files.ts'
import { handoffTrials } from './handoff.ts'
import { mediaTrials } from './media.ts'
import { modelTrials } from './models.ts'
import { reasoningLimitTrials } from './reasoning-limits.ts'
import { reasoningReplayTrials } from './reasoning-replay.ts'
import { reasoningTrials } from './reasoning.ts'
import { responsesTrials } from './responses.ts'
import { toolChoiceTrials } from './tool-choice.ts'
import { toolsTrials } from './tools.ts'
import { limitErrorTrials } from './errors-limits.ts'
import { errorTrials } from './errors.ts'
import { roleTrials } from './roles.ts'
import { multiturnTrials } from './multiturn.ts'
import { limitTrials } from './limits.ts'
import { samplingTrials } from './sampling.ts'
import { refusalTrials } from './refusals.ts'
import { streamTrials } from './stream.ts'
import { usageTrials } from './usage.ts'
import { abortTrials } from './abort.ts'
import { concurrencyTrials } from './concurrency.ts'
import { perfTrials } from './perf.ts'
import { longTrials } from './long.ts'
import { paramTrials } from './params.ts'
import type { Trial } from './trial.ts'
import { visionHonestyTrials } from './vision-honesty.ts'
import { visionTrials } from './vision.ts'

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
  ...reasoningTrials,
  ...reasoningLimitTrials,
  ...reasoningReplayTrials,
  ...visionTrials,
  ...visionHonestyTrials,
  ...mediaTrials,
  ...embeddingTrials,
  ...embeddingLimitTrials,
  ...modelTrials,
  ...fileTrials,
  ...batchTrials,
  ...responsesTrials,
  ...handoffTrials,
  ...errorTrials,
  ...limitErrorTrials,
  ...roleTrials,
  ...multiturnTrials,
  ...limitTrials,
  ...samplingTrials,
  ...refusalTrials,
  ...streamTrials,
  ...usageTrials,
  ...abortTrials,
  ...concurrencyTrials,
  ...perfTrials,
  ...longTrials,
  ...paramTrials,
]
