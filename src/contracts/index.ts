import type { Contract } from './contract.ts'

/** The catalogue: every promise that can be judged on an exchange, by area. */
export const contracts: readonly Contract[] = []
