// Shows a batch: the result on stdout, everything else on stderr, nothing at all on --quiet when all went well.
import type { BatchEvent } from '../batch/events.js'
import { itemYen, type Plan } from '../batch/plan.js'
import type { PrepareEvent } from '../batch/prepare.js'
import { japanDate, japanIso, msOfJapanTime } from '../clock.js'
import type { Operation, Order } from '../domain/order.js'
import type { Reason } from '../domain/outcome.js'
import type { RuleContext } from '../domain/permit.js'
import { type AppError, EXIT, type ExitCode } from '../errors.js'
import { fitText, safe } from '../text/width.js'
import { writtenText } from '../ui/plan-file.js'
import { planText, type PlanView, planView, questionText } from '../ui/plan.js'
import {
  changedSinceLine,
  eventLine,
  type InFlight,
  endingOnHoldLine,
  leftByRulesLine,
  leftOutLine,
  progressBar,
  progressLine,
} from '../ui/progress.js'
import { dryRunCsv, dryRunJson, headLine, resultCsv, resultJson, resultText, type ResultView } from '../ui/result.js'
import { pastedIn } from '../ui/screen.js'
import { answerWords, sentences, word } from '../ui/words.js'
import type { Context } from './context.js'
import { Counting } from './counting.js'
import { follow } from './follow.js'
import { listenerOf, tellFault } from './faults.js'
import { printResult, type StatusLine, statusLineOf, Tally, tell } from './output.js'
import { type PlanFile, writtenOf } from './plan-file.js'
import type { Question } from './question.js'

const STAGES: ReadonlySet<string> = new Set<InFlight['stage']>(['sending', 'inquiring', 'retrying'])

/** The request under way after an event. */
function inFlightAfter(event: BatchEvent, before: InFlight | null): InFlight | null {
  switch (event.type) {
    case 'sending':
    case 'inquiring':
    case 'retrying':
      return { position: event.step.position, orderId: event.step.orderId, stage: event.type }
    case 'settled':
      return before?.position === event.step.position ? null : before
    case 'refused':
      return before?.position === event.position ? null : before
    case 'waiting':
    case 'stopped':
    case 'finished':
      return null
    default:
      return before
  }
}

export class Narrator {
  /** The output that --quiet keeps back until the run has ended and its outcome is known. */
  #kept: string[] = []
  readonly #foot: StatusLine
  readonly #asking: Counting
  readonly #tally: Tally
  /** The request under way. The next one goes out before the outcome of this one is on disk and shown. */
  #inFlight: InFlight | null = null

  constructor(private readonly context: Context) {
    this.#foot = statusLineOf(context)
    this.#asking = new Counting(context, this.#foot)
    this.#tally = new Tally(context.clock, context.config.cutOff)
  }

  /** Shows how far the inquiries before the plan have come. Their number stays above the plan. */
  async preparing<Result>(job: AsyncGenerator<PrepareEvent, Result>): Promise<Result> {
    try {
      const result = await follow(job, (event) => this.#asking.note(event))
      this.#asking.finish()
      return result
    } finally {
      this.#foot.hide()
    }
  }

  /** Reports the orders of `--all` that Paygent's answer has shown not to belong to them. */
  leftOut(count: number): void {
    const { config, options } = this.context
    if (count > 0 && !options.quiet) tell(this.context, leftOutLine(count, config.lang))
  }

  /** Reports the orders that `--all` leaves to a person, by name those on hold whose authorisation soon expires. */
  leftByRules(left: ReadonlyMap<Reason, number>, endingOnHold: readonly Order[]): void {
    const { config, options } = this.context
    if (left.size === 0 || options.quiet) return
    tell(this.context, leftByRulesLine(left, config.lang))
    const ids = endingOnHold.map(({ orderId }) => safe(orderId))
    if (ids.length > 0) tell(this.context, endingOnHoldLine(ids, config.lang))
  }

  /** Names the accepted orders of a run that `--undo` leaves out, because they have changed since. */
  changedSince(runId: number, orders: readonly Order[]): void {
    const { config, options } = this.context
    const ids = orders.map(({ orderId }) => safe(orderId))
    if (ids.length > 0 && !options.quiet) tell(this.context, changedSinceLine(runId, ids, config.lang))
  }

  /** Shows the plan before the question. The plan is part of the conversation, not of the result. */
  async plan(plan: Plan, asks: boolean): Promise<void> {
    const { options, terminal, errorScreen } = this.context
    if (!options.quiet || asks) terminal.err(`${planText(this.#view(plan), errorScreen)}\n`)
  }

  /** @param single `sale` and `cancel` name their one request */
  question({ operation, steps }: Plan, single: boolean): Question {
    const { lang } = this.context.config
    return { message: questionText(operation, lang, single ? (steps[0] ?? null) : null), ...answerWords(lang) }
  }

  countQuestion(count: number, yen: number): string {
    return sentences(this.context.config.lang).typeCount(count, yen)
  }

  refundQuestion(yen: number): string {
    return sentences(this.context.config.lang).typeRefund(yen)
  }

  numberQuestion(orderId: string): string {
    return sentences(this.context.config.lang).typeNumber(safe(orderId))
  }

  /** Prints one line of the pop-up for each order; events in between go to stderr. */
  event(event: BatchEvent, plan: Plan): void {
    const { config, format, options, terminal, errorScreen } = this.context
    if (event.type === 'started') return this.#begin(event.runId, plan)
    this.#inFlight = inFlightAfter(event, this.#inFlight)
    if (event.type === 'settled' || event.type === 'refused') {
      this.#tally.count(event)
      const line = `${progressLine(event, plan.orders.length, config.lang)}\n`
      this.#foot.hide()
      if (options.quiet) this.#kept.push(line)
      else if (format === 'table') terminal.out(line)
      else terminal.err(line)
      return this.#progress(plan)
    }
    if (event.type === 'stopped' || event.type === 'finished') this.#foot.hide()
    const said = eventLine(event, config.lang)
    if (event.type === 'waiting') return this.#counting(pastedIn(said ?? '', errorScreen), event.remainingMs <= 1_000)
    const line = said && fitText(said, errorScreen)
    if (line !== null && options.quiet) this.#kept.push(`${line}\n`)
    else if (line !== null) this.#foot.above(() => terminal.err(`${line}\n`))
    if (STAGES.has(event.type)) this.#progress(plan)
  }

  #progress(plan: Plan): void {
    const { length: total } = plan.orders
    this.#foot.show(progressBar(this.#tally.progress(total), this.context.errorScreen, this.#inFlight))
  }

