// Tests a shop from end to end: checkout → notice → pull → bulk-sale or bulk-cancel → push → notice. Every order ends in the
// 対応状況 in which the shop's own module would leave it.
import { type AddressInfo, connect, createServer } from 'node:net'
import { beforeAll, expect, it } from 'vitest'
import { cannotSetClock, clockSetBy } from '../e2e/manual-days.js'
import { atEnd, type Simulator, startSimulator } from '../e2e/program.js'
import type { DatabaseServer } from './database-server.js'
import { type Desk, deskAt, readJson } from './desk.js'
import type { Product } from './fixture-shop.js'
import type { ServerKind } from './installed.js'
import { type Hearing, type PaidBy, ShopFront } from './receiver.js'
import { describeWithServer, SERVER_KINDS, START } from './servers.js'

const PUSH: Hearing = { by: 'push', key: null }
const HASHED: Hearing = { by: 'push', key: 'fixture-notice-key' }
const BATCH: Hearing = { by: '091' }

/** `refund` gives back a part of a sale, and leaves the order's total as it is. */
type Request = '021' | '022' | '023' | '029' | '101' | '102' | '103' | 'refund'

/**
 * One row a case: what is sent, who pays, and 対応状況 with Paygent's status of the order's payment after the first request,
 * on the next day, and after the second request. 029 and 103 are of an order whose total was lowered.
 * 取消 stands for キャンセル of EC-CUBE 2 and 注文取消し of EC-CUBE 4, 受付 for 入金待ち and 新規受付.
 */
type Row = readonly [requests: readonly Request[], paidBy: PaidBy, ...stages: string[]]

const CASES: readonly Row[] = [
  [['022'], 'credit', '入金済み 40', '入金済み 40'],
  [['022', '023'], 'credit', '入金済み 40', '入金済み 40', '取消 60'],
  [['022', 'refund'], 'credit', '入金済み 40', '入金済み 40', '入金済み 40'],
  [['029'], 'credit', '入金済み 40', '入金済み 40'],
  [['029', '023'], 'credit', '入金済み 40', '入金済み 40', '取消 60'],
  [['021'], 'credit', '取消 32', '取消 32'],
  [['101'], 'docomo', '入金済み 40', '入金済み 44'],
  [['101'], 'au', '入金済み 40', '入金済み 40'],
  [['101'], 'softbank', '入金済み 40', '入金済み 40'],
  [['101', '102'], 'docomo', '入金済み 40', '入金済み 44', '取消 60'],
  [['101', '102'], 'au', '入金済み 40', '入金済み 40', '取消 60'],
  [['101', '102'], 'softbank', '入金済み 40', '入金済み 40', '取消 60'],
  [['101', 'refund'], 'docomo', '入金済み 40', '入金済み 44', '入金済み 40'],
  [['103'], 'docomo', '入金済み 40', '入金済み 44'],
  [['103'], 'au', '入金済み 40', '入金済み 40'],
  [['103'], 'softbank', '入金済み 40', '入金済み 40'],
  [['103', '102'], 'docomo', '入金済み 40', '入金済み 44', '取消 60'],
  [['103', '102'], 'au', '入金済み 40', '入金済み 40', '取消 60'],
  [['103', '102'], 'softbank', '入金済み 40', '入金済み 40', '取消 60'],
  [['102'], 'docomo', '取消 60', '取消 62'],
  [['102'], 'au', '取消 32', '取消 32'],
  [['102'], 'softbank', '取消 32', '取消 32'],
]

