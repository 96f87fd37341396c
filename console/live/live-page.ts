import type { Html } from '../html/html.js';
import { html } from '../html/html.js';
import { Audience } from './audience.js';
import type { PartState, WatchedPart } from './watched-part.js';
import { watchPart } from './watched-part.js';

const usualEveryMs = 2_500;
/** Older figures are grey, and say how old they are. */
const staleAfterMs = 10_000;

/** A piece of a page that follows one part. */
export interface Tile<Value> {
  /** Of the element, which is replaced as a whole. */
  readonly id: string;
  readonly title: string;
  readonly read: () => Promise<Value>;
  readonly render: (value: Value) => Html;
  readonly everyMs?: number;
  /** Broad ones take two columns where there is room, wide ones the whole row. */
  readonly size?: 'broad' | 'wide';
}

/** How long after a page was loaded without a stream its parts are still read. */
const glanceMs = 30_000;
const recentWithinMs = 1_500;

/** A page whose tiles are read once for all who look at it, and sent to them as they change. */
export class LivePage {
  readonly audience = new Audience();
  readonly #tiles: readonly { readonly part: WatchedPart<unknown>; readonly render: () => Html }[];

  constructor(tiles: readonly Tile<never>[], stop: AbortSignal) {
    this.#tiles = tiles.map((each) => {
      const tile = each as unknown as Tile<unknown>;
      const { everyMs = usualEveryMs } = tile;
      const staleMs = staleAfterMs + 2 * everyMs;
      const render = () => renderTile(tile, part.state(), staleMs);
      const part: WatchedPart<unknown> = watchPart(tile.read, {
        everyMs,
        stop,
        isWatched: () => this.audience.isThere(glanceMs),
        onChange: () => this.audience.tell('tile', { id: tile.id, html: render().toString() }),
      });
      return { part, render };
    });
    stop.addEventListener('abort', () => this.audience.close(), { once: true });
  }

  /** What is known; waits a moment for what nobody has looked at lately, and never longer. */
  async render(): Promise<readonly Html[]> {
    this.audience.glance();
    const late = new Promise<void>((resolve) => setTimeout(resolve, recentWithinMs).unref());
    await Promise.race([Promise.all(this.#tiles.map(({ part }) => part.recent())), late]);
    return this.#tiles.map(({ render }) => render());
  }
}

/** For lists of tiles whose values differ. */
export function tile<Value>(given: Tile<Value>): Tile<never> {
  return given as unknown as Tile<never>;
}

export function renderTile<Value>(
  { id, title, render, size }: Pick<Tile<Value>, 'id' | 'title' | 'render' | 'size'>,
  { value, at, unseen }: PartState<Value>,
  staleMs: number,
  now = new Date(),
): Html {
  const ageMs = at === undefined ? Number.POSITIVE_INFINITY : now.getTime() - at.getTime();
  const isStale = ageMs > staleMs || (unseen !== undefined && value === undefined);
  const seenAt = at !== undefined && html`data-age-ms="${ageMs}" data-stale-ms="${staleMs}"`;
  return html`<section class="tile ${size} ${isStale && 'stale'}" id="${id}" aria-labelledby="${id}-title" ${seenAt}>
<h2 id="${id}-title">${title}</h2>
<p class="age">${at === undefined ? 'not seen yet' : html`seen <time datetime="${at.toISOString()}">${at.toISOString().slice(11, 19)}Z</time> <span class="ago">${ageText(ageMs)}</span>`}</p>
${unseen !== undefined && html`<p class="unseen">Not seen now: ${unseen}</p>`}
${value !== undefined && render(value)}
</section>`;
}

function ageText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 3 ? '' : seconds < 120 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
}
