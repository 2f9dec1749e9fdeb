// Prints the settings for a client when `paygent simulator` listens, ready for an .env file.
import { grouped, listTime } from '../text/numbers.js'
import { safe } from '../text/width.js'
import { type Lang, bothLanguages } from './screen.js'

export interface SimulatorFacts {
  readonly url: string
  /** The same server under the names of `--host`. */
  readonly otherUrls: readonly string[]
  /** Of the pages for a browser; null without them. */
  readonly browserUrl: string | null
  readonly ca: string
  readonly clientCert: string
  readonly passphrase: string
  readonly merchantId: string
  readonly connectId: string
  readonly connectPassword: string
}

/** The contents of the ledger before this start. */
export interface FoundLedger {
  readonly payments: number
  readonly faults: number
  /** ISO, Japan time. */
  readonly now: string
  readonly offsetMs: number
}

/** A value of the CSV that the ledger has otherwise. */
export interface LedgerDifference {
  readonly paymentId: string
  readonly field: 'tradingId' | 'method' | 'carrier' | 'amountYen' | 'status' | 'authorizedAt'
  readonly ledger: string | number | null
  readonly given: string | number | null
}

/** A telegram once it was carried out; `result` and `code` are null where the client gets none. */
export interface TelegramFacts {
  readonly at: string
  readonly seq: number
  readonly telegram: string
  readonly paymentId: string
  readonly tradingId: string
  readonly amountYen: number | null
  readonly result: string | null
  readonly code: string | null
  readonly shows: string
}

/** One try to push a notice to the shop. */
export interface PushFacts {
  readonly at: string
  readonly noticeId: number
  readonly paymentId: string
  readonly status: string
  readonly answer: string
}

const JA = {
  running: 'シミュレーターを起動しました。Ctrl-C で終了します。',
  settings: '接続するには次の設定を使います：',
  others: (urls: string) => `ほかの名前：${urls}`,
  browser: (url: string) => `ブラウザー用のページ：${url}`,
  found: '前回の台帳を使います：',
  payments: (count: string) => `決済 ${count}件`,
  faults: (count: string) => `障害 ${count}件`,
  clock: (now: string) => `時計は ${now}`,
  comma: '、',
  empty: '空の台帳で始めるには：',
  differing: (count: string) => `CSV の値が台帳と違います（${count}件）。台帳の値を使います：`,
  difference: (id: string, field: string, ledger: string, given: string) =>
    `決済ID ${id} の${field}：台帳 ${ledger}、CSV ${given}`,
  more: (count: string) => `ほか ${count}件`,
  none: '（なし）',
  fields: {
    tradingId: '取引ID',
    method: '支払方法',
    carrier: 'キャリア',
    amountYen: '金額',
    status: '決済ステータス',
    authorizedAt: 'オーソリ日時',
  },
}

const EN: typeof JA = {
  running: 'The simulator is running. Ctrl-C ends it.',
  settings: 'To connect, use these settings:',
  others: (urls: string) => `Other names: ${urls}`,
  browser: (url: string) => `Pages for a browser: ${url}`,
  found: 'The ledger of an earlier start is used: ',
  payments: (count: string) => `payments ${count}`,
  faults: (count: string) => `faults ${count}`,
  clock: (now: string) => `clock ${now}`,
  comma: ', ',
  empty: 'To begin with an empty ledger: ',
  differing: (count: string) => `The CSV differs from the ledger (${count}). The ledger's values are used:`,
  difference: (id: string, field: string, ledger: string, given: string) =>
    `payment ${id}, ${field}: ledger ${ledger}, CSV ${given}`,
  more: (count: string) => `${count} more`,
  none: '(none)',
  fields: {
    tradingId: 'trading id',
    method: 'method',
    carrier: 'carrier',
    amountYen: 'amount',
    status: 'payment status',
    authorizedAt: 'authorised at',
  },
}

const TEXTS = bothLanguages(JA, EN)