/** The same where notices come before the answers: the rows that end otherwise. The module has no way around it either. */
const EARLY = {
  // The notice of the new payment is dropped for its id.
  eccube4: [
    [['022', 'refund'], 'credit', '入金済み 40', '入金済み 40', '取消 40'],
    [['029'], 'credit', '受付 40', '受付 40'],
    [['029', '023'], 'credit', '受付 40', '受付 40', '取消 60'],
    [['101', 'refund'], 'docomo', '入金済み 40', '入金済み 44', '取消 40'],
    [['103'], 'docomo', '受付 40', '受付 44'],
    [['103', '102'], 'docomo', '受付 40', '受付 44', '取消 60'],
  ],
  eccube2: [
    [['022', 'refund'], 'credit', '入金済み 40', '入金済み 40', '取消 40'],
    [['029'], 'credit', '受付 40', '受付 40'],
    [['029', '023'], 'credit', '受付 40', '受付 40', '取消 60'],
    [['101', 'refund'], 'docomo', '入金済み 40', '入金済み 44', '取消 40'],
    [['103'], 'docomo', '受付 40', '入金済み 44'],
    [['103', '102'], 'docomo', '受付 40', '入金済み 44', '取消 60'],
  ],
  // Its own batch looks at no amount, and takes the end of the old payment for the order's.
  'eccube2 by 091': [
    [['022', 'refund'], 'credit', '入金済み 40', '入金済み 40', '取消 40'],
    [['029'], 'credit', '取消 40', '取消 40'],
    [['029', '023'], 'credit', '取消 40', '取消 40', '取消 60'],
    [['101', 'refund'], 'docomo', '入金済み 40', '入金済み 44', '取消 40'],
    [['103'], 'docomo', '取消 40', '入金済み 44'],
    [['103', '102'], 'docomo', '取消 40', '入金済み 44', '取消 60'],
  ],
} as const satisfies Record<string, readonly Row[]>

const WORDS = {
  eccube2: { 受付: '入金待ち', 取消: 'キャンセル' },
  eccube4: { 受付: '新規受付', 取消: '注文取消し' },
} as const satisfies Record<Product, unknown>

const YEN = 2000
const LOWERED = 1500
const REFUNDED = 1200

interface Case {
  readonly title: string
  readonly requests: readonly Request[]
  readonly paidBy: PaidBy
  readonly stages: readonly string[]
  /** The last of them, if notices come in their usual time. */
  readonly usual: string
  /** Handled by `paygent`. */
  readonly orderId: string
  /** Handled by the shop's own module. */
  readonly twinId: string
}

const titleOf = ([requests, paidBy]: Row): string => `${requests.join(' ')} ${paidBy}`

function casesOf({ product, hearing, timing }: Shop): Case[] {
  const early: readonly Row[] = EARLY[hearing.by === '091' ? 'eccube2 by 091' : product]
  const words = WORDS[product]
  return CASES.map((row, index) => {
    const title = titleOf(row)
    const inWords = (stage: string): string => stage.replace('受付', words.受付).replace('取消', words.取消)
    const [requests, paidBy, ...stages] = (timing === 'early' && early.find((one) => titleOf(one) === title)) || row
    return {
      title,
      requests,
      paidBy,
      stages: stages.map(inWords),
      usual: inWords(row.at(-1) as string),
      orderId: String(3001 + index),
      twinId: String(4001 + index),
    }
  })
}

interface Shop {
  readonly title: string
  readonly kind: ServerKind
  readonly product: Product
  readonly hearing: Hearing
  /** `early`: a notice comes before the answer of the request that has made it. */
  readonly timing: 'usual' | 'early'
}

const SHOPS: readonly Shop[] = [
  { title: 'EC-CUBE 4', kind: 'mysql', product: 'eccube4', hearing: HASHED, timing: 'usual' },
  { title: 'EC-CUBE 2', kind: 'postgres', product: 'eccube2', hearing: PUSH, timing: 'usual' },
  { title: 'EC-CUBE 2 with its own batch', kind: 'mysql', product: 'eccube2', hearing: BATCH, timing: 'usual' },
  { title: 'EC-CUBE 4, notices first', kind: 'postgres', product: 'eccube4', hearing: HASHED, timing: 'early' },
  { title: 'EC-CUBE 2, notices first', kind: 'mysql', product: 'eccube2', hearing: PUSH, timing: 'early' },
  {
    title: 'EC-CUBE 2 with its own batch, notices first',
    kind: 'postgres',
    product: 'eccube2',
    hearing: BATCH,
    timing: 'early',
  },
]

