import { step } from '../src/wire/text.ts'

interface Open {
  readonly value: object
  readonly path: string
  readonly rest: [key: string, value: unknown][]
}

/** The path at which a value holds one of the objects around it; undefined where it could be written as JSON. */
export function cycleIn(root: object): string | undefined {
  const around = new Set<object>([root])
  const done = new Set<object>()
  const open: Open[] = [{ value: root, path: '$', rest: Object.entries(root) }]
  // By hand, not by recursion: it may be as deep as it likes.
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const [key, value] = top.rest.pop() ?? []
    if (key === undefined) {
      open.pop()
      around.delete(top.value)
      done.add(top.value)
      continue
    }
    if (typeof value !== 'object' || value === null || done.has(value)) continue
    const path = top.path + step(Array.isArray(top.value) ? Number(key) : key)
    if (around.has(value)) return path
    around.add(value)
    open.push({ value, path, rest: Object.entries(value) })
  }
  return undefined
}
