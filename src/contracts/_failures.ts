import { filled, isRecord, jsonText, list, num, parseJson, type JsonObject } from '../wire/guards.ts'
import type { Reply } from '../wire/types.ts'

export { filled, isRecord, jsonText, list, num, parseJson, type JsonObject }

/** True where the response came to its proper end. */
export function isClosed({ exchange: { response } }: Reply): boolean {
  return response.end === 'closed' && response.failure === undefined
}

/** True for a whole response with a failing status, to a request that may have a body in return. */
export function isFailure(reply: Reply): boolean {
  return reply.status >= 400 && isClosed(reply) && reply.exchange.request?.method.toUpperCase() !== 'HEAD'
}

/** True for a response with a status of success. */
export function isSuccess({ status }: Reply): boolean {
  return status >= 200 && status < 300
}