interface Play extends Shop {
  readonly front: ShopFront
  readonly simulator: Simulator
  /** The simulator as program and module reach it. */
  readonly way: Simulator
  readonly desk: Desk
  readonly cases: readonly Case[]
}

/** Longer than anything takes here; then the clock is advanced. */
const NOTIFY_AFTER_MS = 60_000

async function open(server: DatabaseServer, shop: Shop): Promise<Play> {
  const { product, hearing, timing } = shop
  const { front, url } = await ShopFront.open(server, product, hearing)
  const desk = deskAt(url, { PAYGENT_RULES: 'current', PAYGENT_TIMEOUT_MS: '20000' })
  const after = hearing.by === '091' ? [] : ['--notify-after', timing === 'early' ? '0' : String(NOTIFY_AFTER_MS)]
  const simulator = await startSimulator(desk.cwd, [...front.simulatorOptions, ...after])
  const way = timing === 'early' ? await slowWay(front, simulator) : simulator
  return { ...shop, front, desk, simulator, way, cases: casesOf(shop) }
}

/** Returns once the shop has heard everything. */
async function hearAll({ front, simulator, timing }: Play): Promise<void> {
  if (timing === 'usual') await simulator.post('clock', { advance: `${NOTIFY_AFTER_MS / 1000}s` })
  await front.heard(simulator)
}

type Standing = Readonly<Record<string, string>>

/** Case → 対応状況 and Paygent's status of the payment that the shop's row names. */
async function standing({ front, simulator, cases }: Play, whose: 'orderId' | 'twinId'): Promise<Standing> {
  const payments = new Map((await simulator.payments()).map(({ paymentId, status }) => [paymentId, status]))
  const found: Record<string, string> = {}
  for (const each of cases) {
    const { orderStatus, paymentId } = await front.standing(each[whose])
    found[each.title] = `${orderStatus ?? ''} ${payments.get(paymentId ?? '') ?? 'without a payment'}`
  }
  return found
}

const tableOf = (cases: readonly Case[], stage: number): Standing =>
  Object.fromEntries(cases.map(({ title, stages }) => [title, stages[stage] ?? stages.at(-1) ?? '']))

/** The table says what an order ends in, and so does the order that the module has handled in the same way. */
async function expectStage(play: Play, stage: number): Promise<void> {
  await hearAll(play)
  const expected = tableOf(play.cases, stage)
  expect(await standing(play, 'twinId')).toEqual(expected)
  expect(await standing(play, 'orderId')).toEqual(expected)
}

/** Two days later `status` names every order that the shop shows otherwise than Paygent, and no other. */
async function expectNamed({ desk, simulator, cases }: Play): Promise<void> {
  if (cannotSetClock) return
  const env = { ...simulator.env, ...clockSetBy({ FAKETIME: '+2d' }) }
  await desk.paygent(['pull'], env)
  const status = await desk.paygent(['status', '--format', 'json'], env)
  const { behindOrders, conflictOrders } = readJson<Record<'behindOrders' | 'conflictOrders', string[]>>(status)
  const otherwise = cases.filter(({ stages, usual }) => stages.at(-1) !== usual)
  expect([...behindOrders, ...conflictOrders].toSorted()).toEqual(otherwise.map(({ orderId }) => orderId))
}

const isCancel = (request: Request | undefined): boolean => ['021', '023', '102'].includes(request ?? '')
const idsOf = (cases: readonly Case[]): string => cases.map(({ orderId }) => orderId).join(',')

