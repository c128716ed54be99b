// Kept aside, because a test may put another `process` in place; the module itself comes when it is first needed.
const here = process

/** HTTP's words for a status, such as `Too Many Requests`; undefined for one without. */
export const statusWords = (status: number): string | undefined =>
  here.getBuiltinModule('node:http').STATUS_CODES[status]
