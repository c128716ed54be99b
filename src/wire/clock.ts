// As they were before a test put a clock of its own in place: when something passed, and how old it is, are facts.
const { Date: Real } = globalThis

/** Milliseconds since 1970. */
export const now = (): number => Real.now()

/** Milliseconds on the clock of `performance.now()`. */
export const elapsed: () => number = performance.now.bind(performance)
