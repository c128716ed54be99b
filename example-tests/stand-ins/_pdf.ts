import type { Json } from './_json.ts'

/** The text that a PDF without compression draws; empty for anything but such a PDF as a data URI. */
export function textInPdf(uri: Json | undefined): string {
  const base64 = typeof uri === 'string' ? /^data:application\/pdf;base64,(.+)$/s.exec(uri)?.[1] : undefined
  const drawn = Buffer.from(base64 ?? '', 'base64')
    .toString('latin1')
    .matchAll(/\(([^)]*)\) Tj/g)
  return [...drawn].map(([, text = '']) => text).join(' ')
}
