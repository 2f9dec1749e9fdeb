// The shop's own database as `doctor` sees it: opened like `pull` opens it, looked at, and closed.
import { AppError } from '../errors.js'
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
  const { withTheShop } = await import('./shop-desk.js')
  const { inspectShop } = await import('../shop/rights-check.js')
  try {
    return judgeShop(await withTheShop({ config }, inspectShop))
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return [faultFinding('shop', error), ...shopUntried('shop').filter(({ check }) => check !== 'shop')]
  }
}
