// The page of the faults: those that are set, and the useful ones by a button.
import { grouped } from '../../text/numbers.js'
import { faultShown, parseFaults, type SimulatorFault } from '../faults.js'
import { TELEGRAM_PATHS } from '../telegram.js'
import {
  deskPage,
  fieldHtml,
  formTo,
  labelled,
  optionHtml,
  type Refusal,
  section,
  statusText,
  tableHtml,
  type Visit,
} from './desk-parts.js'
import { answerText, telegramText } from './desk-records.js'
import type { BrowserReply, Lang } from './page.js'
import { html, type SafeHtml } from '@remix-run/html-template'
import { isDeepStrictEqual } from 'node:util'

/** The faults of the buttons, as the control address takes them. */
export const FAULTS = {
  lost: { commits: true, shows: 'reset' },
  silence: { commits: true, shows: 'silence' },
  garbage: { commits: true, shows: 'garbage' },
  late: { late: true, shows: 'reset' },
  dropped: { commits: false, shows: 'reset' },
  busy: { shows: 'code:9005' },
  locked: { shows: 'code:E002' },
  system: { shows: 'code:E001' },
  closed: { shows: 'code:P017' },
} as const

export type FaultName = keyof typeof FAULTS

const JA = {
  title: '障害',
  explained:
    'paygent やショップから届く電文に障害を起こします。「次の1回」の障害は1回で終わり、「毎回」の障害は解除するまで続きます。',
  buttons: 'このシミュレーターのページのボタンは電文を送信しないため、障害は起きません。',
  set: '設定中の障害',
  none: '設定中の障害はありません。',
  add: '障害を設定する',
  telegram: '対象の電文',
  any: 'すべての電文',
  order: '受注番号（空欄はすべて）',
  times: '回数',
  once: '次の1回',
  always: '毎回',
  choose: 'ボタンを押すと設定されます。',
  columns: { strikes: '対象', often: '回数', does: '内容', struck: '発生した回数', remove: '操作' },
  nth: (first: string, count: string) => `${first}回目から${count}回`,
  from: (first: string) => `${first}回目からすべて`,
  ofPayment: (id: string) => `決済ID：${id}`,
  ofOrder: (order: string) => `受注番号：${order}`,
  missing: '（該当する決済はまだありません）',
  whole: (name: string, strikes: string, often: string) => `「${name}」（${strikes}、${often}）`,
  struck: (count: string) => `${count}回`,
  spent: (count: string) => `${count}回（終了）`,
  remove: '解除',
  removeThis: (fault: string) => `${fault} を解除`,
  removeAll: 'すべて解除',
  comma: '、',
  carriedOut: '処理する',
  notCarriedOut: '処理しない',
  late: '次の照会の後に処理する',
  lateAfter: (ms: string) => `${ms}ミリ秒後に処理する`,
  leaves: (status: string) => `「${status}」のままになる`,
  answers: (answer: string) => `応答：${answer}`,
  ordinary: '通常',
  delayed: (ms: string) => `応答まで ${ms}ミリ秒`,
  names: {
    lost: ['処理後に切断', '処理されますが、応答の前に通信が切れます。paygent は照会して結果を判断します。'],
    silence: [
      '処理後に応答なし',
      '処理されますが、応答がありません。paygent は時間切れまで待ち、照会して結果を判断します。',
    ],
    garbage: ['不正な応答', '処理されますが、応答の形式が不正です。paygent は照会して結果を判断します。'],
    late: [
      '遅れて処理',
      '通信が切れ、次の照会の後で処理されます。paygent では結果不明になります。paygent reconcile で照合してください。',
    ],
    dropped: [
      '処理前に切断',
      '処理されず、応答もありません。paygent では結果不明になり、時間をおいた再照会で不成立になります。',
    ],
    busy: ['混雑（9005）', '受け付けません。paygent は少し待って再送信します。'],
    locked: ['ロック中（E002）', '同じ決済をほかの処理が使っています。paygent は少し待って再送信します。'],
    system: ['システムエラー（E001）', '処理されません。paygent は照会して結果を判断します。'],
    closed: ['メンテナンス中（P017）', '受け付けません。一括処理はここで中止します。'],
  } satisfies Record<FaultName, [string, string]> as Readonly<Record<FaultName, readonly [string, string]>>,
}

