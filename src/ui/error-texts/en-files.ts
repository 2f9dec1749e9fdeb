// Errors in English: files and the mirror. How the templates are filled stands in error-template.ts.
import type { ErrorTemplate } from '../error-template.js'

export const FILES_EN = {
  'file-unreadable': {
    message: 'The file cannot be read: {path}[ ({problem})][ (setting: {setting})]',
    next: 'Check the path and the permission to read it.',
  },
  'file-too-open': {
    message: 'Others can read a file that holds a secret: {path}',
    next: 'Run: chmod 600 {path}',
  },
  'file-exists': {
    message: 'The file is there already: {path}. It was not overwritten.',
    next: 'Give another name or move the old file.',
  },
  'port-in-use': {
    message: 'Another program uses the port[ {port}]. The simulator was not started.',
    next: 'Give another one with --port.',
  },
  'mirror-missing': {
    message: 'There is no mirror of the orders: {path}[ ({problem})]',
    next: 'Make it with "paygent import <csv>" or "paygent pull", or name another one with --db or PAYGENT_DB.',
  },
  'mirror-not-ours': {
    message: 'This file is not a mirror made by paygent: {path}[ ({problem})]',
    next: 'Check --db or PAYGENT_DB.',
  },
  'mirror-newer': {
    message: 'The mirror was made by a newer paygent: {path}[ (version {found}, this program knows {known})]',
    next: 'Update paygent.',
  },
  'mirror-unusable': {
    message: 'The mirror cannot be used: {path}[ ({problem})]',
    next: 'Check disk and permissions.',
  },
  'mirror-damaged': {
    message: 'The mirror is damaged: {path}[ ({problem})]',
    next: 'Put back a copy made by "paygent backup" and run "paygent reconcile --audit --yes".',
  },
  'mirror-on-network': {
    message:
      'The mirror is on a network disk: {path}[ ({problem})]. The lock against sending twice does not work there.',
    next: 'Move it to a disk of this machine and name it with --db or PAYGENT_DB.',
  },
  'mirror-busy': {
    message: 'Another program is writing to the mirror, so nothing can be recorded[: {path}].',
    next: 'Close that program, a database tool for one, and run "paygent reconcile" before going on.',
  },
  'mirror-full': {
    message: 'The disk is full; nothing can be recorded[: {path}][ ({problem})].',
    next: 'Make room and run "paygent reconcile" before going on.',
  },
  'mirror-of-another-environment': {
    message: 'The mirror belongs to another environment: {path}[ (mirror: {found}, settings: {wanted})][ {problem}]',
    next: 'Make PAYGENT_ENVIRONMENT or PAYGENT_DB fit.',
  },
  'mirror-of-another-merchant': {
    message: 'The mirror belongs to another merchant: {path}[ (mirror: {found}, settings: {wanted})][ {problem}]',
    next: 'Make PAYGENT_MERCHANT_ID or PAYGENT_DB fit.',
  },
  'ledger-unusable': {
    message: "The simulator's ledger cannot be used: {path}[ ({problem})]",
    next: 'Name another file with --state, or move this one away; a new one is made at the next start.',
  },
  'csv-bad': {
    message: 'The CSV cannot be imported: {path}{*lines}\nNothing was imported.',
    next: 'Correct this and import the file again.',
  },
  'encoding-impossible': {
    message:
      'The character[ "{character}"][ ({codePoint})] cannot be sent in Windows-31J[ (field: {field})]. This request was not sent.',
    next: 'Replace it by a character that Windows-31J has.',
  },
} as const satisfies Record<string, ErrorTemplate>
