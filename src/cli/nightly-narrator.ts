// Prints the progress of the night and its report at the end; with --quiet it prints nothing when all went well.
import { EXIT, type ExitCode } from '../errors.js'
import type { NightlyEvent } from '../jobs/nightly/events.js'
import { NIGHTLY_TEXTS, nightlyJson, nightlyText, type NightlyView } from '../ui/nightly.js'
import { eventLine, inFlightLine, progressLine } from '../ui/progress.js'
import { reconcileLine } from '../ui/reconcile.js'
import { pastedIn } from '../ui/screen.js'
import { commandName } from '../ui/words.js'
import type { Context } from './context.js'
import { Counting } from './counting.js'
import type { Log } from './log.js'
import { printResult, type StatusLine, statusLineOf, tell } from './output.js'
import { loggablePush } from './shop-desk.js'

export class NightNarrator {
  /** The second inquiry waits for its time; Enter ends the wait. */
  waiting = false
  readonly #foot: StatusLine
  readonly #counting: Counting
  #total = 0

  constructor(
    private readonly context: Context,
    private readonly log: Log,
  ) {
    this.#foot = statusLineOf(context)
    this.#counting = new Counting(context, this.#foot)
  }

  event(event: NightlyEvent): void {
    this.waiting = event.type === 'selling' && event.event.type === 'waiting'
    this.log.event(event.type, loggable(event))
    const { lang } = this.context.config
    if (event.type === 'planned') this.#total = event.plan.orders.length
    if (event.type === 'selling') return this.#selling(event.event)
    this.#count(event)
    const line = this.#footLine(event)
    if (line !== null) this.#foot.show(line)
    if (event.type === 'reconciling' && event.event.type === 'sending-again')
      this.#say(reconcileLine(event.event, lang))
    if (event.type === 'too-slow')
      this.#say(NIGHTLY_TEXTS[lang].tooSlow(event.pace.left, event.pace.endsAt.slice(11, 16)))
  }

  over(): void {
    this.#foot.hide()
  }

  /** @param lines the same report in short: a mail, unlike a terminal, is first seen by its beginning */
  async report(
    view: NightlyView,
    { exitCode: code, fault }: { readonly exitCode: ExitCode; readonly fault: string | null },
    lines: readonly string[],
  ): Promise<void> {
    const { screen } = this.context
    const head = screen.width === null ? `${lines.join('\n')}\n\n` : ''
    // An authorisation that expires unsold is a lost sale. The night has sold those that it may; a person sees to the rest.
    const needed = code !== EXIT.done || view.report.expiring.length > 0
    await printResult(this.context, {
      text: () => `${head}${nightlyText(view, { ...screen, profile: null })}`,
      json: () => nightlyJson(view, code, fault),
      good: !needed,
    })
  }

  #selling(event: Extract<NightlyEvent, { type: 'selling' }>['event']): void {
    const { config, terminal } = this.context
    const { lang } = config
    if (event.type === 'started') terminal.showsRun(event.runId)
    if (event.type === 'settled' || event.type === 'refused') return this.#say(progressLine(event, this.#total, lang))
    if (event.type === 'sending')
      return this.#foot.show(inFlightLine({ ...event.step, stage: event.type }, this.#total, lang))
    const line = eventLine(event, lang)
    if (event.type === 'waiting' && line !== null) return this.#foot.show(pastedIn(line, this.context.errorScreen))
    this.#foot.hide()
    this.#say(line)
  }

  #say(line: string | null): void {
    if (line !== null && !this.context.options.quiet) this.#foot.above(() => tell(this.context, line))
  }

  #count(event: NightlyEvent): void {
    if (event.type === 'pulling' || event.type === 'preparing') this.#counting.note(event)
    if (event.type === 'reconciling' || event.type === 'syncing') this.#counting.note(event.event)
  }

  #footLine(event: NightlyEvent): string | null {
    const { lang } = this.context.config
    const texts = NIGHTLY_TEXTS[lang]
    switch (event.type) {
      case 'lock-waiting': {
        const who = event.holder === null ? texts.somebody : commandName(event.holder.command, lang)
        return texts.waitingForLock(who, Math.ceil(event.remainingMs / 1_000))
      }
      case 'reconciling':
        return reconcileLine(event.event, lang)
      default:
        return null
    }
  }
}

/** The loggable part of an event: numbers, outcomes and codes. Names and Paygent's text are left out. */
function loggable(event: NightlyEvent): Record<string, unknown> {
  switch (event.type) {
    case 'lock-waiting':
      return { remainingMs: event.remainingMs, command: event.holder?.command }
    case 'pulling':
      return { orders: event.orders }
    case 'pulled': {
      const { added, updated, conflicts, unreadable, gone } = event.report
      const counts = { conflicts: conflicts.length, unreadable: unreadable.length, gone: gone.length }
      return { added, updated, ...counts }
    }
    case 'pushed':
      return loggablePush(event.order)
    case 'push-failed':
    case 'shop-away':
      return { code: event.code }
    case 'over':
      return { stage: event.stage }
    case 'left-to-people':
      return { waiting: event.waiting?.orders ?? 0, unshipped: event.unshipped.count, onHold: event.onHold.count }
    case 'planned':
      return { orders: event.plan.steps.length, refused: event.plan.refused.length }
    case 'not-begun':
      return { why: event.why, orders: event.left.map(({ orderId }) => orderId) }
    case 'too-slow':
      return { ...event.pace }
    case 'preparing':
      return { index: event.index, total: event.total }
    case 'reconciling':
    case 'syncing':
    case 'selling':
      return { what: event.event.type, ...stepOf(event.event) }
    default:
      return event satisfies never
  }
}

function stepOf(event: Extract<NightlyEvent, { type: 'reconciling' | 'syncing' | 'selling' }>['event']) {
  if (event.type === 'stopped') return { reason: event.reason.type }
  if (event.type === 'pushed') return loggablePush(event.order)
  if ('step' in event) {
    const { orderId, telegram, paymentId, amountYen } = event.step
    return {
      orderId,
      telegram,
      paymentId,
      amountYen,
      ...('outcome' in event && { outcome: event.outcome, code: event.code }),
    }
  }
  if (event.type === 'notice') return { noticeId: event.notice.noticeId, fate: event.fate }
  if (event.type === 'difference') return { orderId: event.difference.orderId, cause: event.difference.cause }
  return {
    ...('orderId' in event && { orderId: event.orderId }),
    ...('outcome' in event && { outcome: event.outcome }),
  }
}
