// Keeps a page that has a stream of events up to date. All else works without it.
(() => {
  const path = document.body.dataset.live;
  if (path === undefined) return;
  const lost = document.getElementById('lost');
  let source;

  const replace = (event) => {
    const { id, html } = JSON.parse(event.data);
    const old = document.getElementById(id);
    if (old === null) return;
    // Nobody loses the place at which they are.
    if (old.contains(document.activeElement)) return;
    const opened = new Set([...old.querySelectorAll('details[open]')].map((each) => each.id));
    const template = document.createElement('template');
    template.innerHTML = html;
    const fresh = template.content.firstElementChild;
    for (const each of fresh.querySelectorAll('details')) if (opened.has(each.id)) each.open = true;
    old.replaceWith(fresh);
    tellAges();
  };

  const open = () => {
    source = new EventSource(path);
    source.addEventListener('open', () => {
      lost.hidden = true;
    });
    source.addEventListener('tile', replace);
    source.addEventListener('error', () => {
      lost.hidden = false;
    });
  };

  /** By the clock of this browser, which may differ from the server's: ages count from when a tile came. */
  const came = new WeakMap();
  const tellAges = () => {
    for (const tile of document.querySelectorAll('[data-at]')) {
      if (!came.has(tile)) came.set(tile, { at: performance.now(), age: ageAtRender(tile) });
      const known = came.get(tile);
      const age = known.age + performance.now() - known.at;
      tile.classList.toggle('stale', age > Number(tile.dataset.staleMs));
      const ago = tile.querySelector('.ago');
      const seconds = Math.round(age / 1000);
      if (ago !== null)
        ago.textContent =
          seconds < 3 ? '' : seconds < 120 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
    }
  };
  const ageAtRender = (tile) =>
    Number(/^(\d+) s/.exec(tile.querySelector('.ago')?.textContent ?? '')?.[1] ?? 0) * 1000;

  // A browser has six connections to a server: pages that nobody sees hold none.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) source?.close();
    else open();
  });
  if (!document.hidden) open();
  tellAges();
  setInterval(tellAges, 1000);
})();
