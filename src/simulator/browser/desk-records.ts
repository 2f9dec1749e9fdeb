// The lists of what came in and what goes out: requests with their fields, and notices.
import { grouped } from '../../text/numbers.js'
import { safe } from '../../text/width.js'
import type { ListedNotice } from '../ledger-payments.js'
import type { RequestRecord } from '../ledger.js'
import {
  type CellHtml,
  type Column,
  deskPage,
  linkTo,
  partAsked,
  partHtml,
  statusText,
  tableHtml,
  timeText,
  type Visit,
} from './desk-parts.js'
import type { BrowserReply, Lang } from './page.js'
import { html, type SafeHtml } from '@remix-run/html-template'

const JA = {
  requests: '要求',
  requestsExplained: '届いた電文です。パスワードなどは *** で表示します。',
  noRequests: '要求はまだ届いていません。',
  notices: '通知',
  noticesExplained: 'ショップ宛ての通知です。paygent は 091 で取得します。',
  noNotices: '通知はまだありません。',
  none: '該当するものはありません。',
  columns: {
    number: '番号',
    at: '日時',
    telegram: '電文',
    order: '受注番号',
    payment: '決済ID',
    result: '結果',
    fields: '項目',
    notice: '通知ID',
    status: '決済ステータス',
    fetched: '取得（091）',
    pushed: 'プッシュ',
  },
  telegrams: {
    '020': 'オーソリ',
    '021': 'オーソリキャンセル',
    '022': '売上',
    '023': '売上キャンセル',
    '029': '補正売上',
    '091': '通知の取得',
    '094': '照会',
    '100': 'キャリアの申込',
    '101': 'キャリアの売上',
    '102': 'キャリアの取消',
    '103': 'キャリアの補正売上',
    '104': 'キャリアのユーザー認証',
  },
  by: {
    start: '最初からある決済',
    customer: 'お客さまの支払い',
    clock: '時間の経過',
    online: 'ペイジェントオンライン',
    fault: '障害',
  },
  fields: (count: string) => `${count}項目`,
  noForm: '記録なし',
  accepted: '正常',
  refused: (code: string) => `拒否（${code}）`,
  underWay: '処理中',
  silence: '応答なし',
  reset: '通信を切断',
  half: '応答の途中で切断',
  garbage: '不正な応答',
  fetched: '取得済み',
  waiting: '未取得',
  purged: '7日を過ぎて消去',
  notPushed: 'なし',
  pushed: (time: string) => `${time} に受領`,
  trying: (tries: string, answer: string) => `${tries}回送信、未受領：${answer}`,
}

const EN: typeof JA = {
  requests: 'Requests',
  requestsExplained: 'The telegrams that came in. Passwords and the like are shown as ***.',
  noRequests: 'No request has come in yet.',
  notices: 'Notices',
  noticesExplained: 'Notices to the shop. paygent fetches them with 091.',
  noNotices: 'There is no notice yet.',
  none: 'Nothing fits.',
  columns: {
    number: 'No.',
    at: 'Time',
    telegram: 'Telegram',
    order: 'Order',
    payment: 'Payment id',
    result: 'Result',
    fields: 'Fields',
    notice: 'Notice id',
    status: 'Payment status',
    fetched: 'Fetched (091)',
    pushed: 'Push',
  },
  telegrams: {
    '020': 'authorisation',
    '021': 'authorisation cancel',
    '022': 'sale',
    '023': 'sale cancel',
    '029': 'corrected sale',
    '091': 'fetching notices',
    '094': 'inquiry',
    '100': "application at the carrier's",
    '101': "carrier's sale",
    '102': "carrier's cancel",
    '103': "carrier's corrected sale",
    '104': "consent at the carrier's",
  },
  by: {
    start: 'there from the start',
    customer: 'a customer paid',
    clock: 'the clock',
    online: 'Paygent Online',
    fault: 'a fault',
  },
  fields: (count) => `fields: ${count}`,
  noForm: 'not kept',
  accepted: 'accepted',
  refused: (code) => `refused (${code})`,
  underWay: 'under way',
  silence: 'no answer',
  reset: 'connection cut',
  half: 'cut within the answer',
  garbage: 'malformed answer',
  fetched: 'fetched',
  waiting: 'not fetched yet',
  purged: 'gone after 7 days',
  notPushed: 'none',
  pushed: (time) => `taken on ${time}`,
  trying: (tries, answer) => `tries: ${tries}, not taken: ${answer}`,
}

const TEXTS: Readonly<Record<Lang, typeof JA>> = { ja: JA, en: EN }

/** `101 キャリアの売上`; the number alone of a telegram without a name. */
export function telegramText(telegram: string, lang: Lang): string {
  const names: Readonly<Record<string, string>> = TEXTS[lang].telegrams
  const name = Object.hasOwn(names, telegram) ? names[telegram] : undefined
  return name === undefined ? safe(telegram) : `${telegram} ${name}`
}

