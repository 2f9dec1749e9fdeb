// Error texts: the shop's own database. See error-template.ts.
import type { ErrorTemplate } from '../error-template.js'

export const SHOP_EN = {
  'shop-missing': {
    message: 'No shop database is configured.',
    next: 'Set PAYGENT_SHOP_DATABASE to mysql://… or postgres://… (docs/shop-database.md). For a CSV file use paygent import.',
  },
  'shop-address': {
    message: 'PAYGENT_SHOP_DATABASE is not written as it should be[: {problem}].',
    next: 'Write mysql://user:password@host:3306/database; signs as %40. Its options are ?socket= ?ca= ?tls=. TLS needs a host name, not an address.',
  },
  'shop-login-refused': {
    message: "The shop's database refuses the login[: {place}][ ({problem})].",
    next: 'Check user, password and database name in PAYGENT_SHOP_DATABASE.',
  },
  'shop-rights': {
    message: "The user of the shop's database lacks a right[: {place}][ ({problem})].",
    next: 'Run the GRANT statements of docs/shop-database.md and check with paygent doctor.',
  },
  'shop-not-verified': {
    message: "The certificate of the shop's database does not verify[: {place}][ ({problem})]. No connection was made.",
    next: 'Give the right CA certificate with ?ca=. Only where the line needs no encryption say ?tls=off.',
  },
  'shop-not-eccube': {
    message: "The columns of EC-CUBE's Paygent payment are not there[: {place}].",
    next: 'Check the database name, and that the user has the rights of docs/shop-database.md.',
  },
  'shop-eccube3': {
    message: 'This is the database of EC-CUBE 3 (dtb_mdl_order_payment)[: {place}]. It cannot be read directly.',
    next: "Export the orders as a CSV file in EC-CUBE's admin pages and take it in with paygent import.",
  },
  'shop-columns-missing': {
    message: "Columns of the shop's database cannot be read[: {names}][ ({place})].",
    next: "Run the GRANT statements of docs/shop-database.md. If a column does not exist, ask your administrator for the module's version.",
  },
  'shop-pooler': {
    message: 'A pooler[ ({pooler})] lends the connection to others after each transaction[: {place}].',
    next: 'Set PAYGENT_SHOP_DATABASE to the port of the database itself, or give this user pool_mode = session.',
  },
  'shop-read-only': {
    message: "The shop's database takes no writes (a standby, or read_only)[: {place}].",
    next: 'Set PAYGENT_SHOP_DATABASE to the primary server.',
  },
  'shop-lock-lost': {
    message: "The lock in the shop's database is no longer this connection's.",
    next: 'Run it again. If it goes on, ask the administrator who ends connections of the database.',
  },
  'shop-unreachable': {
    message: "The shop's database cannot be reached[: {place}][ ({problem})].",
    next: 'Check the database and the network, then run it again.',
  },
  'shop-failed': {
    message: "The shop's database answered with an error[: {place}][ ({problem})].",
    next: "Show the code to the database's administrator. What paygent recorded stays.",
  },
  'another-desk': {
    message: 'Another machine[ ({machine})] is sending orders of the same shop.',
    next: 'Wait until it has ended and run it again.',
  },
} as const satisfies Record<string, ErrorTemplate>
