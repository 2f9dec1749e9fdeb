// What an import did: counts, and every order that was left because the tool has touched it. Page 3.4.
import { word } from './messages/texts.js'
import { grouped } from './numbers.js'
import type { Lang, Screen } from './screen.js'
import { drawTable, KEEP } from './table.js'
import { fitText } from './width.js'

/** One field in which the file and the mirror differ. */
export interface FieldDifference {
  readonly field: string
  readonly mirror: string | number | null
  readonly file: string | number | null
}

export interface ImportView {
  readonly added: number
  readonly updated: number
  readonly unchanged: number
  readonly skippedOtherMethods: number
  readonly conflicts: readonly { readonly orderId: string; readonly differences: readonly FieldDifference[] }[]
}

const TEXTS = {
  ja: {
    counts: (view: ImportView) =>
      `追加 ${grouped(view.added)}件、更新 ${grouped(view.updated)}件、変更なし ${grouped(view.unchanged)}件、` +
      `ほかの支払方法 ${grouped(view.skippedOtherMethods)}件（対象外）`,
    conflicts: (count: number) =>
      `不一致 ${grouped(count)}件：処理済みの受注と内容が違うため、取り込まず送信も止めています。`,
    field: '項目',
    mirror: 'ミラー',
  },
  en: {
    counts: (view: ImportView) =>
      `${grouped(view.added)} added, ${grouped(view.updated)} updated, ${grouped(view.unchanged)} unchanged, ` +
      `${grouped(view.skippedOtherMethods)} of other payment methods left out`,
    conflicts: (count: number) =>
      `${grouped(count)} in conflict: they differ from orders already processed; not imported, and not sent any more.`,
    field: 'field',
    mirror: 'mirror',
  },
} as const satisfies Record<Lang, unknown>

export function importText(view: ImportView, screen: Screen): string {
  const texts = TEXTS[screen.lang]
  const counts = fitText(texts.counts(view), screen)
  if (view.conflicts.length === 0) return counts
  return [counts, ...conflictParts(view.conflicts, 'CSV', screen)].join('\n')
}

/** Both sides of every conflict. @param source what the other side is called */
export function conflictParts(conflicts: ImportView['conflicts'], source: string, screen: Screen): string[] {
  const texts = TEXTS[screen.lang]
  const rows = conflicts.flatMap(({ orderId, differences }) =>
    differences.map(({ field, mirror, file }) => [orderId, field, String(mirror ?? ''), String(file ?? '')]),
  )
  const headers = [word('column.order-id', screen.lang), texts.field, texts.mirror, source]
  const columns = headers.map(
    (header, place) => ({ header, priority: KEEP, shrink: place < 2 ? 'never' : 'wrap' }) as const,
  )
  return [fitText(texts.conflicts(conflicts.length), screen), drawTable({ columns, rows }, screen)]
}

/** `import --format json`. */
export const importJson = ({ added, updated, unchanged, skippedOtherMethods, conflicts }: ImportView): ImportView => ({
  added,
  updated,
  unchanged,
  skippedOtherMethods,
  conflicts,
})
