import { chatTrials } from './chat.ts'
import { limitErrorTrials } from './errors-limits.ts'
import { errorTrials } from './errors.ts'
import { toolChoiceTrials } from './tool-choice.ts'
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

/** The catalogue's promises that take requests of their own to try, by area. */
export const trials: readonly Trial[] = [
  ...chatTrials,
  ...toolChoiceTrials,
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