const EN: typeof JA = {
  title: 'Faults',
  explained:
    'A fault disturbs telegrams that come from paygent or the shop: the next one only, or all of them until you remove the fault.',
  buttons: 'The buttons on these pages send no telegram, so no fault affects them.',
  set: 'Faults that are set',
  none: 'No fault is set.',
  add: 'Set a fault',
  telegram: 'Telegram',
  any: 'all telegrams',
  order: 'Order number (empty: all orders)',
  times: 'How often',
  once: 'the next time only',
  always: 'every time',
  choose: 'A button sets the fault.',
  columns: { strikes: 'Affects', often: 'How often', does: 'Effect', struck: 'Times so far', remove: 'Action' },
  nth: (first, count) => `${count} times, from request ${first}`,
  from: (first) => `every time, from request ${first}`,
  ofPayment: (id) => `payment ${id}`,
  ofOrder: (order) => `order ${order}`,
  missing: ' (no such payment yet)',
  whole: (name, strikes, often) => `${name} (${strikes}, ${often})`,
  struck: (count) => count,
  spent: (count) => `${count} (over)`,
  remove: 'Remove',
  removeThis: (fault) => `Remove: ${fault}`,
  removeAll: 'Remove all',
  comma: ', ',
  carriedOut: 'carried out',
  notCarriedOut: 'not carried out',
  late: 'carried out after the next inquiry',
  lateAfter: (ms) => `carried out ${ms} ms later`,
  leaves: (status) => `left at ${status}`,
  answers: (answer) => `answer: ${answer}`,
  ordinary: 'as usual',
  delayed: (ms) => `answer after ${ms} ms`,
  names: {
    lost: [
      'Connection lost after it is carried out',
      'It is carried out, but the connection ends before the answer. paygent inquires to find the outcome.',
    ],
    silence: [
      'No answer (after it is carried out)',
      'It is carried out, but no answer comes. paygent waits until its time-out, then inquires to find the outcome.',
    ],
    garbage: [
      'Malformed answer',
      'It is carried out, but the answer is malformed. paygent inquires to find the outcome.',
    ],
    late: [
      'Carried out late',
      'The connection ends, and the request is carried out after the next inquiry. The outcome is unknown to paygent until you run "paygent reconcile".',
    ],
    dropped: [
      'Connection lost before it is carried out',
      'It is neither carried out nor answered. The outcome is unknown to paygent until the second inquiry shows that nothing was done.',
    ],
    busy: ['Busy (9005)', 'It is refused. paygent waits a little and sends it again.'],
    locked: ['Locked (E002)', 'Another program is using the payment. paygent waits a little and sends it again.'],
    system: ['System fault (E001)', 'It is not carried out. paygent inquires to find the outcome.'],
    closed: ['Maintenance (P017)', 'It is refused. A batch stops here.'],
  },
}

const TEXTS: Readonly<Record<Lang, typeof JA>> = { ja: JA, en: EN }

/** The values of the form, which stay when one of them is wrong. */
export interface FaultForm {
  readonly telegram: string
  readonly order: string
  readonly times: string
}

export function faultsPage(visit: Visit, given: FaultForm, problem: Refusal | null = null): BrowserReply {
  const { request, desk } = visit
  const texts = TEXTS[request.lang]
  const faults = desk.ledger.faults.all()
  const set = faults.length === 0 ? html`<p>${texts.none}</p>` : setFaults(visit, faults)
  const body = html`<p>${texts.explained}</p>
    <p>${texts.buttons}</p>
    ${section('set', texts.set, set)} ${section('add', texts.add, newFault(visit, given, problem))}`
  return deskPage(visit, { title: texts.title, list: '/faults', body, problem })
}

type SetFault = ReturnType<Visit['desk']['ledger']['faults']['all']>[number]

function setFaults(visit: Visit, faults: readonly SetFault[]): SafeHtml {
  const { request } = visit
  const { lang } = request
  const texts = TEXTS[lang]
  const { columns } = texts
  const rows = faults.map(({ fault, seen }) => {
    const does = nameText(fault, lang)
    const strikes = `${strikesText(fault, lang)}${orderIsMissing(visit, fault) ? texts.missing : ''}`
    const remove = html`<input type="hidden" name="fault" value="${JSON.stringify(faultShown(fault))}" />
      <button aria-label="${texts.removeThis(faultText(fault, lang))}">${texts.remove}</button>`
    return [
      strikes,
      oftenText(fault, lang),
      does,
      struckText(fault, seen, lang),
      formTo(request, '/faults/remove', remove),
    ]
  })
  const heads = [columns.strikes, columns.often, columns.does, columns.struck, columns.remove]
  return html`${tableHtml(
    heads.map((header) => ({ header })),
    rows,
    'set',
  )}
  ${formTo(request, '/faults/clear', html`<button>${texts.removeAll}</button>`)}`
}

