// Ends a result with the commands that follow from it, each on a line of its own that can be pasted.
import { restOf, type RunNow, type Undoable, undoableOf } from '../domain/left.js'
import type { RuleContext } from '../domain/permit.js'
import { grouped } from '../text/numbers.js'
import { displayWidth, fitText, safe } from '../text/width.js'
import { bothLanguages, pasted, type Screen } from './screen.js'
import { completionWords } from './status-names.js'

/** Orders that a run has asked about, mostly of earlier runs: their outcome is still unknown, or a person is needed. */
export type Earlier = ReadonlyMap<string, 'unknown' | 'attention'>

export interface EndedRun extends RunNow {
  readonly run: RunNow['run'] & { readonly id: number | null }
  readonly rules: RuleContext
  readonly earlier?: Earlier
}

const JA = {
  heading: '■ 次の操作',
  ask: (count: number) => `結果不明の${grouped(count)}件の結果を照会する（再送信しないでください）：`,
  askEarlier: (count: number) =>
    `以前の要求で結果不明の${grouped(count)}件の結果を照会する（再送信しないでください）：`,
  showEarlier: (count: number) => `以前の要求で要対応の${grouped(count)}件を確かめる：`,
  rest: (unsent: number, notDone: number) =>
    `残りの${grouped(unsent + notDone)}件を送信する（${[unsent > 0 ? `未送信 ${grouped(unsent)}件` : '', notDone > 0 ? `不成立 ${grouped(notDone)}件` : ''].filter((part) => part !== '').join('、')}）：`,
  undo: (groups: readonly string[]) => `この売上を取消する（${groups.join('、')}）：`,
  now: (count: number) => `いま取消できる受注 ${grouped(count)}件`,
  later: (count: number, from: string) => `${from}の消込完了後 ${grouped(count)}件`,
  notNow: (count: number) => `いまは取消できない受注 ${grouped(count)}件`,
  never: (count: number) => `取消できない受注 ${grouped(count)}件`,
  undoNotNow: (groups: readonly string[]) =>
    `この売上はいま取消要求を送信できません（${groups.join('、')}）。理由を表示する：`,
  undoNever: (count: number) =>
    `この売上（${grouped(count)}件）は取消要求を送信できません。返金はペイジェントオンラインで行ってください。`,
}

const orders = (count: number): string => `${grouped(count)} ${count === 1 ? 'order' : 'orders'}`

const EN: typeof JA = {
  heading: '■ Next',
  ask: (count) => `Ask for the unknown outcome of ${orders(count)} (send nothing again):`,
  askEarlier: (count) => `Ask for the unknown outcome of ${orders(count)} of earlier runs (send nothing again):`,
  showEarlier: (count) => `Look at ${orders(count)} of earlier runs that ${count === 1 ? 'needs' : 'need'} a person:`,
  rest: (unsent, notDone) =>
    `Send the rest, ${orders(unsent + notDone)} (${[unsent > 0 ? `${grouped(unsent)} not sent` : '', notDone > 0 ? `${grouped(notDone)} not carried out` : ''].filter((part) => part !== '').join(', ')}):`,
  undo: (groups) => `Cancel this sale (orders: ${groups.join(', ')}):`,
  now: (count) => `${grouped(count)} now`,
  later: (count, from) => `${grouped(count)} once completed, ${from}`,
  notNow: (count) => `${grouped(count)} not now`,
  never: (count) => `${grouped(count)} never`,
  undoNotNow: (groups) => `No cancel can be sent for this sale now (orders: ${groups.join(', ')}). Show why:`,
  undoNever: (count) => `No cancel can be sent for this sale (${orders(count)}). Refund it in Paygent Online.`,
}

const TEXTS = bothLanguages(JA, EN)

/** One step: its sentence, and the commands under it. */
interface Step {
  readonly text: string
  readonly commands: readonly string[]
}

/** The longest line of numbers where there is no terminal: a mail breaks longer ones. */
const LONGEST = 400
const INDENT = '  '

