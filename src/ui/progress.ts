// Writes the lines of a running batch: one for each order, one for each event between them, and the progress bar. Also
// the line of any other long step, which counts.
import type { StopReason } from '../attempts/trouble.js'
import type { BatchEvent } from '../batch/events.js'
import type { Reason } from '../domain/outcome.js'
import { grouped, yen } from '../text/numbers.js'
import { cut, displayWidth, safe } from '../text/width.js'
import { problemText } from './problems.js'
import { notPushedLine } from './push.js'
import { reasonShort } from './reasons.js'
import { type Lang, type Screen, bothLanguages } from './screen.js'
import { resultWord, sentences, word } from './words.js'

const JA = {
  stops: {
    code: (reason: string) => `ペイジェントの応答（${reason}）により中止しました。`,
    malformed: (reason: string) => `同じエラー（${reason}）が続いたため中止しました。`,
    'stop-after': (reason: string) => `結果不明・未送信が${reason}件続いたため中止しました。`,
    failures: (reason: string) => `はじめの受注のうち${reason}件が成功しなかったため中止しました。`,
    'inquiry-unanswered': () => '直前の要求の照会に応答がないため中止しました。',
    certificate: (reason: string) => `${reason}ため中止しました。`,
    until: () => '指定の時刻になったため中止しました。',
    interrupted: () => '中止しました。',
    clock: () => 'このコンピューターの時計が実行中に変わったため中止しました。',
    'shop-lost': (reason: string) => `EC-CUBE のデータベースの接続かロックを失ったため中止しました（${reason}）。`,
    'plan-differs': () => '送信予定ファイルの受注の内容が変わっていたため中止しました。',
  } satisfies Record<StopReason['type'], (reason: string) => string>,
  rest: '残りは送信していません。',
  stages: { sending: '送信中…', inquiring: '結果を照会中…', retrying: '再送信待ち…' } satisfies Record<
    InFlight['stage'],
    string
  >,
  certificates: {
    expired: 'サーバー証明書の有効期限が切れている',
    'not-yet': 'サーバー証明書の有効期間がまだ始まっていない',
    revoked: 'サーバー証明書が失効している',
    'other-authority': 'サーバー証明書が PAYGENT_CA_CERT の認証局のものではない',
    certificate: 'サーバー証明書を検証できない',
    'host-name': 'サーバー証明書のホスト名が接続先と違う',
    'client-certificate': 'クライアント証明書が拒否された',
  },
  certificateCode: (text: string, code: string) => `${text}（${code}）`,
  nextAtCertificate: '対処：paygent doctor で証明書を調べてください。',
  betweenSentences: '',
  steps: {
    inquiries: 'ペイジェントに照会中',
    notices: '通知を受け取り中',
    pull: 'EC-CUBE から受注を取り込み中',
    reading: 'CSV を読み取り中',
    import: '受注を取り込み中',
  } satisfies Record<CountedStep, string>,
  units: { line: '行', other: '件' },
  percent: (percent: number) => `（${percent}%）`,
  leftOut: (count: number) =>
    `照会の結果、売上済み・取消済み・期限切れなどの ${grouped(count)}件を --all から外しました。`,
  leftByRules: (reasons: string) =>
    `--all の対象外：${reasons}。1件ずつの理由は paygent show ‹受注番号› で表示します。`,
  changedSince: (runId: number, ids: string) =>
    `処理番号 #${runId} で成功し、その後に内容が変わったため対象外の受注：${ids}`,
  endingOnHold: (ids: string) => `保留中で、7日以内にオーソリ期限が来る受注：${ids}`,
  leftByReason: (reason: string, count: number) => `${reason} ${grouped(count)}件`,
  between: '、',
  inquiring: (orderId: string) => `受注番号：${orderId} 結果をペイジェントに照会しています…`,
  retrying: (orderId: string, code: string, seconds: number) =>
    `受注番号：${orderId} 混み合っています（${code}）。${seconds}秒後にもう一度送信します…`,
  recovered: (orderId: string, result: string) => `前回中断した受注番号：${orderId} を照会しました → ${result}`,
  waiting: (seconds: number, orders: number) =>
    `結果不明の${grouped(orders)}件を再照会するまで あと${grouped(seconds)}秒（Enter で待たずに終了）`,
  lookedAgain: (orderId: string, result: string) => `受注番号：${orderId} 再照会 → ${result}`,
  rates: {
    second: (count: string) => `毎秒${count}`,
    minute: (count: string) => `毎分${count}`,
  },
  end: (time: string) => `${time}ごろ終了`,
  cutOff: (end: string, cutOff: string) => `${end}（締め時刻 ${cutOff}）`,
}

