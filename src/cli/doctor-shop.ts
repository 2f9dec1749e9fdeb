// The shop's own database as `doctor` sees it: opened like `pull` opens it, looked at, and closed.
import { systemClock } from '../clock.js'
import { AppError, installationFault } from '../errors.js'
import { faultFinding, finding, type Finding } from '../jobs/doctor/finding.js'
import { judgeShop, shopUntried } from '../jobs/doctor/shop.js'
import type { Diagnosis } from './doctor-settings.js'

export async function shopFindings({ config, faults }: Diagnosis): Promise<Finding[]> {
  if (config.shopDatabase === null) {
    const isUnknown = faults.some(
      ({ code, params }) => code === 'env-file-missing' || params['name'] === 'PAYGENT_SHOP_DATABASE',
    )
    return isUnknown ? shopUntried('configuration') : [finding('shop', 'shop-none', {})]
  }
  try {
    const { withTheShop } = await import('./shop-desk.js')
    const { inspectShop } = await import('../shop/rights-check.js')
    return judgeShop(await withTheShop({ config }, inspectShop), systemClock.nowMs())
  } catch (error) {
    const fault = installationFault(error) ?? error
    if (!(fault instanceof AppError)) throw error
    return [faultFinding('shop', fault), ...shopUntried('shop').filter(({ check }) => check !== 'shop')]
  }
}
