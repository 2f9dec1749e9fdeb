// What EC-CUBE 2 means by the numbers of 対応状況: its table mtb_order_status, as every shop has it at first.

/** By the number in `dtb_order.status`, and so in the shop's order CSV. A shop may add numbers of its own. */
export const ECCUBE2_STATUS = {
  1: '新規受付',
  2: '入金待ち',
  3: 'キャンセル',
  4: '取り寄せ中',
  5: '発送済み',
  6: '入金済み',
  7: '決済処理中',
} as const satisfies Readonly<Record<number, string>>
