// `paygent profiles`: lists the profiles of this user and of the machine, each with the state of its shop.
import { AppError, EXIT, type ExitCode, highest } from '../../errors.js'
import type { ProfileRow, ProfileState } from '../../ui/profiles.js'
import { type Cli, type CommonOptions, foldersOfProfiles, openContext, refuseCsv, screenOf } from '../context.js'
import { withMirror } from '../mirror.js'
import { printResult } from '../output.js'
import { listProfiles, type ProfileFile } from '../profile.js'

/** The exit code is that of the gravest fault, as a command with that profile would give it. */
export async function runProfiles(options: CommonOptions, cli: Cli): Promise<number> {
  refuseCsv(options)
  const { lang, terminal } = cli
  const folders = foldersOfProfiles()
  const rows: ProfileRow[] = []
  for (const file of listProfiles(folders)) rows.push({ ...file, state: await stateOf(file, lang, cli) })
  const { profilesJson, profilesText } = await import('../../ui/profiles.js')
  // The list is about all profiles, so it stands under the name of none.
  const screen = { ...screenOf(options, lang, terminal.width), profile: null, sameMirror: '' }
  const exits = rows.map(({ state }): ExitCode => (state instanceof AppError ? state.exitCode : EXIT.done))
  const code = exits.reduce(highest, EXIT.done)
  await printResult(
    { format: options.format ?? 'table', terminal, options, screen },
    {
      text: () => profilesText(rows, folders, screen),
      json: () => profilesJson(rows, lang),
      good: code === EXIT.done,
    },
  )
  return code
}

/** The state as a command with this profile would find it. A fault is its state, and ends nothing else. */
async function stateOf({ name }: ProfileFile, lang: Cli['lang'], cli: Cli): Promise<ProfileState | AppError> {
  try {
    const context = await openContext({ profile: name, lang }, cli.terminal, cli.version)
    const { environment, dbPath } = context.config
    const known = { environment, mirrorPath: dbPath }
    try {
      return await withMirror(context, 'read', (mirror) => ({
        environment,
        mirrorPath: mirror.path,
        mirror: {
          orders: mirror.orders.count({}),
          open: mirror.journal.openAttempts().length,
          attention: mirror.issues.forAPerson().length,
          askedAt: mirror.askedAt(),
        },
      }))
    } catch (error) {
      if (error instanceof AppError && error.code === 'mirror-missing') return { ...known, mirror: null }
      throw error
    }
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
}
