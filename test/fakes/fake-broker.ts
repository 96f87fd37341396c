import type { ChannelModel } from 'amqplib';

type Message = { readonly content: Buffer; readonly properties: { readonly correlationId: string } };

/** A connection on which bridges answer a request for reports with these bodies, each time the next list. */
export function brokerAnswering(...rounds: readonly (readonly unknown[])[]): ChannelModel {
  let round = 0;
  const createChannel = () => {
    let receive: (message: Message) => void = () => undefined;
    return Promise.resolve({
      on: () => undefined,
      checkExchange: () => Promise.resolve(),
      assertQueue: () => Promise.resolve({ queue: 'replies' }),
      consume: (_queue: string, onMessage: (message: Message) => void) => {
        receive = onMessage;
        return Promise.resolve();
      },
      publish: (_exchange: string, _key: string, _body: Buffer, properties: { correlationId: string }) => {
        const bodies = rounds[Math.min(round, rounds.length - 1)] ?? [];
        round += 1;
        for (const body of bodies) receive({ content: asBuffer(body), properties });
      },
      close: () => Promise.resolve(),
    });
  };
  return { createChannel, on: () => undefined, off: () => undefined } as unknown as ChannelModel;
}

/** A text as it is, everything else as JSON. */
function asBuffer(body: unknown): Buffer {
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