const EN: typeof JA = {
  stops: {
    code: (reason) => `Stopped by Paygent's answer (${reason}).`,
    malformed: (reason) => `Stopped: the same error (${reason}) came again and again.`,
    'stop-after': (reason) => `Stopped after ${reason} unknown or unsent outcomes in a row.`,
    failures: (reason) => `Stopped: ${reason} of the first orders were not accepted.`,
    'inquiry-unanswered': () => 'Stopped: the inquiry about the last request got no answer.',
    certificate: (reason) => `Stopped: ${reason}.`,
    until: () => 'Stopped: the given time has come.',
    interrupted: () => 'Stopped.',
    clock: () => "Stopped: this computer's clock was changed during the run.",
    'shop-lost': (reason) => `Stopped: the connection to the shop's database, or its lock, is lost (${reason}).`,
    'plan-differs': () => 'Stopped: an order of the plan file has changed.',
  },
  rest: 'The rest was not sent.',
  stages: { sending: 'sending…', inquiring: 'asking for the outcome…', retrying: 'waiting to send again…' },
  certificates: {
    expired: "the server's certificate has expired",
    'not-yet': "the server's certificate is not valid yet",
    revoked: "the server's certificate is revoked",
    'other-authority': "the server's certificate is not from the authority in PAYGENT_CA_CERT",
    certificate: "the server's certificate cannot be verified",
    'host-name': "the server's certificate is for another host",
    'client-certificate': 'the server did not accept the client certificate',
  },
  certificateCode: (text, code) => `${text} (${code})`,
  nextAtCertificate: 'Run "paygent doctor" to see the certificates.',
  betweenSentences: ' ',
  steps: {
    inquiries: 'Asking Paygent',
    notices: 'Fetching notices',
    pull: 'Fetching orders from EC-CUBE',
    reading: 'Reading the CSV',
    import: 'Importing orders',
  },
  units: { line: '', other: '' },
  percent: (percent) => ` (${percent}%)`,
  leftOut: (count) =>
    `Skipped by --all after the inquiry: ${grouped(count)} ${count === 1 ? 'order' : 'orders'} already sold, cancelled or expired.`,
  leftByRules: (reasons) => `Skipped by --all: ${reasons}. "paygent show ‹order›" gives the reason for each.`,
  changedSince: (runId, ids) => `Accepted in run #${runId} and changed since, so they are skipped: ${ids}`,
  endingOnHold: (ids) => `On hold, with an authorisation that expires within 7 days: ${ids}`,
  leftByReason: (reason, count) => `${reason} ${grouped(count)}`,
  between: ', ',
  inquiring: (orderId) => `Order ${orderId}: asking Paygent for the outcome…`,
  retrying: (orderId, code, seconds) => `Order ${orderId}: busy (${code}). Sending again in ${seconds} s…`,
  recovered: (orderId, result) => `Order ${orderId}, left open by an interrupted run: ${result}`,
  waiting: (seconds, orders) =>
    `Second inquiry for ${grouped(orders)} with unknown outcome in ${grouped(seconds)} s (Enter ends the wait)`,
  lookedAgain: (orderId, result) => `Order ${orderId}, second inquiry: ${result}`,
  rates: {
    second: (count) => `${count}/s`,
    minute: (count) => `${count}/min`,
  },
  end: (time) => `ends about ${time}`,
  cutOff: (end, cutOff) => `${end} (cut-off ${cutOff})`,
}

const TEXTS = bothLanguages(JA, EN)

/** The position of an order in the batch: `1/2`. */
export interface Place {
  readonly position: number
  readonly total: number
}

type Line = Extract<BatchEvent, { type: 'settled' | 'refused' }>

/** `1/2 受注番号：852 → 売上成功` */
export function progressLine(event: Line, total: number, lang: Lang): string {
  const { progress, withCode } = sentences(lang)
  if (event.type === 'refused') {
    const { reason } = event
    const refused = resultWord({ outcome: 'refused', request: null, reason }, lang)
    const plain = reason === 'already' || reason === 'status'
    const result = plain ? refused : withCode(refused, word(`short.${reason}`, lang))
    return progress(event.position, total, event.orderId, result)
  }
  const { step, outcome, code } = event
  const result = resultWord({ outcome, request: step.request, reason: null }, lang)
  return progress(step.position, total, step.orderId, code === null ? result : withCode(result, safe(code)))
}

