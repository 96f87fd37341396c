import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { z } from 'zod';
import type { BridgeControl, BridgeSetting } from '../../domain/cutover/bridge-control.js';
import {
  bridgeControlType,
  bridgeModes,
  controlWorkflowId,
  describeSetting,
  replacedSignal,
} from '../../domain/cutover/bridge-control.js';
import { ControlConflictError } from '../../domain/cutover/control-conflict-error.js';
import { gradingQueue } from '../../domain/grading/grading-workflow.js';
import { shareSteps } from '../../domain/grading/share.js';
import type { TemporalClient } from './connection.js';

/** Who sets what, and why. */
export interface ControlChange extends BridgeSetting {
  readonly by: string;
  readonly why: string;
  readonly cutover?: string;
  readonly evidence?: readonly string[];
}

/**
 * The setting of a queue's bridges, as a chain of versions. A version is a workflow whose id holds its number: the
 * server lets only one writer start it, and reading it needs no worker. The newest is the one without a successor.
 */
export interface BridgeControlStore {
  /** @returns the newest version after `known`, or undefined when `known` is the newest. One short round trip. */
  newerThan(known: number): Promise<BridgeControl | undefined>;
  /** The newest version: starts from the server's list, which may lag, and follows the chain. */
  newest(): Promise<BridgeControl | undefined>;
  /** Makes the version after `known`. @throws ControlConflictError if it exists already. */
  follow(known: number, change: ControlChange): Promise<BridgeControl>;
  /** Makes the next version, whatever the newest is: for an abort. */
  set(change: ControlChange): Promise<BridgeControl>;
  /** Newest first; those within the namespace's retention. */
  history(limit: number): Promise<readonly BridgeControl[]>;
}

export const bridgeControlSchema = z.object({
  mode: z.enum(bridgeModes),
  share: z.int().min(0).max(shareSteps),
  salt: z.string(),
  version: z.int().nonnegative(),
  at: z.string(),
  by: z.string(),
  why: z.string(),
  cutover: z.string().optional(),
  evidence: z.array(z.string()).optional(),
});

/** A poll that takes longer means that the server is in trouble. */
const readTimeoutMs = 2_000;
const writeTimeoutMs = 5_000;
const setWithinMs = 20_000;

export function createBridgeControlStore(temporal: TemporalClient, queue: string): BridgeControlStore {
  const within = <Result>(ms: number, call: () => Promise<Result>): Promise<Result> =>
    temporal.connection.withDeadline(Date.now() + ms, call);
  const handle = (version: number) => temporal.client.workflow.getHandle(controlWorkflowId(queue, version));

  const read = async (version: number): Promise<BridgeControl | undefined> => {
    try {
      const { memo } = await within(readTimeoutMs, () => handle(version).describe());
      return parseControl(memo?.control);
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  };

  const newerThan = async (known: number): Promise<BridgeControl | undefined> => {
    let newest: BridgeControl | undefined;
    for (let version = known + 1; ; version += 1) {
      const found = await read(version);
      if (!found) return newest;
      newest = found;
    }
  };

  const history = async (limit: number): Promise<readonly BridgeControl[]> => {
    const controls: BridgeControl[] = [];
    const query = `WorkflowType = '${bridgeControlType}' AND WorkflowId STARTS_WITH '${quoted(controlWorkflowId(queue, 0).slice(0, -1))}'`;
    await within(writeTimeoutMs, async () => {
      for await (const execution of temporal.client.workflow.list({ query })) {
        const control = parseControl(execution.memo?.control);
        // Another queue's name may start with ours.
        if (control && execution.workflowId === controlWorkflowId(queue, control.version))
          controls.push(control);
        // Open ones come first, so the newest is among the first few.
        if (controls.length >= Math.max(limit, 20)) break;
      }
    });
    return controls.sort((a, b) => b.at.localeCompare(a.at) || b.version - a.version).slice(0, limit);
  };

  const newest = async (): Promise<BridgeControl | undefined> => {
    const [listed] = await history(1);
    return (await newerThan(listed?.version ?? 0)) ?? listed;
  };

  const follow = async (known: number, change: ControlChange): Promise<BridgeControl> => {
    const control: BridgeControl = { ...change, version: known + 1, at: new Date().toISOString() };
    try {
      await within(writeTimeoutMs, () =>
        temporal.client.workflow.start(bridgeControlType, {
          workflowId: controlWorkflowId(queue, control.version),
          taskQueue: gradingQueue,
          args: [control],
          memo: { control },
          workflowIdConflictPolicy: 'FAIL',
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          staticSummary: `${describeSetting(control)} · ${control.by}`.slice(0, 190),
        }),
      );
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      throw new ControlConflictError(
        `Version ${control.version} of what the bridges of ${queue} do was set by somebody else at the same time. Look at it with: grader mode show`,
      );
    }
    // A version that stays open does no harm: readers follow the chain to its end.
    await within(writeTimeoutMs, () => handle(known).signal(replacedSignal)).catch(() => undefined);
    return control;
  };

  return {
    newerThan,
    newest,
    follow,
    async set(change) {
      // Must get through even to a server in trouble; one more version of the same setting does no harm.
      const deadline = Date.now() + setWithinMs;
      for (;;) {
        try {
          return await follow((await newest())?.version ?? 0, change);
        } catch (error) {
          if (!(error instanceof ControlConflictError) && Date.now() > deadline) throw error;
        }
      }
    },
    history,
  };
}

function parseControl(value: unknown): BridgeControl | undefined {
  const parsed = bridgeControlSchema.safeParse(value);
  return parsed.success ? (parsed.data as BridgeControl) : undefined;
}

function quoted(text: string): string {
  return text.replaceAll("'", "''");
}
