// Lists Paygent's response codes in one table: how a batch handles each, its meaning for staff, and the sets it is in.

/** How a batch handles a code. */
export type Handling =
  /** Refused before anything was touched: login, address, certificate. The batch stops. */
  | 'stop-login'
  /** Maintenance and the like. The batch stops. */
  | 'stop'
  /** This method is not contracted: the batch's other orders of that telegram are left out. */
  | 'not-contracted'
  /** The request is malformed or out of range. The same code three times in a row stops the batch. */
  | 'malformed'
  /** An inquiry follows; if nothing moved, the request is tried again after a pause. */
  | 'busy'
  /** Two 091 at once; the later one is asked again after a pause. */
  | 'notice-busy'
  /** The acquirer did not answer in time. */
  | 'acquirer-timeout'
  /** Paygent's refusal is final. The inquiry only brings the mirror up to date. */
  | 'rejected'
  /** A correction that broke off between two payments. */
  | 'half-done'
  /** The inquiry decides. */
  | 'inquire'

/** The meaning of a code for staff. Each meaning has its advice in src/ui. */
export type CodeMeaning =
  | 'login'
  | 'closed'
  | 'not-contracted'
  | 'not-contracted-correction'
  | 'malformed'
  | 'busy'
  | 'notice-busy'
  | 'acquirer-timeout'
  | 'expired'
  | 'status-conflict'
  | 'no-single-payment'
  | 'half-authorised'
  | 'half-sale-failed'
  | 'charged-twice'
  | 'amount'
  | 'three-d-secure'
  | 'au-user'
  | 'au-gone'
  | 'au-no-cancel'
  | 'au-no-correction'
  | 'card'
  | 'carrier'
  | 'system'
  | 'unknown-code'

type CodeSet = 'not-correctable' | 'of-inquiries'

interface CodeRow {
  /** A pattern matches the codes that no row names. */
  readonly codes: readonly string[] | RegExp
  readonly handling: Handling
  readonly meaning: CodeMeaning
  readonly sets?: readonly CodeSet[]
}

/** Paygent knows no payment under the id. */
export const NO_PAYMENT = '13001'
/** Paygent has several payments under the trading id. The operator names the one of the order. */
export const SEVERAL_PAYMENTS = '13002'

// docs/wire.md#response-codes
const TABLE: readonly CodeRow[] = [
  { codes: ['P001', 'P002', 'P003', 'P004', 'P015', 'P016'], handling: 'stop-login', meaning: 'login' },
  { codes: ['P017', 'P018'], handling: 'stop', meaning: 'closed' },
  { codes: ['P007'], handling: 'not-contracted', meaning: 'not-contracted' },
  {
    codes: ['P029'],
    handling: 'not-contracted',
    meaning: 'not-contracted-correction',
    sets: ['not-correctable'],
  },
  {
    codes: ['P005', 'P006', 'P008', 'P009', 'P010', 'P011', 'P012', 'P013', 'P014'],
    handling: 'malformed',
    meaning: 'malformed',
  },
  { codes: ['E001'], handling: 'inquire', meaning: 'system' },
  { codes: ['E002', '9005'], handling: 'busy', meaning: 'busy' },
  { codes: ['9004'], handling: 'notice-busy', meaning: 'notice-busy' },
  { codes: ['2001', '2002'], handling: 'inquire', meaning: 'card' },
  { codes: ['2004', '7003'], handling: 'rejected', meaning: 'status-conflict' },
  { codes: ['2005', '2006', '7001', '7002'], handling: 'rejected', meaning: 'no-single-payment' },
  {
    codes: [NO_PAYMENT, SEVERAL_PAYMENTS],
    handling: 'rejected',
    meaning: 'no-single-payment',
    sets: ['of-inquiries'],
  },
  { codes: ['2007'], handling: 'rejected', meaning: 'expired' },
  { codes: ['2008'], handling: 'acquirer-timeout', meaning: 'acquirer-timeout' },
  { codes: ['2010'], handling: 'half-done', meaning: 'half-authorised' },
  { codes: ['2011'], handling: 'half-done', meaning: 'half-sale-failed' },
  { codes: ['2012'], handling: 'half-done', meaning: 'charged-twice' },
  { codes: ['2013'], handling: 'rejected', meaning: 'amount', sets: ['not-correctable'] },
  { codes: ['2014'], handling: 'rejected', meaning: 'three-d-secure', sets: ['not-correctable'] },
  {
    codes: ['7101', '7105', '7301', '7302', '7401', '7402', '7501', '7502'],
    handling: 'inquire',
    meaning: 'carrier',
  },
  { codes: ['7405'], handling: 'rejected', meaning: 'au-user' },
  { codes: ['7406'], handling: 'rejected', meaning: 'au-gone' },
  { codes: ['7408'], handling: 'rejected', meaning: 'au-no-cancel' },
  { codes: ['7409'], handling: 'rejected', meaning: 'au-no-correction', sets: ['not-correctable'] },
  // Paygent gives every P0xx before it touches anything, so an unknown one is a fault of the request.
  { codes: /^P0\d\d$/, handling: 'malformed', meaning: 'unknown-code' },
]

const ANY_OTHER: CodeRow = { codes: /^/, handling: 'inquire', meaning: 'unknown-code' }

const namedIn = ({ codes }: CodeRow): readonly string[] => (codes instanceof RegExp ? [] : codes)

function rowOf(code: string): CodeRow {
  const row = TABLE.find(({ codes }) => (codes instanceof RegExp ? codes.test(code) : codes.includes(code)))
  return row ?? ANY_OTHER
}

/** How a batch handles a code of a result 1. An inquiry decides about a code that no row fits. */
export const handlingOf = (code: string): Handling => rowOf(code).handling

export const meaningOfCode = (code: string): CodeMeaning => rowOf(code).meaning

const codesWhere = (fits: (row: CodeRow) => boolean): readonly string[] => TABLE.filter(fits).flatMap(namedIn)

/** Every code that a row names. */
export const KNOWN_CODES = codesWhere(() => true)

/** Codes that call the request itself malformed: its order is not sent again before its data change. */
export const MALFORMED_CODES = codesWhere(({ handling }) => handling === 'malformed')

/** Paygent knows no single payment under the id: an answer, not a fault. */
export const NO_SINGLE_PAYMENT_CODES = codesWhere(({ meaning }) => meaning === 'no-single-payment')

/** The payment cannot be corrected, or not to this amount. */
export const NOT_CORRECTABLE_CODES = codesWhere(({ sets }) => sets?.includes('not-correctable') === true)

/** Codes of inquiries (094). A refused money telegram has other codes for the same meaning. */
export const INQUIRY_CODES = codesWhere(({ sets }) => sets?.includes('of-inquiries') === true)