  /** Shows the result as the journal records it. */
  async result(view: ResultView, code: ExitCode): Promise<void> {
    const { config, terminal, screen } = this.context
    this.#foot.hide()
    await printResult(this.context, {
      text: () => resultText(view, screen),
      json: () => resultJson(view, config.lang),
      csv: () => resultCsv(view, config.lang),
      good: code === EXIT.done,
    })
    if (code !== EXIT.done) for (const line of this.#kept) terminal.err(line)
  }

  /** True where the result was shown. With --quiet a good result is not shown. */
  showed(code: ExitCode): boolean {
    return !this.context.options.quiet || code !== EXIT.done
  }

  /** @param file the file that the plan was written into, or null */
  async dryRun(plan: Plan, file: PlanFile | null = null): Promise<void> {
    const { config, clock, options, terminal, screen, errorScreen } = this.context
    const view = this.#view(plan)
    const at = japanIso(clock.nowMs())
    await printResult(this.context, {
      text: () => `${planText(view, screen)}\n${word('dry-run', config.lang)}`,
      json: () => ({ ...dryRunJson(view, at, config.lang), ...(file !== null && { planFile: file }) }),
      csv: () => dryRunCsv(view, at, config.lang),
      good: !plan.refused.some(({ reason }) => reason !== 'already'),
    })
    if (file !== null && !options.quiet)
      terminal.err(`${writtenText(writtenOf(file, plan, itemYen(plan)), errorScreen)}\n`)
  }

  /**
   * Shows that the choice has no order, in place of a result.
   * @param way the option that chose; null for the picker
   */
  async nothing(operation: Operation, way: '--rest' | '--undo' | null, rules: RuleContext): Promise<void> {
    const { config, clock } = this.context
    const { lang, environment } = config
    const at = japanIso(clock.nowMs())
    const run = { id: null, operation, environment, startedAt: at, endedAt: at, state: 'completed' } as const
    const view: ResultView = { run, items: [], rules }
    await printResult(this.context, {
      text: () => word(way === null ? 'nothing-to-send' : `nothing.${way}`, lang),
      json: () => resultJson(view, lang),
      csv: () => resultCsv(view, lang),
      good: true,
    })
  }

  /** Reports a fault that ended a run under way. */
  fault(error: AppError): void {
    tellFault(error, listenerOf(this.context))
  }

  /** Begins the run's output. Outside production the first line states that no customer is charged. */
  #begin(runId: number, { operation, orders, steps, refused }: Plan): void {
    this.#tally.start()
    const { format, options, terminal, screen, config } = this.context
    const size = { total: orders.length, request: (steps[0] ?? refused[0])?.request ?? null }
    const line = `${headLine({ id: runId, operation, environment: config.environment }, size, screen)}\n`
    if (options.quiet) this.#kept.push(line)
    else if (format === 'table') terminal.out(line)
  }

  #view(plan: Plan): PlanView {
    const { config, clock } = this.context
    const nowMs = clock.nowMs()
    const past = nowMs >= msOfJapanTime(config.cutOff, nowMs) ? config.cutOff : null
    return planView(plan, config.environment, japanDate(nowMs), past)
  }

  /** Shows a line that counts: a terminal redraws it, any other output gets only its last state. */
  #counting(line: string, last: boolean): void {
    const { options, terminal } = this.context
    if (!last) return this.#foot.show(line)
    this.#foot.hide()
    if (!options.quiet) terminal.err(`${line}\n`)
  }
}
