import type { Seed } from './contract.ts'
import { whole } from './seed.ts'

const list = (more: Record<string, unknown>) =>
  whole(
    { object: 'list', data: [{ id: 'acme-1', object: 'model', created: 1_767_225_600, owned_by: 'acme', ...more }] },
    { path: '/models', method: 'GET' },
  )

/** An exchange that keeps the contract of the list of models and one that breaks it. */
export const modelsSeeds: readonly Seed[] = [
  { contract: 'models.list.shape', clean: list({}), defect: list({ owned_by: undefined }) },
]