/** A way to Paygent on which each answer waits until the shop has heard of everything that has happened by then. */
async function slowWay(front: ShopFront, simulator: Simulator): Promise<Simulator> {
  const { hostname, port } = new URL(simulator.url)
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    let turn: Promise<unknown> = Promise.resolve()
    const inTurn = (then: () => unknown) => {
      turn = turn.then(() => front.heard(simulator)).then(then, () => near.destroy())
    }
    near.pipe(far)
    far.on('data', (chunk: Buffer) => inTurn(() => near.write(chunk)))
    far.on('end', () => inTurn(() => near.end()))
    far.on('error', () => near.destroy())
    near.on('error', () => far.destroy())
    near.on('close', () => far.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, hostname, resolve))
  atEnd(() => void server.close())
  const url = `https://${hostname}:${(server.address() as AddressInfo).port}`
  return { ...simulator, url, env: { ...simulator.env, PAYGENT_ENDPOINT: url } }
}

interface Line {
  readonly args: readonly string[]
  /** 0 unless the shop contradicts what was sent. */
  readonly code?: number
}

/** Sends by the program, and then by the module. */
async function send({ desk, cases, front, way }: Play, step: 0 | 1, lines: readonly Line[]): Promise<void> {
  for (const { args, code = 0 } of lines) {
    const ended = await desk.paygent(args, way.env)
    expect({ args, code: ended.code, said: ended.stdout + ended.stderr }).toMatchObject({ args, code })
  }
  for (const { twinId, requests, paidBy } of cases) {
    const request = requests[step]
    if (request === undefined) continue
    const telegram = request === 'refund' ? (paidBy === 'credit' ? '029' : '103') : request
    const yen = request === 'refund' ? REFUNDED : LOWERED
    await front.operate(way, twinId, telegram, telegram === '029' || telegram === '103' ? yen : null)
  }
}

/** The second requests of the day after. */
function secondLines({ cases, hearing, timing }: Play): Line[] {
  // The shop has called off what Paygent has sold: a person has to say so.
  const contradicts = hearing.by === '091' && timing === 'early'
  const cancels = ['bulk-cancel', '--orders', idsOf(cases.filter(({ requests }) => isCancel(requests[1]))), '--yes']
  const refunds = cases.filter(({ requests }) => requests[1] === 'refund')
  return [
    { args: ['pull'], code: contradicts ? 3 : 0 },
    ...(contradicts ? [{ args: ['reconcile'], code: 3 }] : []),
    { args: ['sync'] },
    { args: [...cancels, ...(contradicts ? ['--include-cancelled'] : [])] },
    ...refunds.map(({ orderId }) => ({ args: ['refund', orderId, '--to', String(REFUNDED), '--yes'] })),
  ]
}

for (const kind of SERVER_KINDS) {
  describeWithServer(kind, `from the checkout to the last notice on ${kind}`, () => {
    let server: DatabaseServer
    beforeAll(async () => {
      server = await START[kind]()
    }, 120_000)

    it.each(SHOPS.filter((each) => each.kind === kind))(
      '$title: every order is left as the module leaves its own',
      { timeout: 180_000 },
      async (shop) => {
        const play = await open(server, shop)
        const { front, simulator, cases } = play
        for (const { orderId, twinId, paidBy } of cases)
          for (const id of [orderId, twinId]) await front.checkOut(simulator, id, paidBy, YEN)
        await hearAll(play)
        const authorised = Object.fromEntries(cases.map(({ title }) => [title, `${WORDS[shop.product].受付} 20`]))
        expect(await standing(play, 'orderId')).toEqual(authorised)

        for (const { orderId, twinId, requests } of cases)
          if (requests[0] === '029' || requests[0] === '103')
            for (const id of [orderId, twinId]) await front.change(id, { payment_total: LOWERED })
        const released = cases.filter(({ requests }) => isCancel(requests[0]))
        const sold = cases.filter(({ requests }) => !isCancel(requests[0]))
        await send(play, 0, [
          { args: ['pull'] },
          { args: ['bulk-cancel', '--orders', idsOf(released), '--yes'] },
          { args: ['bulk-sale', '--orders', idsOf(sold), '--yes'] },
        ])
        await expectStage(play, 0)

        await simulator.post('clock', { advance: '1d' })
        await expectStage(play, 1)

        await send(play, 1, secondLines(play))
        await expectStage(play, 2)
        await expectNamed(play)
      },
    )
  })
}
