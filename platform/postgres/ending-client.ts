import pg from 'pg';

type Connected = ((error: Error) => void) | ((error: null, client: pg.Client) => void);

/**
 * Ends a connection that came to nothing. `pg` leaves it open where it fails for lack of a password that the server asks for, and
 * the server holds a place for it for a minute: attempt after attempt, until it has none for the platform itself.
 */
export class EndingClient extends pg.Client {
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
