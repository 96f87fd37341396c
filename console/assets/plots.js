// Draws each plot from the table below it, which says the same. All else works without it.
(() => {
  const height = 220;
  const colour = (name) => {
    // The stylesheet says `light-dark(…)`: as what it comes out, only an element knows.
    const probe = document.createElement('i');
    probe.style.color = `var(${name})`;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };
  const tones = ['--plot-1', '--plot-2', '--plot-3', '--plot-4', '--plot-5', '--plot-6'];

  // As the table says it: UTC, and 24 hours a day.
  const timeText = (seconds, span) => {
    const text = new Date(seconds * 1000).toISOString();
    if (span > 2 * 86_400) return text.slice(5, 10);
    return span > 600 ? text.slice(11, 16) : text.slice(11, 19);
  };

  const read = (section) => {
    const names = [...section.querySelectorAll('thead th')].slice(1).map((each) => each.textContent);
    const rows = [...section.querySelectorAll('tbody tr')].map((row) => [...row.cells]);
    const number = (text) => (text === '–' ? null : Number(text));
    const times = rows.map(([at]) => Date.parse(at.querySelector('time').dateTime) / 1000);
    return {
      names,
      data: [times, ...names.map((_, index) => rows.map((row) => number(row[index + 1].textContent)))],
    };
  };

  const draw = (section) => {
    const canvas = section.querySelector('.canvas');
    const { names, data } = read(section);
    const [ink, line] = [colour('--quiet'), colour('--line')];
    const span = (data[0].at(-1) ?? 0) - (data[0][0] ?? 0);
    const times = (_plot, splits) => splits.map((at) => timeText(at, span));
    const axis = { stroke: ink, grid: { stroke: line, width: 1 }, ticks: { stroke: line, width: 1 } };
    canvas.replaceChildren();
    const options = {
      width: canvas.clientWidth,
      height,
      tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
      legend: { show: false },
      cursor: { drag: { x: false, y: false } },
      scales: { y: { range: (_plot, _low, high) => [0, high > 0 ? high * 1.08 : 1] } },
      axes: [
        { ...axis, values: times },
        { ...axis, size: 60 },
      ],
      series: [
        {},
        ...names.map((label, index) => ({
          label,
          stroke: colour(tones[index % tones.length]),
          width: 2,
          dash: index < tones.length ? undefined : [6, 4],
          points: { show: data[index + 1].filter((value) => value !== null).length < 12 },
        })),
      ],
    };
    const drawn = new uPlot(options, data, canvas);
    for (const [index, item] of [...section.querySelectorAll('ul li')].entries()) {
      item.style.borderLeftColor = colour(tones[index % tones.length]);
    }
    return drawn;
  };

  for (const section of document.querySelectorAll('.plot')) {
    let drawn = draw(section);
    new ResizeObserver(() => {
      const width = section.querySelector('.canvas').clientWidth;
      if (width !== drawn.width) drawn.setSize({ width, height });
    }).observe(section);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      drawn.destroy();
      drawn = draw(section);
    });
  }
})();
