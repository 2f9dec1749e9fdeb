// Lists the profiles, each with the state of its shop in one line; the faults stand under the table in full width.
import type { AppError } from '../errors.js'
import { grouped, listTime } from '../text/numbers.js'
import { quoted } from '../text/shells.js'
import { fitText, safe } from '../text/width.js'
import { errorParts } from './errors.js'
import { bothLanguages, type Lang, type Screen } from './screen.js'
import { drawTable, KEEP } from './table.js'
import { environmentWord } from './words.js'

export interface ProfileState {
  readonly environment: string
  readonly mirrorPath: string
  /** Null where the local data is not made yet. */
  readonly mirror: {
    readonly orders: number
    /** Orders with a request of unknown outcome. */
    readonly open: number
    /** Orders that wait for a person. */
    readonly attention: number
    /** ISO Japan time of the last answer of Paygent about a payment, or null. */
    readonly askedAt: string | null
  } | null
}

export interface ProfileRow {
  readonly name: string
  /** The settings file. */
  readonly path: string
  /** The fault for which no command works with the profile. */
  readonly state: ProfileState | AppError
}

const JA = {
  name: 'プロファイル',
  environment: '環境',
  mirror: '手元データ',
  open: '結果不明',
  attention: '要対応',
  asked: '最終照会',
  state: '状態',
  ready: '正常',
  notMade: '手元データは未作成です',
  faulty: '使用不可',
  fault: (name: string, message: string) => `${name}：${message}`,
  look: (name: string) => `  対処：paygent doctor --profile ${name} で確認してください。`,
  never: '記録なし',
  none: '－',
  orders: (path: string, count: number) => `${path}（受注 ${grouped(count)}件）`,
  count: (count: number) => `${grouped(count)}件`,
  empty: (folders: string) => `プロファイルはありません（${folders}）。paygent init --profile ‹名前› で作成できます。`,
  between: '、',
}

const EN: typeof JA = {
  name: 'Profile',
  environment: 'Environment',
  mirror: 'Local data',
  open: 'Outcome unknown',
  attention: 'Action needed',
  asked: 'Last inquiry',
  state: 'State',
  ready: 'ready',
  notMade: 'no local data yet',
  faulty: 'cannot be used',
  fault: (name, message) => `${name}: ${message}`,
  look: (name) => `  Next: run "paygent doctor --profile ${name}".`,
  never: 'not recorded',
  none: '-',
  orders: (path, count) => `${path} (${grouped(count)} ${count === 1 ? 'order' : 'orders'})`,
  count: grouped,
  empty: (folders) => `There is no profile (${folders}). "paygent init --profile ‹name›" makes one.`,
  between: ', ',
}

const TEXTS = bothLanguages(JA, EN)

const isFault = (state: ProfileRow['state']): state is AppError => state instanceof Error

/** @param folders those that profiles are read from */
export function profilesText(rows: readonly ProfileRow[], folders: readonly string[], screen: Screen): string {
  const { lang } = screen
  const texts = TEXTS[lang]
  if (rows.length === 0) return fitText(texts.empty(folders.join(texts.between)), screen)
  const table = drawTable(
    {
      columns: [
        { header: texts.name, shrink: 'wrap', min: 8, priority: KEEP },
        { header: texts.environment, shrink: 'never', priority: KEEP },
        { header: texts.mirror, shrink: 'wrap', min: 16, priority: 1 },
        { header: texts.open, shrink: 'never', align: 'right', priority: KEEP },
        { header: texts.attention, shrink: 'never', align: 'right', priority: 3 },
        { header: texts.asked, shrink: 'wrap', min: 10, priority: 2 },
        { header: texts.state, shrink: 'wrap', min: 14, priority: KEEP },
      ],
      rows: rows.map(({ name, state }) => [name, ...cellsOf(state, lang)]),
    },
    screen,
  )
  return [table, ...rows.flatMap((row) => faultLines(row, screen))].join('\n')
}

function faultLines({ name, state }: ProfileRow, screen: Screen): string[] {
  if (!isFault(state)) return []
  const { fault, look } = TEXTS[screen.lang]
  const said = fault(safe(name), errorParts(state, screen.lang).message)
  // No command takes a name that is none.
  const lines = state.code === 'profile-name' ? [said] : [said, look(quoted(safe(name)))]
  return lines.map((line) => fitText(line, screen))
}

function cellsOf(state: ProfileRow['state'], lang: Lang) {
  const { none, never, notMade, ready, faulty, orders, count } = TEXTS[lang]
  if (isFault(state)) return [none, none, none, none, none, { text: faulty, colour: 'red' } as const]
  const { environment, mirrorPath, mirror } = state
  const where = environmentWord(environment, lang)
  if (mirror === null) return [where, mirrorPath, none, none, none, { text: notMade, colour: 'yellow' } as const]
  const { askedAt } = mirror
  const colour = (waiting: number) => (waiting > 0 ? { text: count(waiting), colour: 'yellow' as const } : count(0))
  const asked = askedAt === null ? never : listTime(askedAt)
  return [where, orders(mirrorPath, mirror.orders), colour(mirror.open), colour(mirror.attention), asked, ready]
}

/** `profiles --format json`, docs/interface.md#list-of-profiles. */
export const profilesJson = (rows: readonly ProfileRow[], lang: Lang) =>
  rows.map(({ name, path, state }) => {
    const fault = isFault(state) ? state : null
    const known = isFault(state) ? null : state
    return {
      name,
      path,
      environment: known?.environment ?? null,
      mirrorPath: known?.mirrorPath ?? null,
      orders: known?.mirror?.orders ?? null,
      open: known?.mirror?.open ?? null,
      attention: known?.mirror?.attention ?? null,
      askedAt: known?.mirror?.askedAt ?? null,
      fault: fault === null ? null : { code: fault.code, message: errorParts(fault, lang).message },
    }
  })
