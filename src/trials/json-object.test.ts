import { always, refusesAll, tryRows } from './_rows.test.kit.ts'
import { fails, says } from './_try.test.kit.ts'

const ada = '{"name": "Ada", "age": 36}'
const fenced = `\`\`\`json\n${ada}\n\`\`\``
const blanks = ' '.repeat(40)
const cut = { finish_reason: 'length' }

tryRows([
  ['json_object.parses', 'kept', 'sends an object', always(ada)],
  ['json_object.parses', 'broken', 'fences it', always(fenced), 'fenced its JSON in Markdown'],
  ['json_object.parses', 'broken', 'leaves it malformed', always("{'name': 1}"), 'malformed JSON: at character 1'],
  ['json_object.parses', 'broken', 'breaks it off', always('{"name": "A'), 'JSON that breaks off'],
  ['json_object.parses', 'broken', 'sends nothing', always(''), 'sent nothing where JSON was due'],
  ['json_object.parses', 'broken', 'sends a list', always('[1]'), 'JSON that is no object'],
  ['json_object.parses', 'inconclusive', 'is cut', always('{"name', cut), 'did not finish with stop but with length'],
  [
    'json_object.parses',
    'unsupported',
    'refuses it, as its entry says',
    refusesAll,
    'Not there.',
    { lacks: [{ capability: 'json_object', reason: 'Not there.', source: 'measured', date: '2026-11-22' }] },
  ],
  ['json_object.no-fence', 'kept', 'sends it bare', always(ada)],
  ['json_object.no-fence', 'broken', 'fences it', always(fenced), 'fenced its JSON'],
  ['json_object.no-fence', 'broken', 'talks around it', always(`Here you are: ${ada}`), 'prose around its JSON'],
  ['json_object.no-fence', 'inconclusive', 'sends text', always('Ada is 36.'), 'no document to be fenced'],
  ['json_object.keyword-rule', 'kept', 'needs no word', always(ada), 'works without the word JSON'],
  ['json_object.keyword-rule', 'kept', 'forgets it then', always('Ada'), 'it sent text that is no JSON'],
  [
    'json_object.keyword-rule',
    'kept',
    'demands the word',
    (asked) => (/json/i.test(asked.said) ? says(asked, ada) : fails(400, "must contain the word 'json'")),
    "HTTP 400: must contain the word 'json'",
  ],
  ['json_object.keyword-rule', 'broken', 'refuses it always', refusesAll, 'refused the request'],
  ['json_object.no-whitespace-runaway', 'kept', 'ends', always(`${ada}\n`)],
  ['json_object.no-whitespace-runaway', 'broken', 'pads', always(ada + blanks), 'wrote 40 blanks after its JSON'],
  [
    'json_object.no-whitespace-runaway',
    'broken',
    'pads up to the limit',
    always(ada + blanks, cut),
    'wrote 40 blanks up to the limit',
  ],
  ['json_object.no-whitespace-runaway', 'inconclusive', 'is cut in the text', always('{"na', cut), 'were not enough'],
  ['json_object.no-whitespace-runaway', 'broken', 'refuses it', refusesAll, 'refused the request'],
  [
    'json_object.no-whitespace-runaway',
    'kept',
    'knows the limit by its newer name',
    (asked) =>
      asked.body.max_tokens === undefined && asked.body.max_completion_tokens > 0
        ? says(asked, ada)
        : fails(400, "Unsupported parameter: 'max_tokens'", 'unsupported_parameter', 'max_tokens'),
  ],
])
