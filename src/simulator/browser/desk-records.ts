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
  requests: '電文',
  requestsExplained:
    '電文は、paygent やショップがペイジェントに送信する要求（売上処理、取消、照会など）です。ここには届いた電文が並びます。パスワードなどは *** で表示します。',
  buttons: 'このシミュレーターのページのボタンは電文を送信しないため、ここには表示されません。',
  noRequests: '電文はまだ届いていません。',
  notices: '通知',
  noticesExplained:
    '決済の変化を知らせる、ショップ宛ての通知です。「取得（091）」は、paygent が電文 091 で通知を取得したかどうかです。',
  pushExplained:
    '「プッシュ」は、シミュレーターがショップに通知を送信した結果です。paygent simulator を --notify を付けて起動したときだけ送信します。',
  noNotices: '通知はまだありません。',
  none: '該当する行はありません。',
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
    '020': 'カードのオーソリ',
    '021': 'カードのオーソリキャンセル',
    '022': 'カードの売上',
    '023': 'カードの売上キャンセル',
    '029': 'カードの補正売上',
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
  purged: '取得できません（7日経過）',
  notPushed: '未送信',
  pushed: (time: string) => `${time} に受領`,
  trying: (tries: string, answer: string) => `${tries}回送信、未受領：${answer}`,
}

const EN: typeof JA = {
  requests: 'Telegrams',
  requestsExplained:
    'A telegram is a request that paygent or the shop sends to Paygent: a sale, a cancel, an inquiry. These have come in. Passwords and other secrets are shown as ***.',
  buttons: 'The buttons on these pages send no telegram, so nothing of them is listed here.',
  noRequests: 'No telegram has come in yet.',
  notices: 'Notices',
  noticesExplained:
    'Notices tell the shop that a payment has changed. Fetched (091) says whether paygent has fetched the notice with telegram 091.',
  pushExplained:
    'Push says how far the simulator has sent the notice to the shop. It does so only if "paygent simulator" is started with --notify.',
  noNotices: 'There is no notice yet.',
  none: 'Nothing matches.',
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
    '020': 'card authorisation',
    '021': 'card authorisation cancel',
    '022': 'card sale',
    '023': 'card sale cancel',
    '029': 'corrected card sale',
    '091': 'fetching notices',
    '094': 'inquiry',
    '100': 'carrier application',
    '101': 'carrier sale',
    '102': 'carrier cancel',
    '103': 'corrected carrier sale',
    '104': 'carrier consent',
  },
  by: {
    start: 'already there at the start',
    customer: 'a customer paid',
    clock: 'time passed',
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
  half: 'cut off during the answer',
  garbage: 'malformed answer',
  fetched: 'fetched',
  waiting: 'not fetched yet',
  purged: 'cannot be fetched (older than 7 days)',
  notPushed: 'not sent',
  pushed: (time) => `accepted on ${time}`,
  trying: (tries, answer) => `tries: ${tries}, not accepted: ${answer}`,
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
  const none = part.isEmpty ? texts.noRequests : texts.none
  const table = part.total === 0 ? html`<p>${none}</p>` : requestTable(visit, part.rows, 'title')
  const body = html`<p>${texts.requestsExplained}</p>
    <p>${texts.buttons}</p>
    ${partHtml(request, '/requests', part, table)}`
  return deskPage(visit, { title: texts.requests, list: '/requests', body })
}

export function noticesPage(visit: Visit): BrowserReply {
  const { request, desk } = visit
  const texts = TEXTS[request.lang]
  const part = partAsked(request, (asked) => desk.ledger.notices.latest(asked))
  const none = part.isEmpty ? texts.noNotices : texts.none
  const table = part.total === 0 ? html`<p>${none}</p>` : noticeTable(visit, part.rows, 'title')
  const body = html`<p>${texts.noticesExplained}</p>
    <p>${texts.pushExplained}</p>
    ${partHtml(request, '/notices', part, table)}`
  return deskPage(visit, { title: texts.notices, list: '/notices', body })
}
