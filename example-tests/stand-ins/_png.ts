import { inflateSync } from 'node:zlib'

export interface Picture {
  readonly width: number
  readonly height: number
  /** Name of the first pixel's colour; undefined for a palette, greyscale or 16-bit image. */
  readonly colour: string | undefined
}

const colours: Readonly<Record<string, readonly [number, number, number]>> = {
  black: [0, 0, 0],
  white: [255, 255, 255],
  grey: [128, 128, 128],
  red: [255, 0, 0],
  green: [0, 160, 0],
  blue: [0, 0, 255],
  yellow: [255, 255, 0],
  cyan: [0, 255, 255],
  magenta: [255, 0, 255],
  orange: [255, 165, 0],
  purple: [128, 0, 128],
  brown: [139, 69, 19],
  pink: [255, 192, 203],
}

/** Looks at a PNG given as a data URI, or at a picture of placehold.co by its URL; undefined where it is anything else. */
export function lookAt(url: string): Picture | undefined {
  const [, width, height, hex = ''] = /^https:\/\/placehold\.co\/(\d+)x(\d+)\/([\da-f]{6})\//.exec(url) ?? []
  if (hex !== '') return { width: Number(width), height: Number(height), colour: nearest([...Buffer.from(hex, 'hex')]) }
  const base64 = /^data:image\/png;base64,(.+)$/s.exec(url)?.[1]
  if (base64 === undefined) return undefined
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length < 33 || bytes.toString('latin1', 1, 4) !== 'PNG') return undefined
  const [depth, kind] = [bytes[24], bytes[25]]
  const plain = depth === 8 && (kind === 2 || kind === 6)
  return {
    width: bytes.readUInt32BE(16),
    height: bytes.readUInt32BE(20),
    colour: plain ? firstPixel(bytes) : undefined,
  }
}

/** Every PNG filter leaves the first pixel of the first row as it is: nothing is left of it or above. */
function firstPixel(bytes: Buffer): string | undefined {
  const data: Buffer[] = []
  for (let at = 8; at + 8 <= bytes.length; at += 12 + bytes.readUInt32BE(at)) {
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(bytes.subarray(at + 8, at + 8 + bytes.readUInt32BE(at)))
  }
  try {
    const [, red = 0, green = 0, blue = 0] = inflateSync(Buffer.concat(data))
    return nearest([red, green, blue])
  } catch {
    return undefined
  }
}

function nearest(pixel: readonly number[]): string | undefined {
  const far = (colour: readonly number[]) => colour.reduce((sum, part, at) => sum + (part - (pixel[at] ?? 0)) ** 2, 0)
  return Object.entries(colours).toSorted(([, one], [, other]) => far(one) - far(other))[0]?.[0]
}
