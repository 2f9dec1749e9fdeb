// A shop's own side towards Paygent, in words of our own: its checkout, and its receiver of notices with the rules of
// EC-CUBE's Paygent modules, over the rows of a real database. It shares no code with src/shop.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { atEnd, type Simulator } from '../e2e/program.js'
import type { TelegramCode } from '../../src/simulator/telegram.js'
import { callPage, submit } from '../simulator/browser-client.js'
import { ask } from '../simulator/tls.js'
import type { DatabaseServer } from './database-server.js'
import { shopIn } from './desk.js'
import { fixtureShop, type Product } from './fixture-shop.js'

export type PaidBy = 'credit' | 'docomo' | 'au' | 'softbank'

/** How the shop hears of its payments: a push with or without a hash, or a batch of its own that asks by 091. */
export type Hearing = { readonly by: 'push'; readonly key: string | null } | { readonly by: '091' }

const COLUMNS = {
  eccube2: {
    id: 'order_id',
    status: 'status',
    paymentId: 'memo06',
    paymentStatus: 'memo07',
    noticeId: 'memo10',
    total: 'payment_total',
    kind: 'memo09',
    error: 'memo05',
  },
  eccube4: {
    id: 'id',
    status: 'order_status_id',
    paymentId: 'paygent_payment_id',
    paymentStatus: 'paygent_payment_status',
    noticeId: 'payment_notice_id',
    total: 'payment_total',
    kind: 'paygent_kind',
    error: 'paygent_error',
  },
} as const satisfies Record<Product, Record<string, string>>

/** The same number in both products. */
const IN_CHECKOUT = '7'
const [PAID, CANCELLED] = ['6', '3']

/** The 対応状況 that each status of a notice leaves; null leaves it as it is. A status that is not here is dropped. */
type Leaves = Readonly<Record<string, string | null>>
const CANCELS = { '32': CANCELLED, '33': CANCELLED, '60': CANCELLED }
const LEAVES = {
  eccube2: {
    credit: { '20': '2', '40': PAID, ...CANCELS },
    carrier: { '20': '2', '21': '2', '40': PAID, '44': PAID, ...CANCELS },
  },
  eccube4: {
    credit: { '20': '1', '40': PAID, ...CANCELS },
    carrier: { '20': '1', '21': '1', '40': PAID, '44': null, ...CANCELS },
  },
} as const satisfies Record<Product, Record<'credit' | 'carrier', Leaves>>

const METHOD = { credit: '020', docomo: '100_1', au: '100_2', softbank: '100_3' } as const satisfies Record<
  PaidBy,
  string
>

export interface Notice {
  readonly fields: Readonly<Record<string, string>>
  readonly fate: 'taken' | 'wrong hash' | 'no such order' | 'other status' | 'other payment' | 'other amount' | 'alert'
}

type Row = Readonly<Record<string, string | null>>

const clientOf = ({ url, ca, clientCert }: Simulator) => ({
  url,
  ca: readFileSync(ca, 'utf8'),
  clientCert: readFileSync(clientCert, 'utf8'),
  passphrase: 'changeit',
})

export class ShopFront {
  /** What came, in order, and what became of it. */
  readonly notices: Notice[] = []
  readonly #columns
  #gate: Promise<void> = Promise.resolve()
  /** It answers 503 and looks at nothing. */
  isDown = false
  url = ''

  private constructor(
    private readonly server: DatabaseServer,
    private readonly database: string,
    private readonly product: Product,
    private readonly hearing: Hearing,
  ) {
    this.#columns = COLUMNS[product]
  }

  /** Opens a shop that nobody has ordered from. @returns its address for `paygent`, too */
  static async open(server: DatabaseServer, product: Product, hearing: Hearing) {
    const { database, url } = await shopIn(server, product, fixtureShop(product, server.kind))
    const front = new ShopFront(server, database, product, hearing)
    if (product === 'eccube4') await front.sql('DELETE FROM dtb_shipping')
    await front.sql('DELETE FROM dtb_order')
    if (hearing.by === 'push') await front.#listen()
    return { front, url }
  }

