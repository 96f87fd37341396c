import type { ConsumeMessage, Options } from 'amqplib';

/**
 * The properties of a received message, for publishing it again: all of them, except those that would act on the broker
 * once more. CC and BCC would send copies elsewhere, so they are renamed; a user id must be the publisher's own; what
 * the broker added at delivery was not the sender's.
 */
export function republishedProperties(message: Pick<ConsumeMessage, 'properties'>): Options.Publish {
  const { headers, userId: _user, deliveryMode: _mode, clusterId: _cluster, ...kept } = message.properties;
  const defined = Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined));
  const entries = Object.entries(headers ?? {}).filter(([name]) => !brokersOwn.has(name));
  if (entries.length === 0) return defined;
  return { ...defined, headers: Object.fromEntries(entries.map(([name, value]) => [inert(name), value])) };
}

/** Counters that a quorum queue adds to what it delivers. */
const brokersOwn: ReadonlySet<string> = new Set(['x-delivery-count', 'x-acquired-count']);

function inert(headerName: string): string {
  return headerName === 'CC' || headerName === 'BCC' ? `x-original-${headerName.toLowerCase()}` : headerName;
}
