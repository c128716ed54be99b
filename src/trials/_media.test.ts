import { crc32, inflateSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { pdf, png, wav } from './_media.ts'

describe('an image', () => {
  const bytes = Buffer.from(png('green').replace('data:image/png;base64,', ''), 'base64')

  test('is a PNG of 32 pixels square whose parts have the sums that readers check', () => {
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]))
    expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([32, 32])
    const kinds = []
    for (let at = 8; at < bytes.length;) {
      const end = at + 8 + bytes.readUInt32BE(at)
      kinds.push(bytes.toString('latin1', at + 4, at + 8))
      expect(bytes.readUInt32BE(end)).toBe(crc32(bytes.subarray(at + 4, end)))
      at = end + 4
    }
    expect(kinds).toEqual(['IHDR', 'IDAT', 'IEND'])
  })

  test('is of one colour', () => {
    const rows = inflateSync(bytes.subarray(41, 41 + bytes.readUInt32BE(33)))

    expect(rows.length).toBe(32 * (1 + 32 * 3))
    expect(new Set([0, 1, 2].map((part) => rows[1 + part]))).toEqual(new Set([0, 160]))
    expect(rows.subarray(1, 4)).toEqual(rows.subarray(-3))
  })
})

test('a PDF holds its text, and its table points at each object', () => {
  const text = pdf('The code word is sun-7').toString('latin1')

  expect(text).toContain('(The code word is sun-7) Tj')
  const places = [...text.matchAll(/^(\d{10}) 00000 n $/gm)].map(([, place]) => Number(place))
  expect(places.map((place, at) => text.startsWith(`${at + 1} 0 obj`, place))).toEqual([true, true, true, true, true])
  expect(text.slice(Number(/startxref\n(\d+)/.exec(text)?.[1])).startsWith('xref\n0 6')).toBe(true)
})

test('a recording lasts half a second for each beep, and is silent after it', () => {
  const bytes = wav(3)

  expect([bytes.toString('latin1', 0, 4), bytes.toString('latin1', 8, 12)]).toEqual(['RIFF', 'WAVE'])
  expect(bytes.readUInt32LE(4)).toBe(bytes.length - 8)
  expect(bytes.readUInt32LE(40)).toBe(3 * 4000 * 2)
  const loud = (from: number) =>
    Array.from({ length: 2000 }, (_, at) => Math.abs(bytes.readInt16LE(44 + (from + at) * 2))).some((one) => one > 9000)
  expect([0, 2000, 4000, 6000, 8000, 10_000].map(loud)).toEqual([true, false, true, false, true, false])
})
