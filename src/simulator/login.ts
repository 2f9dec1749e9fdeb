// Kept apart from the server, so that the configuration can name the login without loading TLS and SQLite.

export interface SimulatorLogin {
  readonly merchantId: string
  readonly connectId: string
  readonly connectPassword: string
}

/** The login of every simulator: nothing secret, and of no use anywhere else. */
export const SIMULATOR_LOGIN = {
  merchantId: '12345678',
  connectId: 'simulator',
  connectPassword: 'simulator',
} as const satisfies SimulatorLogin