/** Whether the fault is for a payment that the ledger does not have (yet). */
export function orderIsMissing({ desk }: Visit, { match }: SimulatorFault): boolean {
  const { payments } = desk.ledger
  const { payment_id, trading_id } = match
  return (
    (trading_id !== null && payments.ofTrading(trading_id).length === 0) ||
    (payment_id !== null && payments.find(payment_id) === null)
  )
}

/** The name of the button that sets such a fault; what it does where no button sets it. */
function nameText(fault: SimulatorFault, lang: Lang): string {
  const names = Object.keys(FAULTS) as FaultName[]
  const name = names.find((each) => {
    const [made] = parseFaults([{ match: faultShown(fault)['match'], ...FAULTS[each] }])
    return isDeepStrictEqual({ ...made, times: null }, { ...fault, times: null })
  })
  return name === undefined ? doesText(fault, lang) : TEXTS[lang].names[name][0]
}

/** One fault in one line: its name, and what it strikes. */
export const faultText = (fault: SimulatorFault, lang: Lang): string =>
  TEXTS[lang].whole(nameText(fault, lang), strikesText(fault, lang), oftenText(fault, lang))

function strikesText({ match }: SimulatorFault, lang: Lang): string {
  const texts = TEXTS[lang]
  const { telegram, payment_id, trading_id } = match
  return [
    telegram === null ? texts.any : telegramText(telegram, lang),
    ...(payment_id === null ? [] : [texts.ofPayment(payment_id)]),
    ...(trading_id === null ? [] : [texts.ofOrder(trading_id)]),
  ].join(texts.comma)
}

/** The number of requests that it strikes at all. */
const countOf = ({ match, times }: SimulatorFault): number => times ?? (match.nth === null ? Infinity : 1)

function oftenText(fault: SimulatorFault, lang: Lang): string {
  const texts = TEXTS[lang]
  const first = fault.match.nth ?? 1
  const count = countOf(fault)
  if (first === 1 && count === 1) return texts.once
  if (count !== Infinity) return texts.nth(grouped(first), grouped(count))
  return first === 1 ? texts.always : texts.from(grouped(first))
}

function struckText(fault: SimulatorFault, seen: number, lang: Lang): string {
  const texts = TEXTS[lang]
  const matched = Math.max(0, seen - (fault.match.nth ?? 1) + 1)
  const count = countOf(fault)
  return matched < count ? texts.struck(grouped(matched)) : texts.spent(grouped(count))
}

function doesText({ commits, leaves, late, after_ms, shows, delay_ms }: SimulatorFault, lang: Lang): string {
  const texts = TEXTS[lang]
  const ledger = (): string => {
    if (late) return after_ms === null ? texts.late : texts.lateAfter(grouped(after_ms))
    if (leaves !== null) return texts.leaves(statusText(leaves, lang))
    return commits ? texts.carriedOut : texts.notCarriedOut
  }
  const answer = shows.startsWith('code:')
    ? shows.slice('code:'.length)
    : answerText({ result: '0', code: null, shows }, lang)
  const parts = [ledger(), texts.answers(shows === 'reply' ? texts.ordinary : answer)]
  return [...parts, ...(delay_ms === 0 ? [] : [texts.delayed(grouped(delay_ms))])].join(texts.comma)
}

function newFault({ request }: Visit, { telegram, order, times }: FaultForm, problem: Refusal | null): SafeHtml {
  const { lang } = request
  const texts = TEXTS[lang]
  const telegrams = Object.keys(TELEGRAM_PATHS).toSorted()
  const buttons = Object.entries(texts.names).map(
    ([name, [title, says]]) =>
      html`<li>
        <button name="effect" value="${name}" aria-describedby="says-${name}">${title}</button>
        <span id="says-${name}">${says}</span>
      </li> `,
  )
  return formTo(
    request,
    '/faults',
    // Enter in the field of the order would press the first button: this one, which does nothing.
    html`<button disabled hidden></button>
      <p class="inputs">
        ${labelled(
          texts.telegram,
          html`<select id="telegram" name="telegram">
            ${optionHtml('', texts.any, telegram)}
            ${telegrams.map((each) => optionHtml(each, telegramText(each, lang), telegram))}
          </select>`,
        )}
        ${fieldHtml(
          { name: 'order', id: 'order', label: texts.order, value: order },
          problem,
          html`maxlength="25" autocomplete="off"`,
        )}
        ${labelled(
          texts.times,
          html`<select id="times" name="times">
            ${optionHtml('once', texts.once, times)}${optionHtml('always', texts.always, times)}
          </select>`,
        )}
      </p>
      <p>${texts.choose}</p>
      <ul class="effects">
        ${buttons}
      </ul>`,
    'wide',
  )
}