/**
 * The commonest of OpenSSL's codes for a server's certificate; any other means a certificate that cannot be verified.
 */
const SERVER_CERTIFICATE: Readonly<Record<string, 'expired' | 'not-yet' | 'other-authority' | 'revoked'>> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'not-yet',
  CERT_REVOKED: 'revoked',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'other-authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'other-authority',
  UNABLE_TO_GET_ISSUER_CERT: 'other-authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'other-authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'other-authority',
}

function certificateText({ problem, code }: Extract<StopReason, { type: 'certificate' }>, lang: Lang): string {
  const name = problem === 'certificate' ? (SERVER_CERTIFICATE[code] ?? problem) : problem
  const { certificates, certificateCode } = TEXTS[lang]
  return certificateCode(certificates[name], safe(code))
}

function stopLine(reason: StopReason, lang: Lang): string {
  const texts = TEXTS[lang]
  const lines = [texts.stops[reason.type](aboutStop(reason, lang)), texts.rest]
  if (reason.type === 'certificate') lines.push(texts.nextAtCertificate)
  return lines.join(texts.betweenSentences)
}

function aboutStop(reason: StopReason, lang: Lang): string {
  switch (reason.type) {
    case 'certificate':
      return certificateText(reason, lang)
    case 'code':
    case 'malformed':
      return safe(reason.code)
    case 'shop-lost':
      return problemText(reason.code, lang)
    case 'stop-after':
    case 'failures':
      return String(reason.count)
    default:
      return ''
  }
}

/** The number of orders of `--all` that turned out not to belong to it. */
export const leftOutLine = (count: number, lang: Lang): string => TEXTS[lang].leftOut(count)

/** The number of orders that `--all` leaves to a person, and the reasons. */
export function leftByRulesLine(left: ReadonlyMap<Reason, number>, lang: Lang): string {
  const texts = TEXTS[lang]
  const reasons = [...left].map(([reason, count]) => texts.leftByReason(reasonShort(reason, lang), count))
  return texts.leftByRules(reasons.join(texts.between))
}

/** The orders of a run that are no longer as it left them. */
export const changedSinceLine = (runId: number, orderIds: readonly string[], lang: Lang): string =>
  TEXTS[lang].changedSince(runId, orderIds.join(TEXTS[lang].between))

/** The orders on hold whose authorisation expires within a week. */
export const endingOnHoldLine = (orderIds: readonly string[], lang: Lang): string =>
  TEXTS[lang].endingOnHold(orderIds.join(TEXTS[lang].between))

/** The line on stderr for an event between the orders' own lines; null where it has none. */
export function eventLine(event: BatchEvent, lang: Lang): string | null {
  const texts = TEXTS[lang]
  switch (event.type) {
    case 'inquiring':
      return texts.inquiring(event.step.orderId)
    case 'recovering':
      return texts.inquiring(event.orderId)
    case 'retrying':
      return texts.retrying(event.step.orderId, safe(event.code), event.pauseMs / 1000)
    case 'recovered':
      return texts.recovered(event.orderId, resultWord({ outcome: event.outcome, request: null, reason: null }, lang))
    case 'waiting':
      return texts.waiting(Math.ceil(event.remainingMs / 1000), event.orders)
    case 'looked-again':
      return texts.lookedAgain(event.orderId, resultWord({ outcome: event.outcome, request: null, reason: null }, lang))
    case 'stopped':
      return stopLine(event.reason, lang)
    case 'pushed':
      return notPushedLine(event.order, lang)
    case 'started':
    case 'sending':
    case 'settled':
    case 'refused':
    case 'finished':
      return null
    default:
      return event satisfies never
  }
}

/** The progress of a batch: count, yen, rate, and the expected end beside the cut-off. */
export interface BatchProgress {
  readonly done: number
  readonly total: number
  readonly yen: number
  /** The time since the first request, milliseconds. */
  readonly elapsedMs: number
  /** Japan time, `hh:mm`: the expected end; null until it can be estimated. */
  readonly expectedEnd: string | null
  /** Japan time, `hh:mm`. */
  readonly cutOff: string
}

