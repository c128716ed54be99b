// Modules of Node.js that take long to load, and that most test files of a project never need: loaded when first used.

/** SHA-256 in hex. */
export function sha256(content: string | Uint8Array): string {
  return process.getBuiltinModule('node:crypto').createHash('sha256').update(content).digest('hex')
}

/** HTTP's words for a status, such as `Too Many Requests`; undefined for one without. */
export function wordsOf(status: number): string | undefined {
  return process.getBuiltinModule('node:http').STATUS_CODES[status]
}
