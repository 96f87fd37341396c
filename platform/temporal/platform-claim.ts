import { ScheduleAlreadyRunning, ScheduleNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import type { PlatformIdentity } from '../../domain/grading/platform-identity.js';
import { isSamePlatform } from '../../domain/grading/platform-identity.js';
import { SettingsError } from '../settings/settings-error.js';
import type { TemporalClient } from './connection.js';
import { isNamespaceMissing } from './namespace-missing.js';

/*
 * A namespace belongs to one platform. Who comes first writes that into it: as the memo of a schedule that is paused and has
 * no times, so it starts nothing. Making a schedule is what every bridge and worker may do on every server, Temporal Cloud
 * included; the server makes only one of a name; it outlives the retention, and it is in no list of workflows. Why not the
 * namespace's own data: docs/adr/0005-one-platform-per-namespace.md.
 */

/** Which platform a namespace belongs to. */
export interface PlatformClaim {
  readonly identity: PlatformIdentity;
  /** For people: host, port and name of the database; no password. */
  readonly place: string;
  /** The process that wrote it. */
  readonly by: string;
  readonly at: string;
}

export const claimScheduleId = 'platform';
const claimMemo = 'platform';

const claimSchema = z.object({
  identity: z.object({ system: z.string().optional(), database: z.string(), schema: z.string() }),
  place: z.string(),
  by: z.string(),
  at: z.string(),
});

/** A person's who set it: two platforms in one namespace. Another start is of no use. */
export class ForeignPlatformError extends SettingsError {
  constructor(
    { namespace, address }: Pick<TemporalClient, 'namespace' | 'address'>,
    holder: PlatformClaim,
    mine: Pick<PlatformClaim, 'place'>,
  ) {
    const at = `--namespace ${namespace} --address ${address}`;
    super(
      ['TEMPORAL_NAMESPACE', 'DATABASE_URL'],
      `The namespace ${namespace} at ${address} belongs to another platform: that of the database ${holder.place} (written by ${holder.by}, ${holder.at}). This one has the database ${mine.place}. Gradings are named by the number of the submission, so in one namespace each would take the other's.
Perhaps TEMPORAL_NAMESPACE or DATABASE_URL comes from another installation: give each platform a namespace of its own, such as TEMPORAL_NAMESPACE=${namespace}-2.
If it is the same platform, whose database was moved (dump and restore, pg_upgrade), let the namespace forget the old one, and start again:
  temporal schedule delete --schedule-id ${claimScheduleId} ${at}`,
    );
  }
}

/** In a namespace that was made just now, the server's own worker of schedules needs some seconds before it answers. */
const timeoutMs = 12_000;

/** @returns undefined where nobody has claimed the namespace. @throws the client's error. */
export async function readPlatformClaim(temporal: TemporalClient): Promise<PlatformClaim | undefined> {
  try {
    const { memo } = await within(temporal, () =>
      temporal.client.schedule.getHandle(claimScheduleId).describe(),
    );
    const parsed = claimSchema.safeParse(memo?.[claimMemo]);
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof ScheduleNotFoundError && !isNamespaceMissing(error)) return undefined;
    throw error;
  }
}

/** For those who only read, or start what a person asks for: they claim nothing. @throws ForeignPlatformError, or the client's error. */
export async function assertOurPlatform(
  temporal: TemporalClient,
  mine: Pick<PlatformClaim, 'identity' | 'place'>,
): Promise<void> {
  const holder = await readPlatformClaim(temporal);
  if (holder !== undefined && !isSamePlatform(holder.identity, mine.identity)) {
    throw new ForeignPlatformError(temporal, holder, mine);
  }
}

/**
 * Claims the namespace unless somebody has; of several at once, one does. A namespace with gradings of an earlier release
 * has no claim: the first process of this one makes it. Who finds no tables claims nothing: that would hold for those of every
 * schema of the database.
 * @throws ForeignPlatformError, or the client's error.
 */
export async function claimNamespace(temporal: TemporalClient, mine: PlatformClaim): Promise<void> {
  const written = await readPlatformClaim(temporal);
  if (written === undefined && mine.identity.schema === '') return;
  const holder = written ?? (await write(temporal, mine));
  if (!isSamePlatform(holder.identity, mine.identity)) throw new ForeignPlatformError(temporal, holder, mine);
}

async function write(temporal: TemporalClient, mine: PlatformClaim): Promise<PlatformClaim> {
  try {
    await within(temporal, () =>
      temporal.client.schedule.create({
        scheduleId: claimScheduleId,
        spec: {},
        action: { type: 'startWorkflow', workflowType: 'nothing', taskQueue: 'nothing', args: [] },
        state: {
          paused: true,
          note: `Starts nothing: it says that this namespace belongs to the database ${mine.place}.`,
        },
        memo: { [claimMemo]: mine },
      }),
    );
    return mine;
  } catch (error) {
    // Somebody was faster.
    const holder = error instanceof ScheduleAlreadyRunning && (await readPlatformClaim(temporal));
    if (holder) return holder;
    throw error;
  }
}

function within<Result>({ connection }: TemporalClient, call: () => Promise<Result>): Promise<Result> {
  return connection.withDeadline(Date.now() + timeoutMs, call);
}
