import proto from '@temporalio/proto';

const { History } = proto.temporal.api.history.v1;
type RecordedHistory = proto.temporal.api.history.v1.IHistory;

// The SDK's own conversion needs a single copy of protobufjs in node_modules; this one does not.
/** A history as the text of a file: one event per line, so that a difference can be read. */
export function historyToJson(history: RecordedHistory): string {
  const plain = History.toObject(History.fromObject(history), {
    longs: String,
    enums: String,
    bytes: String,
  });
  const events: unknown[] = plain.events;
  return `{"events":[\n${events.map((event) => JSON.stringify(event, withoutStackTrace)).join(',\n')}\n]}\n`;
}

/** Paths of the machine it was recorded on. */
function withoutStackTrace(key: string, value: unknown): unknown {
  return key === 'stackTrace' ? '' : value;
}

export function historyFromJson(text: string): RecordedHistory {
  const plain: unknown = JSON.parse(text);
  if (typeof plain !== 'object' || plain === null)
    throw new TypeError('A history file holds one JSON object.');
  return History.fromObject(plain);
}
