// Keeps the reports of the nights in a folder: a page and JSON for each night, until they are too old.
import { japanDate, japanIso } from '../clock.js'
import { AppError } from '../errors.js'
import { makeFolder } from '../folders.js'
import { bugText, errorText } from '../ui/errors.js'
import { jsonText } from '../ui/json.js'
import type { Screen } from '../ui/screen.js'
import type { Context } from './context.js'
import { writeNewFile } from './files.js'
import { listenerOf, tellBeside } from './faults.js'
import { lstatSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** The report of one night. */
export interface KeptNight {
  /** ISO Japan time. */
  readonly startedAt: string
  readonly json: object
  /** The night in short, which stands at the head of its page. */
  readonly lines: readonly string[]
  /** Writes the text of the page; its first line is the title. */
  draw(screen: Screen): string
  /** The thrown value that ended the night early; null if nothing did. */
  readonly fault: unknown
  /** A request may have gone out before the fault. */
  readonly mayHaveSent: boolean
}

type Keeping = Pick<Context, 'config' | 'clock' | 'screen' | 'terminal' | 'options'>

/**
 * Writes both files of a night and removes those that are too old. A fault is shown as a warning: the night has ended
 * as it has.
 */
export async function keepNight(night: KeptNight, context: Keeping): Promise<void> {
  const { reportDir, reportDays } = context.config
  if (reportDir === null) return
  try {
    await writeNight(night, reportDir, context)
    removeOld(reportDir, reportDays, context.clock.nowMs())
  } catch (error) {
    tellBeside(asFault(error, reportDir), listenerOf(context))
  }
}

function asFault(error: unknown, folder: string): AppError {
  const { path = folder, problem } = error instanceof AppError ? (error.params as Record<string, string>) : {}
  const code = problem ?? (error as NodeJS.ErrnoException).code ?? String(error)
  return new AppError('report-unwritable', { path, problem: code }, { cause: error })
}

async function writeNight(
  { startedAt, json, lines, draw, ...end }: KeptNight,
  folder: string,
  context: Keeping,
): Promise<void> {
  // A missing folder above it may be a disk that is not mounted.
  makeFolder(folder, 0o700)
  const stem = freeStem(folder, startedAt)
  writeNewFile(`${stem}.json`, jsonText(json))
  const { pageOf } = await import('../ui/page.js')
  const { clock, screen } = context
  const headed = (on: Screen): string => {
    const [title = '', ...rest] = draw(on).split('\n')
    return [title, ...lines, ...rest].join('\n')
  }
  writeNewFile(`${stem}.html`, pageOf(headed, screen, japanIso(clock.nowMs()), { notes: notesOf(end, screen) }))
}

function notesOf({ fault, mayHaveSent }: Pick<KeptNight, 'fault' | 'mayHaveSent'>, screen: Screen): string[] {
  if (fault === null) return []
  const { lang, sameMirror = '' } = screen
  const text =
    fault instanceof AppError
      ? errorText(fault, lang, { mayHaveSent, sameMirror })
      : bugText(fault, lang, { sameMirror })
  return text.split('\n')
}

const isTaken = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined

/** Two shops that share the folder may begin their nights in the same second. */
function freeStem(folder: string, startedAt: string): string {
  const [day = '', time = ''] = startedAt.slice(0, 19).split('T')
  const first = join(folder, `paygent-night-${day}-${time.replaceAll(':', '')}`)
  let stem = first
  for (let number = 2; ['json', 'html'].some((end) => isTaken(`${stem}.${end}`)); number += 1)
    stem = `${first}-${number}`
  return stem
}

/** The files that this program writes here, also those that it could not write to their end. */
const OURS = /^paygent-night-(\d{4}-\d\d-\d\d)-\d{6}(?:-\d+)?\.(?:html|json)(?:\.[0-9a-f]{8}\.part)?$/

const DAY_MS = 24 * 60 * 60_000

function removeOld(folder: string, days: number, nowMs: number): void {
  const oldest = japanDate(nowMs - days * DAY_MS)
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const day = OURS.exec(entry.name)?.[1]
    if (entry.isFile() && day !== undefined && day < oldest) rmSync(join(folder, entry.name), { force: true })
  }
}
