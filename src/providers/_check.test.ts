import { describe, expect, test } from 'vitest'
import { LlmContractsError } from '../errors.ts'
import { checkSpec } from './_check.ts'
import type { ProviderSpec } from './spec.ts'

const acme: ProviderSpec = {
  name: 'acme',
  label: 'Acme',
  baseURL: 'https://api.acme.dev/v1',
  keys: ['ACME_API_KEY'],
  models: { chat: 'acme-large' },
  offers: ['chat'],
  lacks: [],
  gaps: [],
}
const because = { reason: 'It is not there.', source: 'https://acme.dev/docs', date: '2026-11-22' }

/** What the check says of Acme's entry with some fields changed. */
function complaint(changes: Record<string, unknown>): string {
  try {
    checkSpec({ ...acme, ...changes })
  } catch (error) {
    if (error instanceof LlmContractsError) return `${error.code}: ${error.message}`
    throw error
  }
  return 'no complaint'
}

test('a good entry is returned as it is', () => {
  expect(checkSpec(acme)).toBe(acme)
  const full = {
    endpoints: { eu: { baseURL: 'https://eu.acme.dev/v1', keys: ['ACME_EU_KEY'], models: { chat: 'acme-eu' } } },
    endpointVariable: 'ACME_SITE',
    keyOptional: true,
    lacks: [{ capability: 'vision', ...because }],
    gaps: [{ contract: 'error.envelope', endpoint: 'eu', ...because }],
    note: 'A note.',
  }
  expect(complaint(full)).toBe('no complaint')
})

test('something that is no entry is told apart', () => {
  expect(() => checkSpec(null)).toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: A provider entry is null: write an object with a name, an address and models.]`,
  )
  expect(() => checkSpec([])).toThrowErrorMatchingInlineSnapshot(
    `[LlmContractsError: A provider entry is an empty array: write an object with a name, an address and models.]`,
  )
})

describe('the name', () => {
  test('must be there', () => {
    expect(complaint({ name: undefined })).toMatchInlineSnapshot(
      `"bad-option: A provider entry has no name: write a lower-case word of letters, digits, "-", "_" or ".", such as 'acme'."`,
    )
  })

  test('must be a lower-case word', () => {
    expect(complaint({ name: 'Acme Inc' })).toMatchInlineSnapshot(
      `"bad-option: The name of a provider is "Acme Inc": write a lower-case word of letters, digits, "-", "_" or ".", such as 'acme'."`,
    )
    expect(complaint({ name: '../acme' })).toMatchInlineSnapshot(
      `"bad-option: The name of a provider is "../acme": write a lower-case word of letters, digits, "-", "_" or ".", such as 'acme'."`,
    )
  })

  test('must not be the word for all', () => {
    expect(complaint({ name: 'all' })).toMatchInlineSnapshot(
      `"bad-option: The name of a provider is "all", which stands for every provider in LLM_PROVIDERS: write another."`,
    )
  })
})

describe('an address', () => {
  test('must be an absolute http(s) URL', () => {
    expect(complaint({ baseURL: 'api.acme.dev/v1' })).toMatchInlineSnapshot(
      `"bad-url: baseURL of provider "acme" is "api.acme.dev/v1", which is no absolute http(s) URL: write an address such as 'https://api.acme.dev/v1'."`,
    )
    expect(complaint({ baseURL: 80 })).toMatchInlineSnapshot(
      `"bad-url: baseURL of provider "acme" is 80: write an address such as 'https://api.acme.dev/v1'."`,
    )
    expect(complaint({ baseURL: '' })).toMatchInlineSnapshot(
      `"bad-url: baseURL of provider "acme" is "": write an address such as 'https://api.acme.dev/v1'."`,
    )
  })

  test('must not end in a slash', () => {
    expect(complaint({ baseURL: 'https://api.acme.dev/v1/' })).toMatchInlineSnapshot(
      `"bad-url: baseURL of provider "acme" is "https://api.acme.dev/v1/", which ends in a slash: write 'https://api.acme.dev/v1'."`,
    )
  })

  test('must not carry a query', () => {
    expect(complaint({ baseURL: 'https://api.acme.dev/v1?key=s3cret' })).toMatchInlineSnapshot(
      `"bad-url: baseURL of provider "acme" carries a query or a fragment (its value is not shown): write an address such as 'https://api.acme.dev/v1'."`,
    )
  })

  test('must not carry credentials, and they are not shown', () => {
    expect(complaint({ baseURL: 'https://me:s3cret@api.acme.dev/v1' })).toMatchInlineSnapshot(
      `"bad-url: baseURL of provider "acme" holds credentials (its value is not shown): write an address such as 'https://api.acme.dev/v1'."`,
    )
  })

  test('is checked in every endpoint', () => {
    expect(complaint({ endpoints: {} })).toMatchInlineSnapshot(
      `"bad-option: endpoints of provider "acme" is an empty object: write an object such as { eu: { baseURL: 'https://eu.acme.dev/v1' } }, or leave it out."`,
    )
    expect(complaint({ endpoints: { eu: 'https://eu.acme.dev/v1' } })).toMatchInlineSnapshot(
      `"bad-option: endpoints.eu of provider "acme" is a string: write it as in { eu: { baseURL: 'https://eu.acme.dev/v1' } }."`,
    )
    expect(complaint({ endpoints: { eu: { baseURL: 'https://eu.acme.dev/' } } })).toMatchInlineSnapshot(
      `"bad-url: endpoints.eu.baseURL of provider "acme" is "https://eu.acme.dev/", which ends in a slash: write 'https://eu.acme.dev'."`,
    )
    expect(complaint({ endpointVariable: 'acme site' })).toMatchInlineSnapshot(
      `"bad-option: endpointVariable of provider "acme" is a string that names no environment variable (it is not shown): write the name of one, such as 'ACME_REGION'."`,
    )
  })
})

