// Describes where the two generations of EC-CUBE keep the data that the mirror needs. Only these columns are ever
// read.
import { ECCUBE2_STATUS, ECCUBE4_STATUS } from '../domain/order-status.js'
import type { Dialect } from './session.js'

export const PRODUCTS = ['eccube2', 'eccube4'] as const
export type Product = (typeof PRODUCTS)[number]

/** The names that the columns of a row have once it is read, in every product. */
export interface RawOrder {
  readonly order_id: string
  readonly ordered_at: string | null
  readonly name01: string | null
  readonly name02: string | null
  readonly total: string | null
  readonly shipped_at: string | null
  readonly order_status: string | null
  readonly payment_id: string | null
  readonly payment_status: string | null
  readonly method: string | null
  readonly kind: string | null
  readonly error_text: string | null
  /** Left out when the user may not read it. */
  readonly method_text?: string | null
}

type Columns = Readonly<Record<Exclude<keyof RawOrder, 'method_text'>, string>> & { readonly method_text?: string }

export interface Layout {
  readonly name: string
  /** The columns that are read, by table. */
  readonly reads: Readonly<Record<string, readonly string[]>>
  /**
   * The same for columns that may be missing. Without the shop's own names of 対応状況 the standard names apply. Without
   * the text of the payment method, a change of it on the order page is not noticed.
   */
  readonly mayRead: Readonly<Record<string, readonly string[]>>
  /** The columns of `dtb_order` that are written. */
  readonly writes: readonly string[]
  readonly id: string
  readonly kind: string
  readonly paymentId: string
  readonly errorText: string
  /** A column that every write sets as well: the shop's own cursor. */
  readonly touches: string | null
  readonly statuses: Readonly<Record<string, string>>
  /** Returns the SELECT list, under the names of `RawOrder`. */
  columns(dialect: Dialect): Columns
  /** Selects orders of our methods that are neither hidden nor unfinished. */
  readonly where: string
  /**
   * Selects every order that is neither hidden nor unfinished, with any payment method; `method` is the column that
   * names the method.
   */
  readonly open: string
  readonly method: string
  /** Selects those of the remaining orders that were paid on Paygent's own page (リンク型). */
  readonly links: string
  /** The columns of the customer's name. */
  readonly names: readonly string[]
}

/** The values of memo08 and paygent_payment_method that are ours; all other values are not. */
export const METHODS = ['020', '100_1', '100_2', '100_3'] as const
const OURS = METHODS.map((method) => `'${method}'`).join(', ')

const OPEN2 = 'del_flg = 0 AND coalesce(status, 0) <> 7'
const OPEN4 = 'order_status_id NOT IN (7, 8)'

/** The same in both generations. */
const MAY_READ = { dtb_order: ['payment_method'], mtb_order_status: ['id', 'name'] } as const

/** Adds the text of the payment method to the columns that are read. Both generations keep it in the same column. */
export const withMethodText = (layout: Layout): Layout => ({
  ...layout,
  columns: (dialect) => ({ ...layout.columns(dialect), method_text: 'payment_method' }),
})

const ECCUBE2: Layout = {
  name: 'EC-CUBE 2',
  reads: {
    dtb_order: [
      'order_id',
      'create_date',
      'order_name01',
      'order_name02',
      'payment_total',
      'commit_date',
      'status',
      'del_flg',
      'memo01',
      'memo05',
      'memo06',
      'memo07',
      'memo08',
      'memo09',
    ],
  },
  mayRead: MAY_READ,
  writes: ['memo05', 'memo06', 'memo09'],
  id: 'order_id',
  kind: 'memo09',
  paymentId: 'memo06',
  errorText: 'memo05',
  touches: null,
  statuses: ECCUBE2_STATUS,
  columns: ({ localTime }) => ({
    order_id: 'order_id',
    ordered_at: localTime('create_date'),
    name01: 'order_name01',
    name02: 'order_name02',
    total: 'payment_total',
    shipped_at: localTime('commit_date'),
    order_status: 'status',
    payment_id: 'memo06',
    payment_status: 'memo07',
    method: 'memo08',
    kind: 'memo09',
    error_text: 'memo05',
  }),
  open: OPEN2,
  method: 'memo08',
  where: `${OPEN2} AND memo01 IN ('mdl_paygent', '9') AND memo08 IN (${OURS})`,
  links: `${OPEN2} AND memo01 IN ('mdl_paygent', '9') AND memo08 = 'link'`,
  names: ['order_name01', 'order_name02'],
}

/** The date on which the last parcel left, once every parcel has left. */
const SHIPPED = `(SELECT CASE WHEN count(*) = count(s.shipping_date) THEN max(s.shipping_date) END
  FROM dtb_shipping s WHERE s.order_id = dtb_order.id)`

const ECCUBE4: Layout = {
  name: 'EC-CUBE 4',
  reads: {
    dtb_order: [
      'id',
      'order_date',
      'name01',
      'name02',
      'payment_total',
      'order_status_id',
      'paygent_code',
      'paygent_payment_id',
      'paygent_payment_status',
      'paygent_payment_method',
      'paygent_kind',
      'paygent_error',
      'update_date',
    ],
    dtb_shipping: ['order_id', 'shipping_date'],
  },
  mayRead: MAY_READ,
  writes: ['paygent_error', 'paygent_payment_id', 'paygent_kind', 'update_date'],
  id: 'id',
  kind: 'paygent_kind',
  paymentId: 'paygent_payment_id',
  errorText: 'paygent_error',
  touches: 'update_date',
  statuses: ECCUBE4_STATUS,
  columns: ({ fromUtc }) => ({
    order_id: 'id',
    ordered_at: fromUtc('order_date'),
    name01: 'name01',
    name02: 'name02',
    total: 'payment_total',
    shipped_at: fromUtc(SHIPPED),
    order_status: 'order_status_id',
    payment_id: 'paygent_payment_id',
    payment_status: 'paygent_payment_status',
    method: 'paygent_payment_method',
    kind: 'paygent_kind',
    error_text: 'paygent_error',
  }),
  open: OPEN4,
  method: 'paygent_payment_method',
  where: `paygent_code = 'PaygentPayment' AND ${OPEN4} AND paygent_payment_method IN (${OURS})`,
  links: `paygent_code = 'PaygentPayment' AND ${OPEN4} AND paygent_payment_method = 'link'`,
  names: ['name01', 'name02'],
}

export const LAYOUTS = { eccube2: ECCUBE2, eccube4: ECCUBE4 } as const satisfies Record<Product, Layout>