/** The order whose request is under way, and what is done for it. */
export interface InFlight {
  readonly position: number
  readonly orderId: string
  readonly stage: 'sending' | 'inquiring' | 'retrying'
}

/** `1/2 受注番号：852 → 送信中…` */
export const inFlightLine = ({ position, orderId, stage }: InFlight, total: number, lang: Lang): string =>
  sentences(lang).progress(position, total, safe(orderId), TEXTS[lang].stages[stage])

function barOf({ done, total }: BatchProgress, cells: number): string {
  const filled = total === 0 ? cells : Math.round((done / total) * cells)
  return `[${'#'.repeat(filled)}${'-'.repeat(cells - filled)}]`
}

/**
 * One line, never wider than the terminal. A narrow one has the order in flight first, then the expected end; what does
 * not fit is left out.
 */
export function progressBar(progress: BatchProgress, screen: Screen, inFlight: InFlight | null = null): string {
  const { done, total, elapsedMs, expectedEnd, cutOff } = progress
  const { lang, width } = screen
  const texts = TEXTS[lang]
  const head =
    inFlight === null
      ? `${barOf(progress, 20)} ${grouped(done)}/${grouped(total)}`
      : inFlightLine(inFlight, total, lang)
  const bar = inFlight === null ? '' : barOf(progress, 10)
  const rate = done > 0 && elapsedMs > 0 ? rateText((done * 1000) / elapsedMs, texts.units.other, lang) : ''
  const end = expectedEnd === null ? '' : texts.cutOff(texts.end(expectedEnd), cutOff)
  const sum = yen(progress.yen, lang)
  const room = width === null ? Infinity : width - 1
  let shown = new Set([head])
  const line = (parts: ReadonlySet<string>): string =>
    [head, bar, sum, rate, end].filter((part) => part !== '' && parts.has(part)).join(' ')
  for (const part of [end, bar, sum, rate]) {
    const more = new Set([...shown, part])
    if (displayWidth(line(more), screen) <= room) shown = more
  }
  return width === null ? line(shown) : cut(line(shown), room, screen)
}

/** The long steps that count: inquiries, notices, orders of EC-CUBE's database, lines and orders of a CSV file. */
export type CountedStep = 'inquiries' | 'notices' | 'pull' | 'reading' | 'import'

/** How far a long step has come. */
export interface Counted {
  readonly step: CountedStep
  readonly done: number
  /** Null where the number is not known before the end. */
  readonly total: number | null
  /** How many a second; null until it can be estimated. */
  readonly perSecond: number | null
  /** Japan time: when the step ends at this rate, `hh:mm`, with the date before it where that is a day away or more. */
  readonly expectedEnd: string | null
}

/** `毎秒8.3件`; below one a second so many a minute. */
function rateText(perSecond: number, unit: string, lang: Lang): string {
  const { rates } = TEXTS[lang]
  const [rate, count] = perSecond < 1 ? [rates.minute, perSecond * 60] : [rates.second, perSecond]
  // In Japanese the unit follows the number; in English it is left out.
  return rate(`${count < 100 ? count.toFixed(1) : grouped(Math.round(count))}${unit}`)
}

/**
 * `ペイジェントに照会中 120/300件（40%） 毎秒8.3件 16:42ごろ終了`: one line, never wider than the terminal. What does not fit is
 * left out, the rate first, the end last.
 */
export function countLine({ step, done, total, perSecond, expectedEnd }: Counted, screen: Screen): string {
  const { lang, width } = screen
  const texts = TEXTS[lang]
  const unit = step === 'reading' ? texts.units.line : texts.units.other
  const head = `${texts.steps[step]} ${grouped(done)}${total === null ? '' : `/${grouped(total)}`}${unit}`
  // Rounded down, so that 100 % is never shown before the end.
  const percent = total === null || total === 0 ? '' : texts.percent(Math.floor((done / total) * 100))
  const rate = perSecond === null ? '' : rateText(perSecond, unit, lang)
  const end = expectedEnd === null ? '' : texts.end(expectedEnd)
  const lines = [[head + percent, rate, end], [head + percent, end], [head, end], [head]]
  const written = lines.map((parts) => parts.filter((part) => part !== '').join(' '))
  if (width === null) return written[0] ?? head
  return written.find((line) => displayWidth(line, screen) < width) ?? cut(head, width - 1, screen)
}
