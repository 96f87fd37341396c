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

  // By this browser's clock, which may differ from the server's: an age goes on from what it was when the tile came.
  const came = new WeakMap();
  const tellAges = () => {
    for (const tile of document.querySelectorAll('[data-age-ms]')) {
      if (!came.has(tile)) came.set(tile, performance.now() - Number(tile.dataset.ageMs));
      const age = performance.now() - came.get(tile);
      tile.classList.toggle('stale', age > Number(tile.dataset.staleMs));
      tile.querySelector('.ago').textContent = ageText(Math.round(age / 1000));
    }
  };
  const ageText = (seconds) => {
    if (seconds < 3) return '';
    return seconds < 120 ? `${seconds} s ago` : `${Math.round(seconds / 60)} min ago`;
  };

  // A browser has six connections to a server: pages that nobody sees hold none.
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) source?.close();
    else open();
  });
  if (!document.hidden) open();
  tellAges();
  setInterval(tellAges, 1000);
})();
