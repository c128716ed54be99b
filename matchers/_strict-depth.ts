/** A JSON object of a schema. */
export type Node = Readonly<Record<string, unknown>>

interface Place {
  readonly node: unknown
  /** Levels of objects around it. */
  readonly depth: number
  /** The references that led here. */
  readonly via: readonly unknown[]
}

/** How many objects stand inside each other in what a schema describes, references followed; a recursion counts once. */
export function depthOf(root: Node): number {
  let most = 0
  const deepest = new Map<unknown, number>()
  const places: Place[] = [{ node: root, depth: 0, via: [root] }]
  // By hand, not by recursion: a schema may be as deep as it likes.
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const { node, depth, via } = place
    if (!isNode(node)) continue
    const deeper = [node.type].flat().includes('object') ? depth + 1 : depth
    most = Math.max(most, deeper)
    for (const inner of inside(node)) places.push({ node: inner, depth: deeper, via })
    const target = typeof node.$ref === 'string' ? referred(node.$ref, root) : undefined
    if (target === undefined || via.includes(target) || (deepest.get(target) ?? -1) >= depth) continue
    deepest.set(target, depth)
    places.push({ node: target, depth, via: [...via, target] })
  }
  return most
}

function inside({ properties, items, anyOf }: Node): readonly unknown[] {
  return [...(isNode(properties) ? Object.values(properties) : []), items, ...(Array.isArray(anyOf) ? anyOf : [])]
}

/** What a reference within a schema leads to; undefined where it leads nowhere. */
export function referred(ref: string, root: Node): unknown {
  if (!ref.startsWith('#')) return undefined
  let at: unknown = root
  for (const part of ref.slice(1).split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~')
    at = typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Node)[key] : undefined
  }
  return at
}

/** Whether a value is a JSON object. */
export function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
