import { command } from './_command.ts'
import { recordingsBelow, usesIn } from './_app.ts'
import { FIXTURES_HELP, fixturesFolder } from './_fixtures.ts'
import { counted, renderTable } from './_look.ts'

const help = `
npx llm-contracts features

Lists what this app asks of its providers, read from its own recorded requests: the features that a switch must keep.

  --json               one line of JSON for each
  ${FIXTURES_HELP}
`

/** `features`: what the app's recorded requests use. Exit code 1 where nothing is recorded. */
export const listFeatures = command(
  { name: 'features', operands: [], options: { json: 'boolean', fixtures: 'string' }, help },
  ({ options }, io) => {
    const uses = usesIn(recordingsBelow(fixturesFolder(options.fixtures, io), io))
    if (options.json === true) {
      for (const { feature, requests, tests } of uses)
        io.out(JSON.stringify({ feature: feature.name, requests, tests }))
    } else if (uses.length > 0) {
      const rows = uses.map(({ feature, requests, tests }) => [
        feature.name,
        String(requests),
        tests.length === 1 ? (tests[0] ?? '') : `${tests[0]} and ${tests.length - 1} more`,
      ])
      io.out(`${renderTable(['feature', 'requests', 'tests'], rows)}\n\n${counted(uses.length, 'feature')}.`)
    }
    if (uses.length === 0)
      io.err('No recorded request of the app: record its tests first, with LLM_CONTRACTS=record npx vitest run.')
    return uses.length === 0 ? 1 : 0
  },
)
