import { errorBodyContracts } from './errors-body.ts'
import { checkClassified, checkSdkClass, isServerError, quotaFromRate } from './errors-class.ts'
import { isFailure } from './_failures.ts'
import type { Contract } from './contract.ts'

/** What a provider promises where it refuses or fails: a body that clients read, and a cause that they can tell. */
export const errorContracts: readonly Contract[] = [
  ...errorBodyContracts,
  {
    id: 'error.quota-vs-rate',
    level: 'must',
    mode: 'wire',
    needs: [],
    promise:
      'Says in every HTTP 429 whether the caller was too fast, has no quota or money left, or the service is full.',
    hint: 'Treat this 429 as a rate limit, with few retries, and look at the balance in the console of the provider.',
    source:
      'OpenAI guide, Error codes: 429 is either "Rate limit reached" or "You exceeded your current quota"; measured: one Chinese provider answers a spent balance, a full queue and a rate limit all with 429, told apart by code alone.',
    blame: 'wire format',
    applies: (reply) => isFailure(reply) && reply.status === 429,
    check: quotaFromRate,
  },
  {
    id: 'error.5xx.classified',
    level: 'should',
    mode: 'client',
    needs: [],
    promise:
      'Lets a client take every 5xx, also one with an HTML page or no body, as a fault of the infrastructure that a retry may mend.',
    hint: 'Retry by status, never by what the body says: a proxy answers with HTML or with nothing.',
    source:
      'RFC 9110, section 15.6 (server error 5xx); OpenAI guide, Error codes: 500 and 503 are to be retried after a wait; measured: some hosts send 4xx and 5xx without a body.',
    blame: 'infrastructure',
    applies: isServerError,
    check: checkClassified(),
  },
  {
    id: 'error.sdk-class',
    level: 'must',
    mode: 'client',
    needs: [],
    promise:
      'Answers a failure with the status for which the OpenAI SDK has the right class, in a body whose message it can show.',
    hint: 'Catch `APIError` and look at its status, its code and its message, in place of the class of the error.',
    source: 'OpenAI guide, Error codes, library error types; `APIError.generate` in the OpenAI SDK for TypeScript.',
    blame: 'wire format',
    applies: isFailure,
    check: checkSdkClass(),
  },
]