describe('the keys', () => {
  test('must be a list', () => {
    expect(complaint({ keys: 'sk-s3cret' })).toMatchInlineSnapshot(
      `"bad-option: keys of provider "acme" is a string: write an array of environment variable names, such as ['ACME_API_KEY']."`,
    )
  })

  test('must be names of variables, and a key in their place is not shown', () => {
    expect(complaint({ keys: ['ACME_API_KEY', 'gsk_s3cret'] })).toMatchInlineSnapshot(
      `"bad-option: keys[1] of provider "acme" is a string that names no environment variable (it is not shown): write the name of one, such as 'ACME_API_KEY'."`,
    )
    const eu = { baseURL: 'https://eu.acme.dev/v1', keys: [7] }
    expect(complaint({ endpoints: { eu } })).toMatchInlineSnapshot(
      `"bad-option: endpoints.eu.keys[0] of provider "acme" is 7: write the name of one, such as 'EU_API_KEY'."`,
    )
  })

  test('are needed or optional, nothing between', () => {
    expect(complaint({ keyOptional: 'yes' })).toMatchInlineSnapshot(
      `"bad-option: keyOptional of provider "acme" is "yes": write true, or leave it out."`,
    )
  })
})

describe('the models', () => {
  test('must have one for chat', () => {
    expect(complaint({ models: { chat: '' } })).toMatchInlineSnapshot(
      `"bad-option: models.chat of provider "acme" is "": write the id of a chat model, such as 'acme-large'."`,
    )
    expect(complaint({ models: 'acme-large' })).toMatchInlineSnapshot(
      `"bad-option: models of provider "acme" is "acme-large": write an object such as { chat: 'acme-large' }."`,
    )
  })

  test('may have others, which must be text', () => {
    expect(complaint({ models: { chat: 'acme-large', vision: null } })).toMatchInlineSnapshot(
      `"bad-option: models.vision of provider "acme" is null: write the id of a model, or leave it out."`,
    )
  })
})

