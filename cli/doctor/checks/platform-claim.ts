import { isSamePlatform } from '../../../domain/grading/platform-identity.js';
import { readPlatformIdentity } from '../../../platform/postgres/platform-identity.js';
import { readPlatformClaim } from '../../../platform/temporal/platform-claim.js';
import type { Check } from '../check.js';
import { failed, ok, warning } from '../check.js';

/** Two platforms in one namespace take each other's gradings. */
export const platformClaim: Check = {
  name: 'one platform',
  area: 'Temporal',
  needs: 'namespace',
  async run({ temporal, database }) {
    const claim = await readPlatformClaim(temporal);
    const { namespace, address } = temporal;
    if (claim === undefined) {
      return warning(
        `nobody has written yet which platform the namespace ${namespace} belongs to: no bridge or worker of this release has run, or Temporal refuses it`,
        'grader bridge, or grader worker; its log says why where it cannot',
      );
    }
    const identity = await readPlatformIdentity(database);
    if (isSamePlatform(claim.identity, identity)) {
      if (claim.identity.schema === '' && identity.schema !== '') {
        return warning(
          `the namespace belongs to the database ${claim.place}, which is ours; by ${claim.by} of an older release, which saw no tables in it, so that those of another schema would pass for ours`,
          `temporal schedule delete --schedule-id platform --namespace ${namespace} --address ${address}: a bridge or worker writes it anew within 15 s`,
        );
      }
      return ok(`the namespace belongs to the database ${claim.place}, which is ours`);
    }
    return failed(
      `the namespace belongs to another platform, that of the database ${claim.place} (written by ${claim.by}, ${claim.at}): bridges and workers of this one refuse to start`,
      `give this platform a TEMPORAL_NAMESPACE of its own; if its database was moved: temporal schedule delete --schedule-id platform --namespace ${namespace} --address ${address}`,
    );
  },
};