export function simulatorText(facts: SimulatorFacts, lang: Lang): string {
  const { running, settings, others, browser, comma } = TEXTS[lang]
  return [
    `${running} ${facts.url}`,
    ...(facts.otherUrls.length > 0 ? [others(facts.otherUrls.join(comma))] : []),
    ...(facts.browserUrl === null ? [] : [browser(facts.browserUrl)]),
    settings,
    '  PAYGENT_ENVIRONMENT=simulator',
    `  PAYGENT_ENDPOINT=${facts.url}`,
    `  PAYGENT_MERCHANT_ID=${facts.merchantId}`,
    `  PAYGENT_CONNECT_ID=${facts.connectId}`,
    `  PAYGENT_CONNECT_PASSWORD=${facts.connectPassword}`,
    `  PAYGENT_CLIENT_CERT=${facts.clientCert}`,
    `  PAYGENT_CLIENT_CERT_PASSPHRASE=${facts.passphrase}`,
    `  PAYGENT_CA_CERT=${facts.ca}`,
  ].join('\n')
}

export const simulatorJson = (
  { url, otherUrls, browserUrl, ca, clientCert, merchantId, connectId, connectPassword }: SimulatorFacts,
  found: FoundLedger,
  differing: readonly LedgerDifference[],
) => ({ url, otherUrls, browserUrl, ca, clientCert, merchantId, connectId, connectPassword, found, differing })

const WITHOUT_FILE = 'paygent simulator --state :memory:'

/** The parts of an earlier start that go on: payments, a moved clock, faults. Empty where there is none. */
export function foundText({ payments, faults, now, offsetMs }: FoundLedger, lang: Lang): string {
  const texts = TEXTS[lang]
  const parts = [
    ...(payments > 0 ? [texts.payments(grouped(payments))] : []),
    ...(offsetMs !== 0 ? [texts.clock(listTime(now))] : []),
    ...(faults > 0 ? [texts.faults(grouped(faults))] : []),
  ]
  if (parts.length === 0) return ''
  return `${texts.found}${parts.join(texts.comma)}\n${texts.empty}${WITHOUT_FILE}\n`
}

const SHOWN_DIFFERENCES = 10

/** Names the values of the CSV that the ledger has otherwise, ten at most. Empty where there is none. */
export function differingText(differing: readonly LedgerDifference[], lang: Lang): string {
  const texts = TEXTS[lang]
  if (differing.length === 0) return ''
  const shown = (value: string | number | null): string => (value === null ? texts.none : safe(String(value)))
  const lines = differing
    .slice(0, SHOWN_DIFFERENCES)
    .map(({ paymentId, field, ledger, given }) =>
      texts.difference(paymentId, texts.fields[field], shown(ledger), shown(given)),
    )
  const more = differing.length - lines.length
  const all = [texts.differing(grouped(differing.length)), ...lines.map((line) => `  ${line}`)]
  return `${[...all, ...(more > 0 ? [`  ${texts.more(grouped(more))}`] : [])].join('\n')}\n`
}

/** One line for a telegram, the same in both languages: names and values as on the wire. */
export function telegramLine(facts: TelegramFacts): string {
  const { at, seq, telegram, paymentId, tradingId, amountYen, result, code, shows } = facts
  const pairs = [
    ['payment_id', paymentId],
    ['trading_id', tradingId],
    ['amount', amountYen === null ? '' : String(amountYen)],
    ['result', result ?? ''],
    ['response_code', code ?? ''],
    ['shows', shows === 'reply' ? '' : shows],
  ].filter(([, value]) => value !== '')
  const said = pairs.map(([name, value]) => `${name}=${value}`).join(' ')
  return safe(`${at} #${seq} ${telegram || '-'} ${said}`.trimEnd())
}

/** The same for a pushed notice, with the first line of what came back. */
export const pushLine = ({ at, noticeId, paymentId, status, answer }: PushFacts): string =>
  safe(
    `${at} push payment_notice_id=${noticeId} payment_id=${paymentId} payment_status=${status} answer=${answer.split('\n')[0]}`,
  )
