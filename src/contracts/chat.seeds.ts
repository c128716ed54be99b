import type { Seed } from './contract.ts'
import { completion, whole } from './seed.ts'

const clean = whole(completion())
const answer = (more: Record<string, unknown>) => whole(completion({}, more))
const said = (message: Record<string, unknown>) => whole(completion(message))

/** For every contract of chat completions an exchange that keeps it and one that breaks it. */
export const chatSeeds: readonly Seed[] = [
  {
    contract: 'chat.envelope.json',
    clean,
    defect: whole({
      error: { message: 'The prompt was filtered.', type: null, param: 'prompt', code: 'content_filter' },
    }),
    also: ['error.not-200'],
  },
  { contract: 'chat.envelope.id', clean, defect: answer({ id: '' }) },
  { contract: 'chat.envelope.object', clean, defect: answer({ object: undefined }) },
  { contract: 'chat.envelope.created', clean, defect: answer({ created: 1_767_225_600_000 }) },
  { contract: 'chat.envelope.model', clean, defect: answer({ model: '' }) },
  { contract: 'chat.model.echo', clean, defect: answer({ model: 'acme-1-2026-01-01' }) },
  { contract: 'chat.choices.nonempty', clean, defect: answer({ choices: [] }) },
  { contract: 'chat.choices.index', clean, defect: whole(completion({}, {}, { index: undefined })) },
  { contract: 'chat.message.role', clean, defect: said({ role: 'model' }) },
  { contract: 'chat.message.content-key', clean: said({ content: null }), defect: said({ content: undefined }) },
  { contract: 'chat.message.content-string', clean, defect: said({ content: { greeting: 'Hello there' } }) },
  { contract: 'chat.message.refusal-key', clean, defect: said({ refusal: undefined }) },
  { contract: 'chat.response.extra-fields', clean, defect: answer({ timings: { predicted_ms: 12 } }) },
  { contract: 'chat.system-fingerprint', clean, defect: answer({ system_fingerprint: undefined }) },
]
