// A recording run that never ends, for a test that kills it: node recording-run.ts <root> <base URL>
import { completeEntry } from '../providers/entry.ts'
import { resolveProvider } from '../providers/resolve.ts'
import { Recorder } from '../recording/recorder.ts'
import { watch } from '../wire/seen.ts'

const [, , root = '', baseURL = ''] = process.argv
const provider = resolveProvider(completeEntry({ name: 'acme', baseURL, models: { chat: 'm' } }), {})
const settings = {
  mode: 'rerecord',
  root,
  fixtures: `${root}/fixtures`,
  providers: [provider],
  required: [],
  allow: [],
  timing: 0,
} as const
const recorder = new Recorder(
  () => settings,
  () => settings.providers,
)
recorder.enable()
for (let run = 0; ; run++) {
  const seen = { exchanges: [], complaints: [] }
  const slug = `test-${run % 4}`
  const tape = recorder.tape({ file: 'a.test.ts', name: slug, slug, provider: 'acme' }, seen)
  const ask = () => fetch(`${baseURL}/chat/completions`, { method: 'POST', body: `{"test":"${slug}"}` })
  await watch(() => recorder.run(tape, async () => (await ask()).text()), seen)
  await recorder.settle(tape)
  tape.save()
  if (run === 3) console.log('every file is there')
}
