// `paygent backup`: copies the mirror into a file that can take its place.
import { EXIT } from '../../errors.js'
import { withMirror } from '../mirror.js'
import { printResult } from '../output.js'
import { type Cli, type CommonOptions, openContext, refuseCsv } from '../context.js'

export async function runBackup(options: CommonOptions, { terminal, version }: Cli, file: string): Promise<number> {
  refuseCsv(options)
  const context = await openContext(options, terminal, version)
  return withMirror(context, 'write', async (mirror) => {
    const made = await mirror.backup(file, terminal.interrupted)
    const { backupText } = await import('../../ui/backup.js')
    await printResult(context, { text: () => backupText(made, context.screen), json: () => made, good: true })
    return EXIT.done
  })
}
