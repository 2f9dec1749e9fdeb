// Errors in English: a mirror put back or copied, and where this machine notes how far each had come.
import type { ErrorTemplate } from '../error-template.js'

export const STATE_EN = {
  'mirror-behind': {
    message:
      'The mirror is older than when this machine last used it, or a copy that went another way[: {path}]. It was probably put back from a backup or copied, so requests that were sent may be missing in it.',
    next: 'Run "paygent reconcile --audit --yes" to compare it with Paygent. If the newest mirror is elsewhere, name it with --db or PAYGENT_DB.',
  },
  'mirror-unknown': {
    message:
      "This user of this machine has never used the mirror[: {path}]. It was moved or copied, or it is another OS user's.",
    next: 'Run "paygent reconcile --audit --yes" once to compare it with Paygent. Where staff and cron are different users, set PAYGENT_STATE_DIR to a folder that they share.',
  },
  'mirror-unrecorded': {
    message:
      'The last work of this mirror is not in the usage record of this machine[ ({path})]: the record could not be written, or this is a backup made in mid-run. Requests that were sent may be missing in it.',
    next: 'Run "paygent reconcile --audit --yes" to compare it with Paygent.',
  },
  'state-unrecorded': {
    message: 'The usage record could not be written[: {file}][ ({problem})].',
    next: 'Check the permissions of its folder and the room on the disk, and run "paygent reconcile --audit --yes" before anything is sent.',
  },
  'result-unwritable': {
    message: 'The result could not be written[ ({problem})].[{reader}]',
    next: '[{place} ]The result can be shown again[: it is recorded; paygent runs show {run}].',
  },
  'state-unusable': {
    message: 'The record of how far the mirror had come cannot be read or written[: {path}][ ({problem})].',
    next: 'Check the permissions of its folder and the room on the disk, or name another folder with PAYGENT_STATE_DIR. If the file is damaged, move it away and run "paygent reconcile --audit --yes".',
  },
  'file-unwritable': {
    message: 'The file cannot be made: {path}[ ({problem})]',
    next: 'Check that its folder is there and may be written to.',
  },
  'backup-on-network': {
    message: 'The backup would be on a network disk: {path}[ ({problem})]. None was made.',
    next: 'Make it on a disk of this machine and copy the finished file.',
  },
  'backup-failed': {
    message: 'No backup was made: {path}[ ({problem})]. Nothing of it was left behind.',
    next: 'Check the room on the disk, look at the mirror with "paygent doctor", and run it again.',
  },
} as const satisfies Record<string, ErrorTemplate>
