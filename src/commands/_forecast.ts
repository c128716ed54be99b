import { Asker, ATTEMPTS, type Asking, type Sent, type Target } from '../trials/asker.ts'
import type { Trial } from '../trials/trial.ts'
import type { Reply } from '../wire/types.ts'

/** What trials will ask for. */
export interface Forecast {
  /** Where every sample is taken, and each is answered at once. */
  readonly requests: number
  /** Where each request is made again as often as it ever is. */
  readonly withRetries: number
  /** Tokens of all requests, four characters each. */
  readonly input: number
  /** Tokens of all answers, at the allowance for each. */
  readonly output: number
}

/** Tokens that an answer is reckoned at: a short JSON object or tool call, with some reasoning before it. */
const ANSWER = 250

/** What is thrown in place of asking. */
class Measured extends Error {}

/** Asks nobody, and notes how long the first request would have been. */
class Dry extends Asker {
  length = 0
  attempts = 1

  override send(_: string, __: string, body?: Sent, asking?: Asking): Promise<Reply> {
    this.attempts = asking?.failing === true ? 1 : ATTEMPTS
    this.length = typeof body === 'string' ? body.length : JSON.stringify(body ?? {}).length
    return Promise.reject(new Measured())
  }
}

/** What trials will ask of a provider, reckoned from the first request of each in each way. */
export async function forecast(trials: readonly Trial[], target: Target, samples: number): Promise<Forecast> {
  let [requests, withRetries, input, output] = [0, 0, 0, 0]
  for (const trial of trials) {
    const times = trial.mode === 'sampled' ? samples : 1
    for (const way of trial.ways) {
      const dry = new Dry(target, trial.id, way, 1)
      await trial.run(dry).catch((error: unknown) => {
        if (!(error instanceof Measured)) throw error
      })
      requests += times
      withRetries += times * dry.attempts
      input += times * Math.ceil(dry.length / 4)
      output += trial.id.startsWith('error.') ? 0 : times * ANSWER
    }
  }
  return { requests, withRetries, input, output }
}
