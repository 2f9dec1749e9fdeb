// Where `reconcile` comes into the simulation; nothing else here imports it.
export const RECONCILES = true
export { reconcile } from '../../src/jobs/reconcile/reconcile.js'
export type { ReconcileDeps } from '../../src/jobs/reconcile/deps.js'
export type { ReconcileEvent } from '../../src/jobs/reconcile/events.js'
