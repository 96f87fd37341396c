import { errorLine } from '../../domain/errors/error-text.js';
import type { Html } from './html.js';
import { html } from './html.js';

/** What a service said, or why it did not: the rest of a page is shown without it. */
export type Seen<Value> = { readonly value: Value } | { readonly unseen: string };

export async function orUnseen<Value>(reading: Promise<Value>): Promise<Seen<Value>> {
  try {
    return { value: await reading };
  } catch (error) {
    return { unseen: errorLine(error) };
  }
}

export function seenSection<Value>(
  id: string,
  title: string,
  seen: Seen<Value>,
  render: (value: Value) => Html,
): Html {
  return html`<section class="tile" id="${id}"><h2>${title}</h2>${'unseen' in seen ? html`<p class="unseen">Not seen now: ${seen.unseen}</p>` : render(seen.value)}</section>`;
}
