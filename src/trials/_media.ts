import { crc32, deflateSync } from 'node:zlib'

/** The colours of test images, by the name that a model is expected to say. */
export const COLOURS = {
  red: [255, 0, 0],
  green: [0, 160, 0],
  blue: [0, 0, 255],
  yellow: [255, 255, 0],
} as const satisfies Readonly<Record<string, readonly [number, number, number]>>

export type Colour = keyof typeof COLOURS

/**
 * A PNG of one colour, 32 pixels square, as a data URI: large enough for servers that crash on a single pixel, small
 * enough to be cheap. The same bytes each time.
 */
export function png(colour: Colour): string {
  const size = 32
  const head = Buffer.alloc(13)
  head.writeUInt32BE(size, 0)
  head.writeUInt32BE(size, 4)
  head.set([8, 2], 8)
  const row = Buffer.from([0, ...Array.from({ length: size }, () => COLOURS[colour]).flat()])
  const pixels = deflateSync(Buffer.concat(Array.from({ length: size }, () => row)))
  const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])
  const parts = [signature, chunk('IHDR', head), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]
  return `data:image/png;base64,${Buffer.concat(parts).toString('base64')}`
}

function chunk(kind: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}

/** A PDF of one page that says `text`, which may hold letters, digits, spaces and hyphens. */
export function pdf(text: string): Buffer {
  const drawing = `BT /F1 24 Tf 72 720 Td (${text}) Tj ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${drawing.length} >>\nstream\n${drawing}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let body = '%PDF-1.4\n'
  const places = objects.map((object, at) => {
    const place = body.length
    body += `${at + 1} 0 obj\n${object}\nendobj\n`
    return `${String(place).padStart(10, '0')} 00000 n \n`
  })
  const count = objects.length + 1
  const table = `xref\n0 ${count}\n0000000000 65535 f \n${places.join('')}`
  const end = `trailer\n<< /Size ${count} /Root 1 0 R >>\nstartxref\n${body.length}\n%%EOF\n`
  return Buffer.from(`${body}${table}${end}`, 'latin1')
}

/** Samples in a second. */
const RATE = 8000

/** A mono WAV of 16 bits with so many beeps, a quarter of a second each, and as much silence after each. */
export function wav(beeps: number): Buffer {
  const quarter = RATE / 4
  const sound = Buffer.alloc(beeps * quarter * 2 * 2)
  for (let beep = 0; beep < beeps; beep += 1) {
    for (let at = 0; at < quarter; at += 1) {
      const level = Math.round(12_000 * Math.sin((2 * Math.PI * 880 * at) / RATE))
      sound.writeInt16LE(level, (beep * quarter * 2 + at) * 2)
    }
  }
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + sound.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(RATE, 24)
  head.writeUInt32LE(RATE * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(sound.length, 40)
  return Buffer.concat([head, sound])
}
