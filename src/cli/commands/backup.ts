// `paygent backup`: a copy of the mirror that can be gone back to. Pages 3.1 and 5.1.8.
import { EXIT } from '../../errors.js'
import { jsonText } from '../../ui/json.js'
import { type Cli, type CommonOptions, openContext, refuseCsv } from '../context.js'

export async function runBackup(options: CommonOptions, { terminal, version }: Cli, file: string): Promise<number> {
  refuseCsv(options)
  const context = await openContext(options, terminal, version)
  const mirror = context.openMirror('write')
  try {
    const made = await mirror.backup(file, terminal.interrupted)
    const { backupText } = await import('../../ui/backup.js')
    if (context.format === 'json') terminal.out(jsonText(made))
    else if (!options.quiet) terminal.out(`${backupText(made, context.screen)}\n`)
    return EXIT.done
  } finally {
    mirror.close()
  }
}