/** The orders by number while the line fits; a broken command cannot be pasted, and alone it asks about all. */
function reconcileCommand(numbers: readonly string[], screen: Screen): string {
  const named = `paygent reconcile --orders ${numbers.join(',')}`
  return displayWidth(`${INDENT}${pasted(named, screen)}`, screen) <= (screen.width ?? LONGEST)
    ? named
    : 'paygent reconcile'
}

function undoStep(
  id: number,
  { now, later, notNow, never }: Undoable,
  rules: RuleContext,
  screen: Screen,
): Step | null {
  const texts = TEXTS[screen.lang]
  const { from } = completionWords(
    later.map(({ order }) => order),
    rules,
    screen.lang,
  )
  const possible = [
    ...(now.length > 0 ? [texts.now(now.length)] : []),
    ...(later.length > 0 ? [texts.later(later.length, from)] : []),
  ]
  const impossible = [
    ...(notNow.length > 0 ? [texts.notNow(notNow.length)] : []),
    ...(never.length > 0 ? [texts.never(never.length)] : []),
  ]
  if (possible.length > 0) {
    // Only an inquiry shows that a sale is completed.
    const before = now.length > 0 ? [] : ['paygent sync']
    const commands = [...before, `paygent bulk-cancel --undo ${id}`]
    return { text: texts.undo([...possible, ...impossible]), commands }
  }
  const [first] = notNow
  if (first !== undefined)
    return { text: texts.undoNotNow(impossible), commands: [`paygent show ${safe(first.order.orderId)}`] }
  return never.length > 0 ? { text: texts.undoNever(never.length), commands: [] } : null
}

function stepsOf(view: EndedRun, id: number, screen: Screen): Step[] {
  const texts = TEXTS[screen.lang]
  const steps: Step[] = []
  const unknown = view.items.filter(({ outcome }) => outcome === 'unknown').map(({ order }) => order.orderId)
  if (unknown.length > 0) steps.push({ text: texts.ask(unknown.length), commands: [reconcileCommand(unknown, screen)] })
  const isOwn = (orderId: string, state: string): boolean =>
    view.items.some(({ order, outcome }) => order.orderId === orderId && outcome === state)
  const earlier = (state: 'unknown' | 'attention'): string[] =>
    [...(view.earlier ?? [])]
      .filter(([orderId, one]) => one === state && !isOwn(orderId, one))
      .map(([orderId]) => orderId)
  const [open, forAPerson] = [earlier('unknown'), earlier('attention')]
  if (open.length > 0) steps.push({ text: texts.askEarlier(open.length), commands: [reconcileCommand(open, screen)] })
  if (forAPerson.length > 0) steps.push({ text: texts.showEarlier(forAPerson.length), commands: ['paygent status'] })
  const rest = restOf(view)
  if (rest.length > 0) {
    const unsent = rest.filter(({ outcome }) => outcome === 'unsent').length
    const command = `paygent bulk-${view.run.operation} --rest ${id}`
    steps.push({ text: texts.rest(unsent, rest.length - unsent), commands: [command] })
  }
  // A refund is not taken back by a cancel: that would give back the rest, too.
  const sales = view.items.filter(({ request }) => request !== 'refund')
  const undo = undoStep(id, undoableOf({ ...view, items: sales }, view.rules), view.rules, screen)
  return undo === null ? steps : [...steps, undo]
}

/** The next steps after a result, each with its command; '' where there are none, and for a dry run. */
export function nextText(view: EndedRun, screen: Screen): string {
  const steps = view.run.id === null ? [] : stepsOf(view, view.run.id, screen)
  if (steps.length === 0) return ''
  const lines = steps.flatMap(({ text, commands }) => [
    fitText(text, screen),
    ...commands.map((command) => `${INDENT}${pasted(command, screen)}`),
  ])
  return [TEXTS[screen.lang].heading, ...lines].join('\n')
}
