import { contracts } from '../contracts/index.ts'
import { adviceOnName, contractsNamed } from '../contracts/names.ts'
import { command, wrongCall } from './_command.ts'
import { renderTable } from './_look.ts'

const help = `
npx llm-contracts contracts [--area <area>]

Lists the promises of the catalogue, a line each: its id, its level (must, should, may, info), and what is promised. These
ids, and their first words as areas, are what toKeepContract and toKeepContracts take.

  --area <area>    only those whose ids begin with these words, such as stream or tools.stream
`

/** `contracts`: what can be judged, by id. */
export const listContracts = command(
  { name: 'contracts', operands: [], options: { area: 'string' }, help },
  ({ options: { area } }, io) => {
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
