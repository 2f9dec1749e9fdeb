// The package's second entry, `paygent/simulator`: the simulator for the tests of other programs. bundle.mjs writes its
// types from this file alone, so they are written out here.
import { systemClock } from '../clock.js'
import { paymentOf } from '../simulator/control-json.js'
import { startSimulator as start } from '../simulator/simulator.js'
import { SIMULATOR_LOGIN } from '../simulator/telegram.js'
import { packageVersion } from './files.js'

interface Payment {
  /** 1 to 18 digits. Without it the simulator makes one. */
  readonly paymentId?: string
  /** 1 to 25 letters, digits and `_`. */
  readonly tradingId: string
  readonly method: 'credit' | 'docomo' | 'au' | 'softbank'
  /** Whole yen. */
  readonly amountYen: number
  /** A payment status of two digits; `20`, authorised, without it. */
  readonly status?: string
  /** ISO with offset; now without it. */
  readonly authorizedAt?: string
}

interface Options {
  /** The file of the ledger. Without it everything is in memory and ends with `close`. */
  readonly statePath?: string
  /** Any free one without it. */
  readonly port?: number
  /** The port of the pages for a browser, 0 for any free one. Without it there are none. */
  readonly browserPort?: number
  /** Payments that customers have made before. */
  readonly payments?: readonly Payment[]
  /** One fault or an array of them, as docs/simulator.md has them. */
  readonly faults?: unknown
  /** Milliseconds before each answer. */
  readonly latencyMs?: number
}

interface Simulator {
  /** Base URL on 127.0.0.1. */
  readonly url: string
  /** Base URL of the pages for a browser, over plain HTTP; null without `browserPort`. */
  readonly browserUrl: string | null
  /** PEM texts. The client's one has certificate and encrypted key. */
  readonly ca: string
  readonly clientCert: string
  readonly passphrase: string
  /** The fields with which a telegram logs in. */
  readonly login: {
    readonly merchant_id: string
    readonly connect_id: string
    readonly connect_password: string
  }
  /** GET of the control address: `''`, `payments`, `requests`, `notices`, `clock`, `faults`. */
  get(path: string): Promise<unknown>
  /**
   * POST of the control address: `payments`, `payments/<id>`, `clock`, `faults`, `reset`.
   * @throws Error naming the value that is wrong
   */
  post(path: string, body?: unknown): Promise<unknown>
  /** Ends every connection. It may be called again. */
  close(): Promise<void>
}

/** Starts a Paygent look-alike over HTTPS on 127.0.0.1. docs/simulator.md says what it does. */
export async function startSimulator(options: Options = {}): Promise<Simulator> {
  const { payments = [], statePath = ':memory:', ...rest } = options
  const simulator = await start({
    ...rest,
    statePath,
    clock: systemClock,
    version: packageVersion(),
    payments: payments.map((payment) => paymentOf(payment)),
  })
  const ask = (method: string, path: string, body: string): unknown => {
    const { status, json } = simulator.control(method, path === '' ? '/_simulator' : `/_simulator/${path}`, body)
    if (status !== 200) throw new Error(`${method} ${path}: ${status} ${JSON.stringify(json)}`)
    return json
  }
  const { url, browserUrl, ca, clientCert, passphrase, close } = simulator
  const { merchantId, connectId, connectPassword } = SIMULATOR_LOGIN
  return {
    url,
    browserUrl,
    ca,
    clientCert,
    passphrase,
    login: { merchant_id: merchantId, connect_id: connectId, connect_password: connectPassword },
    get: async (path) => ask('GET', path, ''),
    post: async (path, body = {}) => ask('POST', path, JSON.stringify(body)),
    close,
  }
}
