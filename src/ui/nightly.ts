// The report of the night: what cron mails. Page 6.
import type { Expiring, NightlyReport } from '../jobs/nightly/report.js'
import { grouped, listTime, yen } from '../text/numbers.js'
import { fitText, safe } from '../text/width.js'
import { NIGHTLY_TEXTS } from './nightly-texts.js'
import { pullText } from './pull.js'
import { pushText } from './push.js'
import { settledParts, unseenParts, waitingParts } from './reconcile.js'
import { resultText } from './result.js'
import type { Screen } from './screen.js'
import { SHOP_TEXTS } from './shop-texts.js'
import { syncSummary } from './sync.js'
import { drawTable, KEEP } from './table.js'
import { waitingStatusParts } from './waiting-status.js'
import { environmentWord, word } from './words.js'

export interface NightlyView {
  readonly report: NightlyReport
  readonly environment: string
  /** ISO Japan times. */
  readonly startedAt: string
  readonly endedAt: string
  /** Unshipped orders are left to people. */
  readonly shippedOnly: boolean
}

/** The whole report, ready to print, without a line break at its end. */
export function nightlyText(view: NightlyView, screen: Screen): string {
  const { lang } = screen
  const texts = NIGHTLY_TEXTS[lang]
  const { report, environment, startedAt, endedAt } = view
  const name = environmentWord(environment, lang)
  const title = texts.title(listTime(startedAt), listTime(endedAt).slice(11))
  const head = [lang === 'ja' ? `【${name}】${title}` : `[${name}] ${title}`]
  if (report.unseen.length > 0) head.push(unseenLine(report.unseen, texts))
  if (report.shopAway !== null) head.push(texts.shopAway(report.shopAway), texts.shopAwayNext)
  else if (report.stopped) head.push(texts.stopped)
  return [
    fitText(head.join('\n'), screen),
    ...waitingStatusParts(report.waiting, screen),
    ...pullParts(report, screen),
    ...settledParts(report, screen),
    ...unseenParts(report, screen),
    `■ ${texts.sync}`,
    ...syncParts(report, screen),
    `■ ${texts.sale}`,
    ...saleParts(report, screen),
    ...unshippedParts(report, screen),
    ...pushParts(report, screen),
    ...expiringParts(view, screen),
    ...waitingParts(report, screen),
  ].join('\n')
}

const pullParts = ({ pull }: NightlyReport, screen: Screen): string[] =>
  pull === null ? [] : [`■ ${SHOP_TEXTS[screen.lang].pullTitle}`, pullText(pull, screen)]

function pushParts({ push, pushFailed }: NightlyReport, screen: Screen): string[] {
  const texts = SHOP_TEXTS[screen.lang]
  if (push.length === 0 && pushFailed === null) return []
  const failed = pushFailed === null ? [] : [fitText(texts.pushFailed(pushFailed), screen)]
  return [`■ ${texts.pushTitle}`, ...(push.length > 0 ? [pushText(push, false, screen)] : []), ...failed]
}

/** So many results are named; cron adds one each night. */
const NAMED = 10

const unseenLine = (unseen: readonly number[], { unseen: line }: (typeof NIGHTLY_TEXTS)['ja']): string => {
  const named = unseen.slice(-NAMED)
  return line(named.map((id) => `#${id}`).join(', '), unseen.length - named.length)
}

/** Of a comparison that never was nothing may be claimed. */
const syncParts = ({ sync, over }: NightlyReport, screen: Screen): string[] =>
  over.includes('sync') || sync.stopped || sync.asked > 0
    ? [syncSummary(sync, screen)]
    : [fitText(NIGHTLY_TEXTS[screen.lang].notSynced, screen)]

function saleParts({ sale, notBegun, tooSlow, over, shopAway }: NightlyReport, screen: Screen): string[] {
  const { lang } = screen
  const texts = NIGHTLY_TEXTS[lang]
  if (shopAway !== null) return [fitText(texts.notSoldWithoutShop, screen)]
  const slow = tooSlow === null ? [] : [fitText(texts.tooSlow(tooSlow.left, tooSlow.endsAt.slice(11, 16)), screen)]
  if (notBegun !== null) {
    const ids = notBegun.left.map(({ orderId }) => safe(orderId)).join(', ')
    return [fitText([texts.notBegun[notBegun.why](notBegun.left.length), texts.left(ids)].join('\n'), screen)]
  }
  if (sale === null) return [...slow, over.includes('sale') ? texts.nothing : texts.unreached]
  return [...slow, resultText(sale, screen)]
}

function unshippedParts({ unshipped }: NightlyReport, screen: Screen): string[] {
  const { lang } = screen
  const { count, yen: sum } = unshipped
  return count === 0 ? [] : [fitText(NIGHTLY_TEXTS[lang].unshippedLeft(count, yen(sum, lang)), screen)]
}

function expiringParts({ report, shippedOnly }: NightlyView, screen: Screen): string[] {
  const { expiring } = report
  if (expiring.length === 0) return []
  const texts = NIGHTLY_TEXTS[screen.lang]
  const advice = shippedOnly && expiring.some(({ shipped }) => !shipped) ? [fitText(texts.unshippedNext, screen)] : []
  return [`■ ${texts.expiring}`, expiringTable(expiring, screen), ...advice]
}

function expiringTable(expiring: readonly Expiring[], screen: Screen): string {
  const { lang } = screen
  const texts = NIGHTLY_TEXTS[lang]
  return drawTable(
    {
      columns: [
        { header: word('column.order-id', lang), shrink: 'never', priority: KEEP },
        { header: texts.lastDay, shrink: 'never', priority: KEEP },
        { header: texts.daysLeft, shrink: 'never', align: 'right', priority: KEEP },
        { header: texts.shipping, shrink: 'never', priority: KEEP },
        { header: texts.total, shrink: 'never', align: 'right', priority: 1 },
      ],
      rows: expiring.map(({ orderId, lastDay, daysLeft, shipped, totalYen }) => [
        orderId,
        lastDay.replaceAll('-', '/'),
        texts.days(daysLeft),
        shipped ? texts.shipped : { text: texts.unshipped, colour: 'yellow' },
        grouped(totalYen),
      ]),
    },
    screen,
  )
}
