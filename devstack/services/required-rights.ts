import { findRootAccess } from './command.js';
import type { Provision, Service } from './provision.js';
import { ServiceError } from './service-error.js';

/**
 * Looks, before anything is started, whether something will need root's rights that cannot be had.
 * @returns whether they can be had. @throws ServiceError that names everything which needs them.
 */
export async function checkRights(
  provision: Provision,
  services: readonly Service<unknown>[],
  missingPackages: readonly string[],
): Promise<boolean> {
  if ((await findRootAccess(provision.environment)) !== undefined) return true;
  const reasons = await Promise.all(services.map(async (service) => service.needsRoot?.(provision)));
  const needs = reasons.filter((reason) => reason !== undefined);
  const packages = [...new Set(missingPackages)];
  if (packages.length > 0) {
    needs.unshift({
      what: `the packages ${packages.join(', ')} are missing`,
      remedy: `sudo apt-get install --no-install-recommends ${packages.join(' ')}`,
    });
  }
  if (needs.length === 0) return false;
  throw new ServiceError(
    `This needs root, or sudo without a password, and neither is here: ${needs.map(({ what }) => what).join('; ')}. Nothing was started.`,
    { remedy: needs.map(({ remedy }) => remedy).join('\n      ') },
  );
}
