// Who is told of the night beside cron: a webhook, and a dead man's switch. Their failure changes nothing. Page 3.3.
import type { Config } from '../config/config.js'
import type { ExitCode } from '../errors.js'
import { notify, pingAddress, type Told } from '../notify/notify.js'
import type { Log } from './log.js'

export class Watchers {
  #starting: Promise<Told | null> = Promise.resolve(null)

  constructor(private readonly config: Pick<Config, 'webhook' | 'ping'>) {}

  /** Not waited for: the night goes on meanwhile. */
  started(): void {
    this.#starting = this.#ping('start')
  }

  /** After the last commit. @param report JSON, without a customer's name */
  async reported(report: object, log: Log): Promise<void> {
    const { webhook } = this.config
    if (webhook !== null) log.event('webhook', { ...(await notify(webhook, report)) })
  }

  /** The last word; gives the exit code back. */
  async ended(code: ExitCode): Promise<ExitCode> {
    await this.#starting
    await this.#ping(code)
    return code
  }

  async #ping(moment: 'start' | ExitCode): Promise<Told | null> {
    const { ping } = this.config
    return ping === null ? null : notify(pingAddress(ping, moment), null)
  }
}