  /** The options with which the simulator has pages for its customers, and pushes to it. */
  get simulatorOptions(): readonly string[] {
    const { hearing, url } = this
    const pages = ['--browser-port', '0']
    if (hearing.by === '091') return pages
    return [...pages, '--notify', url, ...(hearing.key === null ? [] : ['--notify-key', hearing.key])]
  }

  /** Keeps notices waiting at the door until the returned function is called. */
  hold(): () => void {
    let release = (): void => undefined
    this.#gate = new Promise((resolve) => (release = resolve))
    return release
  }

  async #listen(): Promise<void> {
    const http = createServer((request, response) => {
      void this.#answer(request).then(
        ([status, body]) => response.writeHead(status).end(body),
        (error: unknown) => response.writeHead(500).end(String(error)),
      )
    })
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    atEnd(() => {
      http.close()
      http.closeAllConnections()
    })
    this.url = `http://127.0.0.1:${(http.address() as AddressInfo).port}/paygent_payment_difference_notice`
  }

  async #answer(request: IncomingMessage): Promise<readonly [status: number, body: string]> {
    const fields = Object.fromEntries(new URLSearchParams(await text(request)))
    if (this.isDown) return [503, '']
    await this.#gate
    const fate = await this.receive(fields)
    return [200, `result = ${fate === 'wrong hash' ? '1' : '0'}\n`]
  }

  /** The module's rules, in its order. Whatever is dropped is answered as taken, but for a wrong hash. */
  async receive(fields: Notice['fields']): Promise<Notice['fate']> {
    const fate = this.#hashFits(fields) ? await this.#take(fields) : 'wrong hash'
    this.notices.push({ fields, fate })
    return fate
  }

  #hashFits(fields: Notice['fields']): boolean {
    const { hearing } = this
    if (hearing.by === '091' || hearing.key === null) return true
    const told = ['payment_notice_id', 'payment_id', 'trading_id', 'payment_type', 'payment_amount']
    const hashed = `${told.map((name) => fields[name] ?? '').join('')}${hearing.key}`
    return fields['hc'] === createHash('sha256').update(hashed).digest('hex')
  }

  async #take(fields: Notice['fields']): Promise<Notice['fate']> {
    const { payment_id: paymentId = '', payment_status: status = '', payment_type: type = '' } = fields
    const { product, hearing } = this
    const row = await this.row(fields['trading_id'] ?? '')
    if (row === null) return 'no such order'
    const stored = row[this.#columns.paymentId] ?? ''
    // EC-CUBE 4 takes the payment of the first notice; the batch of EC-CUBE 2 looks at no amount.
    if (stored !== paymentId && !(product === 'eccube4' && stored === '')) return 'other payment'
    const isSameAmount = Number(row[this.#columns.total]) === Number(fields['payment_amount'])
    if (hearing.by === 'push' && !isSameAmount) return 'other amount'
    const leaves: Leaves = LEAVES[product][type === '02' ? 'credit' : 'carrier']
    const left = leaves[status]
    if (left === undefined) return 'other status'
    // EC-CUBE 4 writes an e-mail to the shop about a carrier's second authorisation, and changes nothing.
    const isFinished = row[this.#columns.status] !== IN_CHECKOUT
    if (product === 'eccube4' && type === '06' && status === '20' && isFinished) return 'alert'
    await this.#update(fields, left)
    return 'taken'
  }

  async #update(fields: Notice['fields'], left: string | null): Promise<void> {
    const { id, status, paymentId, paymentStatus, noticeId } = this.#columns
    const orderId = fields['trading_id'] ?? ''
    const sets = [
      `${paymentId} = '${fields['payment_id'] ?? ''}'`,
      `${paymentStatus} = '${fields['payment_status'] ?? ''}'`,
      `${noticeId} = '${fields['payment_notice_id'] ?? ''}'`,
      ...(left === null ? [] : [`${status} = ${left}`]),
    ]
    const same = `coalesce(${paymentId}, '') IN ('', '${fields['payment_id'] ?? ''}')`
    await this.sql(`UPDATE dtb_order SET ${sets.join(', ')} WHERE ${id} = ${orderId} AND ${same}`)
  }

  /** The shop's own batch: 091 until there is none, and each notice as if it had been pushed. */
  async poll(simulator: Simulator): Promise<void> {
    const client = clientOf(simulator)
    for (;;) {
      await this.#gate
      const fields = await ask(client, '091')
      if (fields['success_code'] !== '0') return
      await this.receive(fields)
    }
  }

  /** Returns once the shop has answered every notice. */
  async heard(simulator: Simulator): Promise<void> {
    const polls = this.hearing.by === '091'
    if (polls) await this.poll(simulator)
    for (;;) {
      const notices = (await simulator.get('notices')) as { pushedAt: string | null; delivered: boolean }[]
      if (notices.every(({ pushedAt, delivered }) => (polls ? delivered : pushedAt !== null))) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  /** A customer orders, pays, and is back in the shop, which knows the payment from then on. */
  async checkOut(simulator: Simulator, orderId: string, paidBy: PaidBy, yen: number): Promise<void> {
    const release = this.hold()
    await this.#insert(orderId, paidBy, yen)
    const paymentId = await (paidBy === 'credit'
      ? payByCard(simulator, orderId, yen)
      : payByCarrier(simulator, orderId, paidBy, yen))
    await this.change(orderId, { [this.#columns.paymentId]: `'${paymentId}'` })
    release()
  }

  #insert(orderId: string, paidBy: PaidBy, yen: number): Promise<unknown> {
    const { id, status, total } = this.#columns
    const values: Record<string, string> = {
      [id]: orderId,
      [status]: IN_CHECKOUT,
      [total]: String(yen),
      create_date: 'CURRENT_TIMESTAMP',
      update_date: 'CURRENT_TIMESTAMP',
      payment_method: `'クレジット'`,
      ...(this.product === 'eccube2'
        ? { order_name01: `'架空'`, memo01: `'mdl_paygent'`, memo05: `''`, memo08: `'${METHOD[paidBy]}'`, memo09: `''` }
        : {
            name01: `'架空'`,
            name02: `'花江'`,
            order_date: 'CURRENT_TIMESTAMP',
            paygent_code: `'PaygentPayment'`,
            paygent_payment_method: `'${METHOD[paidBy]}'`,
          }),
    }
    const [names, all] = [Object.keys(values).join(', '), Object.values(values).join(', ')]
    return this.sql(`INSERT INTO dtb_order (${names}) VALUES (${all})`)
  }

  /**
   * Staff press a button on the order's page: the module sends the telegram and writes what its answer says.
   * @param yen the amount of a sale for less
   */
  async operate(simulator: Simulator, orderId: string, telegram: TelegramCode, yen: number | null): Promise<void> {
    const { paymentId } = await this.standing(orderId)
    const amount: Record<string, string> =
      yen === null
        ? {}
        : telegram === '029'
          ? { payment_amount: String(yen), reduction_flag: '0' }
          : { amount: String(yen) }
    const ids = { trading_id: orderId, payment_id: paymentId ?? '' }
    const answer = await ask(clientOf(simulator), telegram, { ...ids, ...amount })
    if (answer['result'] !== '0') throw new Error(`${telegram} of order ${orderId}: ${JSON.stringify(answer)}`)
    const { kind, paymentId: payment, error } = this.#columns
    await this.change(orderId, { [kind]: `'${telegram}'`, [payment]: `'${answer['payment_id'] ?? ''}'`, [error]: `''` })
  }

  /** Staff or the module change columns of an order; the values are SQL. */
  change(orderId: string, values: Readonly<Record<string, string | number>>): Promise<unknown> {
    const sets = Object.entries(values).map(([column, value]) => `${column} = ${value}`)
    return this.sql(`UPDATE dtb_order SET ${sets.join(', ')} WHERE ${this.#columns.id} = ${orderId}`)
  }

  async row(orderId: string): Promise<Row | null> {
    const [row] = await this.sql(`SELECT * FROM dtb_order WHERE ${this.#columns.id} = ${Number(orderId)}`)
    return row ?? null
  }

  /** The name of its 対応状況, its payment id, and the status of the last notice that the module has taken. */
  async standing(orderId: string) {
    const { id, status, paymentId, paymentStatus } = this.#columns
    const [row] = await this.sql(
      `SELECT s.name AS name, ${paymentId} AS payment, ${paymentStatus} AS heard
       FROM dtb_order o JOIN mtb_order_status s ON s.id = o.${status} WHERE o.${id} = ${orderId}`,
    )
    return { orderStatus: row?.['name'] ?? null, paymentId: row?.['payment'] ?? null, heard: row?.['heard'] ?? null }
  }

  sql(statement: string): Promise<readonly Row[]> {
    return this.server.admin(statement, this.database)
  }
}

async function payByCard(simulator: Simulator, orderId: string, yen: number): Promise<string> {
  const fields = { trading_id: orderId, payment_amount: String(yen), payment_class: '10', card_token: 'tok_1234' }
  const answer = await ask(clientOf(simulator), '020', { ...fields, '3dsecure_use_type': '1', '3dsecure_ryaku': '1' })
  const { result, payment_id: paymentId = '' } = answer
  if (result !== '0') throw new Error(`the card was refused: ${JSON.stringify(answer)}`)
  return paymentId
}

const CAREER_TYPE = { docomo: '5', au: '4', softbank: '6' } as const

/** docomo and au ask the customer for an open id first; softbank does not. @returns the payment, which the shop has in its row by then */
async function payByCarrier(simulator: Simulator, orderId: string, carrier: Exclude<PaidBy, 'credit'>, yen: number) {
  const client = clientOf(simulator)
  const order = { trading_id: orderId, career_type: CAREER_TYPE[carrier], cancel_url: `${SHOP}/cancelled` }
  const consent = carrier === 'softbank' ? null : await ask(client, '104', { ...order, redirect_url: `${SHOP}/back` })
  const openId = consent === null ? '' : ((await agree(simulator, consent)).searchParams.get('open_id') ?? '')
  const fields = { ...order, amount: String(yen), open_id: openId, return_url: `${SHOP}/done?order=${orderId}` }
  const applied = await ask(client, '100', fields)
  const { pathname, searchParams } = await agree(simulator, applied)
  const back = [pathname, searchParams.get('order'), searchParams.get('trading_id'), searchParams.get('payment_id')]
  const { payment_id: paymentId = '' } = applied
  if (back.join() !== ['/done', orderId, orderId, paymentId].join())
    throw new Error(`the customer is at ${back.join()}`)
  return paymentId
}

const SHOP = 'https://shop.example'

/** The customer's browser: opens the page to which it is sent, presses its button, and is sent on. */
async function agree({ browserUrl }: Simulator, answer: Readonly<Record<string, string>>): Promise<URL> {
  const { redirect_url: address = '' } = answer
  if (browserUrl === null || !address.startsWith(browserUrl)) throw new Error(`no page: ${JSON.stringify(answer)}`)
  const { pathname } = new URL(address)
  const page = await callPage(browserUrl, pathname)
  if (page.status !== 200 || !page.body.includes('【シミュレーター】')) throw new Error(`${page.status} ${page.body}`)
  const { status, headers } = await submit(browserUrl, pathname, { answer: 'agree' })
  if (status !== 303) throw new Error(`the page answers ${status}`)
  return new URL(String(headers['location']))
}