/** What changed a payment: a telegram, or one of the other causes. */
export function causeText(by: string, lang: Lang): string {
  const causes: Readonly<Record<string, string>> = TEXTS[lang].by
  return (Object.hasOwn(causes, by) ? causes[by] : undefined) ?? telegramText(by, lang)
}

/** A payment that the ledger has is led to. */
function paymentCell({ request, desk }: Visit, paymentId: string): CellHtml {
  const payment = /^\d{1,18}$/.test(paymentId) ? desk.ledger.payments.find(paymentId) : null
  if (payment === null) return paymentId
  return html`<a href="${linkTo(request, `/payments/${payment.paymentId}`)}">${paymentId}</a>`
}

/** How the client was answered, and what with. */
export function answerText({ result, code, shows }: Pick<RequestRecord, 'result' | 'code' | 'shows'>, lang: Lang) {
  const texts = TEXTS[lang]
  if (shows === null) return texts.underWay
  if (shows === 'silence' || shows === 'reset' || shows === 'half' || shows === 'garbage') return texts[shows]
  if (shows.startsWith('status:')) return `HTTP ${shows.slice('status:'.length)}`
  return result === '0' ? texts.accepted : texts.refused(code ?? '')
}

const columnOf = (columns: typeof JA.columns, name: keyof typeof JA.columns): Column => ({
  header: columns[name],
  ...(name === 'payment' && { holds: 'id' }),
})

export function requestTable(visit: Visit, rows: readonly RequestRecord[], labelledBy: string): SafeHtml {
  const { lang } = visit.request
  const { columns } = TEXTS[lang]
  const heads = ['number', 'at', 'telegram', 'order', 'payment', 'result', 'fields'] as const
  return tableHtml(
    heads.map((each) => columnOf(columns, each)),
    rows.map((row) => [
      String(row.seq),
      timeText(row.atMs),
      telegramText(row.telegram, lang),
      row.tradingId,
      paymentCell(visit, row.paymentId),
      answerText(row, lang),
      fieldsCell(row, lang),
    ]),
    labelledBy,
  )
}

function fieldsCell({ fields }: RequestRecord, lang: Lang): CellHtml {
  const texts = TEXTS[lang]
  if (fields === null) return texts.noForm
  const all = Object.entries(fields)
  return html`<details>
    <summary>${texts.fields(grouped(all.length))}</summary>
    <dl class="fields">
      ${all.map(
        ([name, value]) =>
          html`<dt>${safe(name)}</dt>
            <dd>${safe(value)}</dd> `,
      )}
    </dl>
  </details>`
}

export function noticeTable(visit: Visit, rows: readonly ListedNotice[], labelledBy: string): SafeHtml {
  const { lang } = visit.request
  const texts = TEXTS[lang]
  const heads = ['notice', 'at', 'order', 'payment', 'status', 'fetched', 'pushed'] as const
  return tableHtml(
    heads.map((each) => columnOf(texts.columns, each)),
    rows.map((row) => {
      const fields = new Map(row.fields)
      const waits = row.purged ? texts.purged : texts.waiting
      return [
        String(row.noticeId),
        timeText(row.atMs),
        fields.get('trading_id') ?? '',
        paymentCell(visit, row.paymentId),
        statusText(fields.get('payment_status') ?? '', lang),
        row.delivered ? texts.fetched : waits,
        pushText(row, lang),
      ]
    }),
    labelledBy,
  )
}

function pushText({ pushTries, pushedMs, pushAnswer }: ListedNotice, lang: Lang): string {
  const texts = TEXTS[lang]
  if (pushedMs !== null) return texts.pushed(timeText(pushedMs))
  return pushTries === 0 ? texts.notPushed : texts.trying(grouped(pushTries), pushAnswer ?? '')
}

export function requestsPage(visit: Visit): BrowserReply {
  const { request, desk } = visit
  const texts = TEXTS[request.lang]
  const part = partAsked(request, (asked) => desk.ledger.requests.latest(asked))
  const none = part.search === '' ? texts.noRequests : texts.none
  const table = part.total === 0 ? html`<p>${none}</p>` : requestTable(visit, part.rows, 'title')
  const body = html`<p>${texts.requestsExplained}</p>
    ${partHtml(request, '/requests', part, table)}`
  return deskPage(visit, { title: texts.requests, list: '/requests', body })
}

export function noticesPage(visit: Visit): BrowserReply {
  const { request, desk } = visit
  const texts = TEXTS[request.lang]
  const part = partAsked(request, (asked) => desk.ledger.notices.latest(asked))
  const none = part.search === '' ? texts.noNotices : texts.none
  const table = part.total === 0 ? html`<p>${none}</p>` : noticeTable(visit, part.rows, 'title')
  const body = html`<p>${texts.noticesExplained}</p>
    ${partHtml(request, '/notices', part, table)}`
  return deskPage(visit, { title: texts.notices, list: '/notices', body })
}
