import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { checkAtOnce, type JsonSchema } from '../../matchers/schema.ts'
import { LlmContractsError } from '../errors.ts'
import { completeEntry, type ProviderEntry } from '../providers/entry.ts'
import { checkPrices } from '../report/prices.ts'
import type { Prices } from '../settings.ts'
import type { Prompts } from '../trials/gate.ts'
import type { Json } from '../wire/exchange.ts'
import { isRecord, list } from '../wire/guards.ts'
import { wrongCall, type Io } from './_command.ts'
import { kindOf, nameOf } from './_fixtures.ts'

/** A user's own prompts for the gate, and providers that the package does not know. */
export interface GateFile extends Partial<Prompts> {
  readonly providers?: readonly ProviderEntry[]
  /** As the plugin's option of that name. */
  readonly prices?: Prices
}

/**
 * Reads a user's gate file.
 *
 * @throws {LlmContractsError} `bad-option`, naming the file and the field that is wrong.
 * @example
 * ```json
 * {
 *   "json": { "messages": [{ "role": "user", "content": "…" }], "schema": { "type": "object" } },
 *   "tool": { "messages": [{ "role": "user", "content": "…" }], "tools": [{ "type": "function", "function": { "name": "save" } }] }
 * }
 * ```
 */
export async function readGateFile(operand: string, io: Io): Promise<GateFile> {
  const file = resolve(io.cwd, operand)
  const name = nameOf(file, io)
  if (kindOf(file) !== 'file') throw wrongCall(`There is no file ${name}.`)
  const given = await load(file, name)
  const bad = (what: string) => wrongCall(`${name}: ${what}`)
  if (!isRecord(given)) throw bad('it holds no object with json, tool, providers or prices.')
  const odd = Object.keys(given).find((key) => !['json', 'tool', 'providers', 'prices'].includes(key))
  if (odd !== undefined) throw bad(`${odd} is no field: there are json, tool, providers and prices.`)
  const { json, tool, providers } = given
  for (const [field, prompt] of Object.entries({ json, tool })) {
    if (prompt === undefined) continue
    if (!isRecord(prompt) || list(prompt.messages).length === 0) throw bad(`${field}.messages is no list of messages.`)
  }
  if (isRecord(json) && !isRecord(json.schema)) throw bad('json.schema is no JSON Schema object.')
  if (isRecord(tool) && !list(tool.tools).every(isFunction)) {
    throw bad('tool.tools must hold functions: { "type": "function", "function": { "name": … } }.')
  }
  if (isRecord(tool) && list(tool.tools).length === 0) throw bad('tool.tools is empty.')
  if (providers !== undefined && !Array.isArray(providers)) throw bad('providers is no list.')
  const soundly = (check: () => unknown) => {
    try {
      check()
    } catch (error) {
      throw error instanceof LlmContractsError ? bad(error.message) : error
    }
  }
  soundly(() => checkPrices(given.prices))
  for (const entry of providers ?? []) soundly(() => completeEntry(entry as unknown as ProviderEntry))
  if (isRecord(json) && isRecord(json.schema)) soundly(() => checkAtOnce(json.schema as JsonSchema, null))
  return given
}

const isFunction = (tool: Json) =>
  isRecord(tool) && tool.type === 'function' && isRecord(tool.function) && typeof tool.function.name === 'string'

async function load(file: string, name: string): Promise<unknown> {
  try {
    if (/\.[cm]?[jt]s$/.test(file)) return ((await import(pathToFileURL(file).href)) as { default?: unknown }).default
    return JSON.parse(readFileSync(file, 'utf8')) as unknown
  } catch (error) {
    throw wrongCall(`${name} cannot be read: ${(error as Error).message}`)
  }
}
