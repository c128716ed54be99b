/** Where a matcher was called; its frames are put into words only when somebody asks. */
export interface Site {
  readonly stack: string
}

/** The place from which `callee` was called. */
export function siteBelow(callee: (...args: never[]) => unknown): Site {
  const site = { stack: '' }
  Error.captureStackTrace(site, callee)
  return site
}

/** The frames of a site as V8 prints them, without a headline. */
export function framesOf({ stack }: Site): string {
  const start = stack.search(/^ {4}at /m)
  return start < 0 ? '' : stack.slice(start)
}

/**
 * Gives an error the frames of a site. Vitest prints the first of them that is the user's; where there is none, as behind
 * `.resolves`, the error keeps its own.
 *
 * @example
 * ```ts
 * const [forgotten] = forgottenSites(seen)
 * throw placed(new Error(`${forgotten.matcher} was not awaited`), forgotten)
 * ```
 */
export function placed<E>(error: E, site: Site): E {
  const frames = framesOf(site)
  if (error instanceof Error && frames.split('\n').some(isUsers)) error.stack = `${String(error)}\n${frames}`
  return error
}

function isUsers(frame: string): boolean {
  return /:\d+:\d+\)?$/.test(frame) && !/[\\/]node_modules[\\/]|[( ]node:/.test(frame)
}
