import { bad, checkDay, checkKeys, checkList, checkText, checkURL, checkVariable } from './_fields.ts'
import { found, isObject, kind, type Fields, type Naming } from './_fields.ts'
import { checkReasoning } from './_reasoning.ts'
import { either, nearest } from './nearest.ts'
import { capabilities, modelUses, type ProviderSpec } from './spec.ts'

const CAPABILITIES = Object.keys(capabilities)

const FIELDS = [
  'name',
  'label',
  'baseURL',
  'endpoints',
  'endpointVariable',
  'keys',
  'keyOptional',
  'models',
  'reasoning',
  'offers',
  'lacks',
  'gaps',
  'note',
] as const satisfies readonly (keyof ProviderSpec)[]

/**
 * Checks an entry that somebody made by hand, and returns it unchanged.
 *
 * @throws {LlmContractsError} `bad-url` for an address, `bad-option` for any other field, in one sentence that says
 *   which field of which provider is wrong, what was found and what to write instead. No key and no credentials are
 *   part of it.
 * @example
 * ```ts
 * checkSpec({ name: 'acme', label: 'Acme', baseURL: 'https://api.acme.dev/v1', keys: ['ACME_API_KEY'],
 *   models: { chat: 'acme-large' }, offers: ['chat'], lacks: [], gaps: [] })
 * ```
 */
export function checkSpec(spec: unknown): ProviderSpec {
  assertSpec(spec)
  return spec
}

function assertSpec(spec: unknown): asserts spec is ProviderSpec {
  if (!isObject(spec)) {
    throw bad(`A provider entry is ${kind(spec)}: write an object with a name, an address and models.`)
  }
  const name = checkName(spec['name'])
  const of: Naming = (field) => `${field} of provider "${name}"`
  checkFieldNames(spec, name)
  checkText(spec['label'], of('label'), `the provider's own name, such as 'Acme'`)
  const endpoints = checkAddresses(spec, of)
  checkKeys(spec['keys'], 'keys', of, name)
  if (spec['keyOptional'] !== undefined && spec['keyOptional'] !== true) {
    throw bad(`${of('keyOptional')} is ${found(spec['keyOptional'])}: write true, or leave it out.`)
  }
  checkModels(spec['models'], 'models', of)
  if (spec['reasoning'] !== undefined) checkReasoning(spec['reasoning'], of)
  const offers = checkList(spec['offers'], of('offers'), `capabilities, such as ['chat', 'tools']`)
  for (const [index, word] of offers.entries()) checkCapability(word, of(`offers[${index}]`))
  for (const [index, lack] of checkList(spec['lacks'], of('lacks'), 'lacking capabilities, or []').entries()) {
    const { capability } = checkSourced(lack, `lacks[${index}]`, of)
    checkCapability(capability, of(`lacks[${index}].capability`))
    if (!offers.includes(capability)) continue
    throw bad(`${of(`lacks[${index}].capability`)} is ${found(capability)}, which offers names too: keep it in one.`)
  }
  for (const [index, gap] of checkList(spec['gaps'], of('gaps'), 'known gaps, or []').entries()) {
    const { contract, endpoint } = checkSourced(gap, `gaps[${index}]`, of)
    checkText(contract, of(`gaps[${index}].contract`), `the id of a contract, such as 'error.envelope.strict'`)
    if (endpoint === undefined || endpoints.some((known) => known === endpoint)) continue
    const advice = endpoints.length > 0 ? `write ${either(endpoints)}, or leave it out` : 'leave it out'
    throw bad(`${of(`gaps[${index}].endpoint`)} is ${found(endpoint)}, which is none of its endpoints: ${advice}.`)
  }
  if (spec['note'] !== undefined) checkText(spec['note'], of('note'), 'a sentence, or leave it out')
}

function checkName(name: unknown): string {
  const rule = `write a lower-case word of letters, digits, "-", "_" or ".", such as 'acme'`
  if (name === undefined) throw bad(`A provider entry has no name: ${rule}.`)
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9._-]*$/.test(name)) {
    throw bad(`The name of a provider is ${found(name)}: ${rule}.`)
  }
  if (name !== 'all') return name
  throw bad('The name of a provider is "all", which stands for every provider in LLM_PROVIDERS: write another.')
}

function checkFieldNames(spec: Fields, name: string): void {
  const stranger = Object.keys(spec).find((field) => !FIELDS.some((known) => known === field))
  if (stranger === undefined) return
  const meant = nearest(stranger, FIELDS)
  const advice = meant === undefined ? `an entry has ${FIELDS.slice(0, -1).join(', ')} and note` : `write ${meant}`
  throw bad(`${stranger} of provider "${name}" is no field of an entry: ${advice}.`)
}

function checkAddresses({ baseURL, endpoints, endpointVariable }: Fields, of: Naming): string[] {
  const example = `{ eu: { baseURL: 'https://eu.acme.dev/v1' } }`
  if (baseURL !== undefined) checkURL(baseURL, of('baseURL'))
  if (endpointVariable !== undefined) checkVariable(endpointVariable, of('endpointVariable'), `'ACME_REGION'`)
  if (endpoints === undefined) return []
  if (!isObject(endpoints) || Object.keys(endpoints).length === 0) {
    throw bad(`${of('endpoints')} is ${kind(endpoints)}: write an object such as ${example}, or leave it out.`)
  }
  for (const [key, endpoint] of Object.entries(endpoints)) {
    const field = `endpoints.${key}`
    if (!isObject(endpoint)) throw bad(`${of(field)} is ${kind(endpoint)}: write it as in ${example}.`)
    checkURL(endpoint['baseURL'], of(`${field}.baseURL`))
    if (endpoint['keys'] !== undefined) checkKeys(endpoint['keys'], `${field}.keys`, of, key)
    if (endpoint['models'] !== undefined) checkModels(endpoint['models'], `${field}.models`, of)
  }
  return Object.keys(endpoints)
}

function checkModels(models: unknown, field: string, of: Naming): void {
  if (!isObject(models)) throw bad(`${of(field)} is ${found(models)}: write an object such as { chat: 'acme-large' }.`)
  checkText(models['chat'], of(`${field}.chat`), `the id of a chat model, such as 'acme-large'`)
  for (const use of modelUses) {
    if (models[use] !== undefined) checkText(models[use], of(`${field}.${use}`), 'the id of a model, or leave it out')
  }
}

function checkCapability(word: unknown, field: string): void {
  if (CAPABILITIES.some((known) => known === word)) return
  const meant = typeof word === 'string' ? nearest(word, CAPABILITIES) : undefined
  const advice = meant === undefined ? either(CAPABILITIES) : `"${meant}"`
  throw bad(`${field} is ${found(word)}, which is no capability: write ${advice}.`)
}

function checkSourced(statement: unknown, field: string, of: Naming): Fields {
  if (!isObject(statement)) {
    throw bad(`${of(field)} is ${found(statement)}: write an object with a reason, a source and a date.`)
  }
  checkText(statement['reason'], of(`${field}.reason`), 'one sentence that says what is wrong')
  checkText(statement['source'], of(`${field}.source`), 'a URL, or the measurement it rests on')
  checkDay(statement['date'], of(`${field}.date`))
  return statement
}
