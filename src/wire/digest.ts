// Kept aside, because a test may put another `process` in place; the module itself comes when it is first needed.
const here = process
const crypto = () => here.getBuiltinModule('node:crypto')

/** SHA-256 in hex. */
export function sha256(content: string | Uint8Array): string {
  return crypto().createHash('sha256').update(content).digest('hex')
}

/** A name that nobody else has. */
export const uniqueName = (): string => crypto().randomUUID()
