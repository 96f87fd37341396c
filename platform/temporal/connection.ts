import { connect } from 'node:net';
import type { ConnectionOptions, TLSConfig, WorkflowClientInterceptor } from '@temporalio/client';
import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import { errorText } from '../../domain/errors/error-text.js';
import type { TemporalSettings } from '../settings/settings.js';
import { isForbidden, isLimited, isWithoutAnswer } from './grpc-status.js';
import { retriesUntilClosed } from './retries-until-closed.js';
import { tlsConfig } from './tls-config.js';

export interface TemporalClient {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
  /** host:port, for messages. */
  readonly address: string;
  /** One round trip. @throws TemporalUnreachableError */
  check(timeoutMs?: number): Promise<void>;
  close(): Promise<void>;
}

/** Thrown when the server does not answer, or nothing but a refusal; the message names the address, the cause and the next command. */
export class TemporalUnreachableError extends Error {
  override readonly name = 'TemporalUnreachableError';
}

/**
 * A client that connects on first use: a process may start while the server is down, and gRPC reconnects by itself.
 * `Connection.ensureConnected` is not used, since it remembers a first failure for ever.
 * @throws SettingsError when a TLS file cannot be used.
 */
export function createTemporalClient(
  settings: TemporalSettings,
  interceptors: readonly WorkflowClientInterceptor[] = [],
): TemporalClient {
  const retries = retriesUntilClosed();
  const connection = Connection.lazy({
    address: settings.address,
    interceptors: [defaultDeadline, ...retries.interceptors],
    tls: tlsConfig(settings),
    ...(settings.apiKey && { apiKey: settings.apiKey.reveal() }),
    channelArgs,
  });
  const client = new Client({
    connection,
    namespace: settings.namespace,
    interceptors: { workflow: [...interceptors] },
  });
  return {
    client,
    connection,
    namespace: settings.namespace,
    address: settings.address,
    async check(timeoutMs = 5_000) {
      try {
        await connection.withDeadline(Date.now() + timeoutMs, () =>
          connection.workflowService.getSystemInfo({}),
        );
      } catch (cause) {
        throw unreachable(settings, await whyUnreachable(settings.address, timeoutMs, cause), cause);
      }
    },
    async close() {
      await retries.end();
      await connection.close();
    },
  };
}

/** Else http_proxy of the environment would count here, and nowhere else: not for workers, nor for the other services. */
const channelArgs = { 'grpc.enable_http_proxy': 0 };

/** A server that is frozen accepts a call and never answers; who waits longer on purpose says so with a deadline of his own. */
const answerWithinMs = 20_000;
/** The server itself answers a wait for the end of a workflow after about 20 s. */
const longPoll =
  /\/(GetWorkflowExecutionHistory|PollWorkflowExecutionUpdate|UpdateWorkflowExecution|QueryWorkflow)$/;
const longPollWithinMs = 28_000;

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];

const defaultDeadline: Interceptor = (options, nextCall) => {
  const withinMs = longPoll.test(options.method_definition.path) ? longPollWithinMs : answerWithinMs;
  const deadline = options.deadline ?? Date.now() + withinMs;
  // Nothing of the call itself is changed, so none of gRPC's own wrappers is needed.
  return nextCall({ ...options, deadline }) as ReturnType<Interceptor>;
};

/** The connection options that `@temporalio/worker` wants for its own, native connection. @throws SettingsError */
export function workerConnectionOptions(settings: TemporalSettings): {
  address: string;
  tls: TLSConfig | false;
  apiKey?: string;
} {
  return {
    address: settings.address,
    tls: tlsConfig(settings),
    ...(settings.apiKey && { apiKey: settings.apiKey.reveal() }),
  };
}

/** gRPC only tells where in its own waiting the time ran out; a plain connection says what is wrong. */
async function whyUnreachable(address: string, timeoutMs: number, cause: unknown): Promise<string> {
  if (!isGrpcServiceError(cause)) return errorText(cause);
  if (!isWithoutAnswer(cause)) return cause.details || cause.message;
  const refusal = await connectionRefusal(address, probeTimeoutMs);
  return refusal ?? `the port is open, but nothing that speaks to us answered within ${timeoutMs / 1000} s`;
}

const probeTimeoutMs = 1000;

/** @returns why no TCP connection can be had, or undefined when it can. */
function connectionRefusal(address: string, timeoutMs: number): Promise<string | undefined> {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(address.slice(colon + 1)), timeout: timeoutMs });
    const end = (refusal: string | undefined) => {
      socket.destroy();
      resolve(refusal);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end(`no connection within ${timeoutMs / 1000} s`));
    socket.once('error', (error) => end(errorText(error)));
  });
}

/** @param said by the server. */
export function describeLimit(address: string, said: string): string {
  return (
    `Temporal at ${address} takes no more calls for now (${said}). Its limit is too low for what is going on, or ` +
    'somebody else uses it up: see frontend.namespaceRPS and frontend.rps of its dynamic configuration, or the limits of ' +
    'the cloud’s namespace. Bridges and workers ask again by themselves, and lose nothing.'
  );
}

function unreachable(settings: TemporalSettings, why: string, cause: unknown): TemporalUnreachableError {
  if (isLimited(cause)) return new TemporalUnreachableError(describeLimit(settings.address, why), { cause });
  if (isForbidden(cause)) {
    return new TemporalUnreachableError(
      `Temporal at ${settings.address} answers, and refuses every call: ${why}. TEMPORAL_API_KEY or the certificate of ` +
        `TEMPORAL_TLS may be wrong or out of date, or lack the right for this namespace. Check with: temporal workflow ` +
        `count --address ${settings.address} --namespace ${settings.namespace}`,
      { cause },
    );
  }
  return new TemporalUnreachableError(
    `Failed to connect to Temporal at ${settings.address}: ${why}. The server may be down, or TEMPORAL_ADDRESS, ` +
      `TEMPORAL_TLS or TEMPORAL_API_KEY wrong. Check with: temporal operator cluster health --address ${settings.address}`,
    // That the time was up adds nothing.
    isWithoutAnswer(cause) ? {} : { cause },
  );
}
