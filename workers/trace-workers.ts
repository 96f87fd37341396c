import type { ActivityInterceptorsFactory, InjectedSinks } from '@temporalio/worker';
import type { Sinks } from '@temporalio/workflow';
import type { Logger } from '../platform/process/logger.js';
import type { Tracing } from '../platform/process/tracing.js';
import { startTracing } from '../platform/process/tracing.js';
import type { SettingsOf } from '../platform/settings/settings.js';

export interface WorkerTracing {
  /** Makes a span of each attempt of an activity, and adds the trace's id to its log lines. */
  readonly activityInterceptor: ActivityInterceptorsFactory;
  /** Take the spans out of the workflows; not called while a history is replayed. */
  readonly sinks: InjectedSinks<Sinks>;
}

/** Undefined where no collector is set. */
export async function openTracing(
  { otlpEndpoint: endpoint, otlpHeaders: headers, hostId: host }: SettingsOf<'tracing' | 'host'>,
  log: Logger,
): Promise<(Tracing & { readonly workers: WorkerTracing }) | undefined> {
  if (endpoint === undefined) return undefined;
  const tracing = await startTracing({ endpoint, headers, service: 'grading-worker', host, log });
  return { ...tracing, workers: await traceWorkers(tracing) };
}

async function traceWorkers({ processor, resource }: Tracing): Promise<WorkerTracing> {
  const {
    OpenTelemetryActivityInboundInterceptor,
    OpenTelemetryActivityOutboundInterceptor,
    makeWorkflowExporter,
  } = await import('@temporalio/interceptors-opentelemetry/lib/worker/index.js');
  return {
    activityInterceptor: (context) => ({
      inbound: new OpenTelemetryActivityInboundInterceptor(context),
      outbound: new OpenTelemetryActivityOutboundInterceptor(context),
    }),
    sinks: { exporter: makeWorkflowExporter(processor, resource) },
  };
}
