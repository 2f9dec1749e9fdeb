// Expected values, typed by hand; none of them is computed by the code under test.
import type { Carrier, Kind } from '../../src/domain/order.js'
import { cell, grid } from './grid.js'

/** Every status, none, and 77 for "any other two digits". */
export const STATUSES: readonly string[] =
  'none 10 11 13 14 15 17 20 21 22 30 31 32 33 34 35 36 37 40 41 42 44 50 60 62 77'.split(' ')

export const ALL_KINDS: readonly Kind[] = ['', '020', '0201', '0291', '021', '022', '023', '029', '101', '102', '103']

// A status learnt before the accepted request. 102 on a card order is a pair that the page does not name: asked.
const BEFORE = grid(`
kind         none 10  11  13  14  15  17  20  21  22  30  31  32  33  34  35  36  37  40  41  42  44  50  60  62  77
-            ask  10  11  13  14  15  17  20  21  22  30  31  32  33  34  35  36  37  40  41  42  44  50  60  62  77
020          ask  10  11  13  14  15  17  20  21  22  30  31  32  33  34  35  36  37  40  41  42  44  50  60  62  77
0201         shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop
0291         shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop shop
022          40   10  11  13  14  15  17  40  40  22  40  31  32  33  40  40  36  37  40  41  42  44  50  60  62  77
029          40   10  11  13  14  15  17  40  40  22  40  31  32  33  40  40  36  37  40  41  42  44  50  60  62  77
101          40   10  11  13  14  15  17  40  40  22  40  31  32  33  40  40  36  37  40  41  42  44  50  60  62  77
103          40   10  11  13  14  15  17  40  40  22  40  31  32  33  40  40  36  37  40  41  42  44  50  60  62  77
021          32   32  32  32  32  32  32  32  32  32  32  32  32  32  32  32  32  32  32  32  32  32  32  32  32  32
023          60   60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60
102-docomo   60   60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60  60
102-au       32   60  60  60  60  60  60  32  32  60  60  60  32  60  60  60  60  60  60  60  60  60  60  60  60  60
102-softbank 32   60  60  60  60  60  60  32  32  60  60  60  32  60  60  60  60  60  60  60  60  60  60  60  60  60
102-credit   ask  ask ask ask ask ask ask ask ask ask ask ask ask ask ask ask ask ask ask ask ask ask ask ask ask ask
`)

const rowOf = (kind: Kind, carrier: Carrier | null): string =>
  kind === '102' ? `102-${carrier ?? 'credit'}` : kind === '' ? '-' : kind

/**
 * The effective status, `ask` or `shop`. A status learnt after the request stands as it is; only a change under way
 * in the shop comes before it.
 */
export function expectedStatus(
  kind: Kind,
  carrier: Carrier | null,
  status: string,
  origin: 'shop' | 'paygent',
): string {
  const underWay = kind === '0201' || kind === '0291'
  return cell(BEFORE, origin === 'shop' || underWay ? rowOf(kind, carrier) : '-', status)
}
