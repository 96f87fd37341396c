import type { RoleRights } from '../../../platform/postgres/role-rights.js';
import { readRoleRights } from '../../../platform/postgres/role-rights.js';
import type { Settings } from '../../../platform/settings/settings.js';
import type { Check, Finding } from '../check.js';
import { failed, ok, warning } from '../check.js';

export const rights: Check = {
  name: 'rights',
  area: 'PostgreSQL',
  needs: 'schema',
  run: async ({ database, settings }) => judgeRights(await readRoleRights(database), settings.recordResult),
};

export function judgeRights(seen: RoleRights, recordResult: Settings['recordResult']): Finding {
  const { role, unreadable, unwritable, hidden, isReadOnly } = seen;
  if (unreadable.length > 0) {
    return failed(
      `role ${role} may not read ${unreadable.join(', ')}: no submission can be graded`,
      `psql -c 'grant select on ${unreadable.join(', ')} to "${role}"'`,
    );
  }
  if (hidden.length > 0) {
    return warning(
      `row security of ${hidden.join(', ')} applies to role ${role}: what its policies hide counts as missing, so that a problem has no tests, or a submission does not exist`,
      `psql -c 'alter role "${role}" bypassrls', or a policy by which it sees all rows`,
    );
  }
  const lacks = isReadOnly ? ['anything (read-only server or role)'] : unwritable;
  if (lacks.length === 0) return ok(`role ${role} may read and record`);
  const grant = isReadOnly
    ? `psql -c 'alter role "${role}" reset default_transaction_read_only', or the primary server in DATABASE_URL`
    : `psql -c 'grant update on submissions to "${role}"; grant select, insert, delete on submission_results to "${role}"; grant usage on sequence submission_results_id_seq to "${role}"'`;
  const what = `role ${role} may read, but not write: ${lacks.join(', ')}`;
  switch (recordResult) {
    case 'never':
      return ok(`${what}; RECORD_RESULT=never wants no more, the backend writes the verdicts`);
    case 'auto':
      return warning(
        `${what}; the backend alone writes verdicts, when it is notified: while it is down, the platform shows Pending`,
        grant,
      );
    case 'always':
      return failed(`${what}; RECORD_RESULT=always demands it, so every grading would wait for it`, grant);
  }
}