describe('the capabilities', () => {
  test('must be known, and the nearest known one is suggested', () => {
    expect(complaint({ offers: ['chat', 'vison'] })).toMatchInlineSnapshot(
      `"bad-option: offers[1] of provider "acme" is "vison", which is no capability: write "vision"."`,
    )
    expect(complaint({ offers: ['telepathy'] })).toMatchInlineSnapshot(
      `"bad-option: offers[0] of provider "acme" is "telepathy", which is no capability: write chat, streaming, tools, forced_tools, named_tools, strict_tools, parallel_tools, json_object, json_schema, stop, n, seed, logprobs, strict_params, logit_bias, reasoning, reasoning_effort, reasoning_replay, vision, vision_url, audio, transcription, pdf, embeddings, embedding_dimensions, embedding_batch, models, model_lookup, files, batches, responses, response_state, prompt_cache or validation."`,
    )
    expect(complaint({ offers: 'chat' })).toMatchInlineSnapshot(
      `"bad-option: offers of provider "acme" is "chat": write an array of capabilities, such as ['chat', 'tools']."`,
    )
  })

  test('cannot be offered and lacking at once', () => {
    expect(complaint({ lacks: [{ capability: 'chat', ...because }] })).toMatchInlineSnapshot(
      `"bad-option: lacks[0].capability of provider "acme" is "chat", which offers names too: keep it in one."`,
    )
  })
})

describe('a gap', () => {
  test('must name a contract', () => {
    expect(complaint({ gaps: [because] })).toMatchInlineSnapshot(
      `"bad-option: gaps[0].contract of provider "acme" is missing: write the id of a contract, such as 'error.envelope.strict'."`,
    )
  })

  test('must have a reason, a source and a date', () => {
    const gap = { contract: 'error.envelope', ...because }
    expect(complaint({ gaps: ['error.envelope'] })).toMatchInlineSnapshot(
      `"bad-option: gaps[0] of provider "acme" is "error.envelope": write an object with a reason, a source and a date."`,
    )
    expect(complaint({ gaps: [gap, { ...gap, reason: ' ' }] })).toMatchInlineSnapshot(
      `"bad-option: gaps[1].reason of provider "acme" is " ": write one sentence that says what is wrong."`,
    )
    expect(complaint({ gaps: [{ ...gap, source: undefined }] })).toMatchInlineSnapshot(
      `"bad-option: gaps[0].source of provider "acme" is missing: write a URL, or the measurement it rests on."`,
    )
    expect(complaint({ gaps: [{ ...gap, date: '22.11.2026' }] })).toMatchInlineSnapshot(
      `"bad-option: gaps[0].date of provider "acme" is "22.11.2026": write a day as YYYY-MM-DD, such as '2026-11-22'."`,
    )
    expect(complaint({ gaps: [{ ...gap, date: '2026-02-30' }] })).toMatchInlineSnapshot(
      `"bad-option: gaps[0].date of provider "acme" is "2026-02-30": write a day as YYYY-MM-DD, such as '2026-11-22'."`,
    )
  })

  test('may name an endpoint, which must be there', () => {
    expect(complaint({ gaps: [{ contract: 'error.envelope', endpoint: 'mars', ...because }] })).toMatchInlineSnapshot(
      `"bad-option: gaps[0].endpoint of provider "acme" is "mars", which is none of its endpoints: leave it out."`,
    )
  })
})

test('a field nobody knows is refused, so that a slip of the pen is not lost', () => {
  expect(complaint({ baseUrl: 'https://api.acme.dev/v1' })).toMatchInlineSnapshot(
    `"bad-option: baseUrl of provider "acme" is no field of an entry: write baseURL."`,
  )
  expect(complaint({ apiKey: 'sk-s3cret' })).toMatchInlineSnapshot(
    `"bad-option: apiKey of provider "acme" is no field of an entry: an entry has name, label, baseURL, endpoints, endpointVariable, keys, keyOptional, models, reasoning, offers, lacks, gaps and note."`,
  )
  expect(complaint({ label: '' })).toMatchInlineSnapshot(
    `"bad-option: label of provider "acme" is "": write the provider's own name, such as 'Acme'."`,
  )
  expect(complaint({ note: () => 'x' })).toMatchInlineSnapshot(
    `"bad-option: note of provider "acme" is a function: write a sentence, or leave it out."`,
  )
})
