/** Whether an error means that a value has more levels than the stack has room for. */
export function isTooDeep(error: unknown): boolean {
  return error instanceof RangeError && error.message.startsWith('Maximum call stack')
}
