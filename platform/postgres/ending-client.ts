import pg from 'pg';

type Connected = ((error: Error) => void) | ((error: null, client: pg.Client) => void);

/**
 * A client whose loss ends no process, and which leaves no connection behind that came to nothing.
 *
 * Between two holders, such as the pool, its check and whoever uses it, nobody listens for its errors: one that is lost just
 * then would be an error that nobody handles. And `pg` leaves a connection open where it fails for lack of a password that the
 * server asks for; the server holds a place for it for a minute: attempt after attempt, until it has none for the platform itself.
 */
export class EndingClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: Connected): void;
  override connect(callback?: Connected): Promise<pg.Client> | undefined {
    const connected = this.#connectOrEnd();
    if (callback === undefined) return connected;
    const tell = callback as (error: Error | null, client?: pg.Client) => void;
    void connected.then(
      (client) => tell(null, client),
      (error: Error) => tell(error),
    );
    return undefined;
  }

  async #connectOrEnd(): Promise<pg.Client> {
    try {
      return await super.connect();
    } catch (error) {
      void this.end().catch(() => undefined);
      throw error;
    }
  }
}
