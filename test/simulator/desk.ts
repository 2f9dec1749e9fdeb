// The simulator without the wire: an in-memory ledger behind an office, and a clock that moves only on command.
import { FixedClock, msOfIso } from '../../src/clock.js'
import { addPayments, type SimulatedPayment } from '../../src/simulator/given-payments.js'
import { parseFaults } from '../../src/simulator/faults.js'
import { openLedger } from '../../src/simulator/ledger.js'
import { openOffice } from '../../src/simulator/office.js'
import { SIMULATOR_LOGIN, type TelegramCode, TELEGRAM_PATHS } from '../../src/simulator/telegram.js'

export const START_MS = msOfIso('2026-04-10T12:00:00+09:00')
export const DAY_MS = 86_400_000

export type Sent = Readonly<Record<string, string>>

export const LOGIN_FIELDS: Sent = {
  merchant_id: SIMULATOR_LOGIN.merchantId,
  connect_id: SIMULATOR_LOGIN.connectId,
  connect_password: SIMULATOR_LOGIN.connectPassword,
}

/** Plain ASCII values only. */
export const formOf = (fields: Sent): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')

export const telegramForm = (telegram: string, fields: Sent = {}): string =>
  formOf({ ...LOGIN_FIELDS, telegram_kind: telegram, telegram_version: '1.0', ...fields })

export function answerOf(body: Buffer): Record<string, string> {
  const text = new TextDecoder('shift_jis', { fatal: true }).decode(body)
  if (!text.endsWith('\r\n')) throw new Error(`the last line is open: ${text}`)
  const lines = text.slice(0, -2).split('\r\n')
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}

export const card = (paymentId: string, status = '20', amountYen = 1000): SimulatedPayment => ({
  paymentId,
  tradingId: `t${paymentId}`,
  method: 'credit',
  carrier: null,
  amountYen,
  status,
  authorizedAt: null,
})

export const carried = (
  paymentId: string,
  carrier: 'docomo' | 'au' | 'softbank',
  status = '20',
  amountYen = 1000,
): SimulatedPayment => ({ ...card(paymentId, status, amountYen), method: 'carrier', carrier })

/** Where the simulator's pages would be; no server is there. */
export const PAGES = 'http://127.0.0.1:4480'

export function openDesk(
  payments: readonly SimulatedPayment[] = [],
  faults: unknown = [],
  pagesUrl: string | null = PAGES,
) {
  const clock = new FixedClock(START_MS)
  const ledger = openLedger(':memory:')
  const office = openOffice(ledger, clock, SIMULATOR_LOGIN, pagesUrl)
  addPayments(ledger, payments, clock.nowMs())
  ledger.faults.replace(parseFaults(faults))
  const deliver = (path: string, body: string) => {
    const arrival = office.arrive(path, Buffer.from(body, 'latin1'))
    const shown = office.handle(arrival)
    office.finish(arrival)
    return shown
  }
  const send = (telegram: TelegramCode, fields: Sent = {}) =>
    answerOf(deliver(TELEGRAM_PATHS[telegram], telegramForm(telegram, fields)).body)
  const pay = (telegram: TelegramCode, paymentId: string, fields: Sent = {}) =>
    send(telegram, { trading_id: `t${paymentId}`, payment_id: paymentId, ...fields })
  return {
    clock,
    ledger,
    office,
    deliver,
    send,
    pay,
    status: (paymentId: string) => ledger.payments.find(paymentId)?.status,
    inquire: (paymentId: string) => pay('094', paymentId),
  }
}
