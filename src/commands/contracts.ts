import { contracts } from '../contracts/index.ts'
import { adviceOnName, contractsNamed } from '../contracts/names.ts'
import { trials } from '../trials/index.ts'
import type { Trial } from '../trials/trial.ts'
import { command, wrongCall } from './_command.ts'
import { renderTable } from './_look.ts'

const help = `
npx llm-contracts contracts [--area <area>] [--suite]

Lists the promises of the catalogue, a line each: its id, its level (must, should, may, info), and what is promised. These
ids, and their first words as areas, are what toKeepContract and toKeepContracts take; with --suite, what describeContracts
tries with requests of its own, and what that needs of a provider.

  --area <area>    only those whose ids begin with these words, such as stream or tools.stream
  --suite          the contracts of describeContracts
`

/** `contracts`: what can be judged, by id. */
export const listContracts = command(
  { name: 'contracts', operands: [], options: { area: 'string', suite: 'boolean' }, help },
  ({ options: { area, suite } }, io) => {
    if (suite === true) {
      io.out(renderSuite(trials.filter(({ id }) => area === undefined || id === area || id.startsWith(`${area}.`))))
      return 0
    }
    const chosen = area === undefined ? contracts : contractsNamed(area)
    if (chosen.length === 0) throw wrongCall(`There is no contract or area "${area}". ${adviceOnName(area ?? '')}`)
    io.out(
      renderTable(
        ['contract', 'level', 'promise'],
        chosen.map(({ id, level, promise }) => [id, level, promise]),
      ),
    )
    return 0
  },
)

function renderSuite(chosen: readonly Trial[]): string {
  const rows = chosen.map(({ id, level, mode, needs, promise }) => [id, level, mode, needs.join(' '), promise])
  return renderTable(['contract', 'level', 'mode', 'needs', 'promise'], rows)
}
