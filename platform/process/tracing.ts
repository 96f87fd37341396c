/**
 * OpenTelemetry traces: one from a message through its workflow to the last activity.
 *
 * Nothing of OpenTelemetry is loaded unless an endpoint is set, so a process without one pays nothing. Spans are sent in
 * batches in the background; what the collector does not take is dropped and logged once, as no grading waits for it.
 * The context of a trace travels in the headers of workflows and activities, never in their arguments, so histories made
 * with and without tracing replay alike.
 */

import type { Resource } from '@opentelemetry/resources';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { Secret } from '../settings/secret.js';
import { redactCredentials } from '../settings/secret.js';
import { decodedPart } from '../settings/url-part.js';
import type { Logger } from './logger.js';

export interface TracingOptions {
  /** Base address of an OTLP/HTTP collector; `/v1/traces` is added. */
  readonly endpoint: Secret;
  /** `name=value,name=value`, such as the key of a hosted collector. */
  readonly headers: Secret | undefined;
  readonly service: 'grading-bridge' | 'grading-worker';
  readonly host: string;
  readonly log: Logger;
}

export interface Tracing {
  /** Makes a span of each call to a workflow and gives its context to the workflow. */
  readonly clientInterceptor: WorkflowClientInterceptor;
  /** Where spans made elsewhere are put, such as those of workflows. */
  readonly processor: SpanProcessor;
  readonly resource: Resource;
  /** Runs `work` in a span that begins a trace. */
  consume<Result>(message: MessageSpan, work: (annotate: Annotate) => Promise<Result>): Promise<Result>;
  /** Sends what is left, for a few seconds at most. */
  close(): Promise<void>;
}

/** A message of a queue; names follow OpenTelemetry's conventions for messaging. */
export interface MessageSpan {
  readonly queue: string;
  readonly redelivered: boolean;
}

export type Annotate = (attributes: Readonly<Record<string, string | number | boolean>>) => void;

const sendWithinMs = 3_000;

export async function startTracing(options: TracingOptions): Promise<Tracing> {
  const { service, host, log } = options;
  const [api, base, { Resource: ResourceOf }, { OTLPTraceExporter }, hooks, client] = await Promise.all([
    import('@opentelemetry/api'),
    import('@opentelemetry/sdk-trace-base'),
    import('@opentelemetry/resources'),
    import('@opentelemetry/exporter-trace-otlp-http'),
    import('@opentelemetry/context-async-hooks'),
    import('@temporalio/interceptors-opentelemetry/lib/client/index.js'),
  ]);
  api.diag.setLogger(tellOnce(log), api.DiagLogLevel.ERROR);
  const resource = new ResourceOf({ 'service.name': service, 'host.name': host, 'process.pid': process.pid });
  const exporter = new OTLPTraceExporter({
    url: `${options.endpoint.reveal()}/v1/traces`,
    headers: parseHeaders(options.headers),
    timeoutMillis: sendWithinMs,
  });
  const processor = new base.BatchSpanProcessor(exporter, { exportTimeoutMillis: sendWithinMs });
  const provider = new base.BasicTracerProvider({ resource, spanProcessors: [processor] });
  provider.register({ contextManager: new hooks.AsyncLocalStorageContextManager().enable() });
  const tracer = provider.getTracer('grading');
  return {
    clientInterceptor: new client.OpenTelemetryWorkflowClientInterceptor(),
    processor,
    resource,
    consume({ queue, redelivered }, work) {
      const attributes = {
        'messaging.system': 'rabbitmq',
        'messaging.operation': 'process',
        'messaging.destination.name': queue,
        'messaging.rabbitmq.redelivered': redelivered,
      };
      const kind = api.SpanKind.CONSUMER;
      return tracer.startActiveSpan(`${queue} process`, { kind, attributes }, async (span) => {
        try {
          return await work((more) => void span.setAttributes(more));
        } finally {
          span.end();
        }
      });
    },
    close: () => provider.shutdown().catch(() => undefined),
  };
}

function parseHeaders(headers: Secret | undefined): Record<string, string> {
  const pairs = (headers?.reveal() ?? '').split(',').filter((pair) => pair.includes('='));
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).trim(), decodedPart(pair.slice(at + 1).trim())];
    }),
  );
}

/** A collector that is down is noticed with each batch; one line is enough. */
function tellOnce(log: Logger) {
  let isTold = false;
  const quiet = () => undefined;
  return {
    verbose: quiet,
    debug: quiet,
    info: quiet,
    warn: quiet,
    error(message: string) {
      if (isTold) return;
      isTold = true;
      log.warn({ reason: redactCredentials(message).slice(0, 300) }, 'traces cannot be sent and are dropped');
    },
  };
}
