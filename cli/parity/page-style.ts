/** Colours for light and dark; shape or text also tells the classes of results apart. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --page: #f6f7f9; --card: #ffffff; --ink: #1b2230; --quiet: #5d6675; --line: #dde1e8;
  --same: #2f6fdb; --calm: #6f9fe8; --other: #d1480b; --ignored: #8a93a3; --failed: #8b3fc4; --missing: #a67800;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12151b; --card: #1b2029; --ink: #e6e9ef; --quiet: #9aa4b5; --line: #303744;
    --same: #6ea4ff; --calm: #4f7fcf; --other: #ff8447; --ignored: #8a93a3; --failed: #c58bf2; --missing: #e0b040;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", "Noto Sans", sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 32px 24px 56px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 16px; margin: 0 0 12px; }
p { margin: 0; }
a { color: var(--same); }
.quiet { color: var(--quiet); font-size: 13px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 18px 20px; min-width: 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: 14px; margin: 22px 0 14px; }
.tile b { display: block; font-size: 30px; line-height: 1.15; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.tile span { font-weight: 600; }
.bar { display: flex; gap: 2px; height: 16px; border-radius: 6px; overflow: hidden; }
.bar i { display: block; min-width: 4px; background: var(--colour); }
.legend { display: flex; flex-wrap: wrap; gap: 6px 20px; margin-top: 10px; font-size: 13px; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 3px; background: var(--colour); margin-right: 7px; vertical-align: -1px; }
.pair { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 14px; margin: 14px 0; align-items: stretch; }
.pair .card { display: flex; flex-direction: column; } .pair .card > p:last-child { margin-top: auto; padding-top: 12px; }
.pair.wide { grid-template-columns: minmax(0, 1fr); } .pair.wide svg { max-width: 640px; margin: 0 auto; }
@media (max-width: 900px) { .pair { grid-template-columns: minmax(0, 1fr); } }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
.matrix { width: auto; border-collapse: separate; border-spacing: 3px; font-size: 13px; }
.matrix th { font-weight: 500; font-size: 12px; color: var(--quiet); padding: 3px 2px; text-align: center; vertical-align: bottom; line-height: 1.25; }
.matrix th[scope=row] { font-size: 13px; padding-right: 8px; text-align: right; vertical-align: middle; white-space: nowrap; color: var(--ink); }
.matrix .corner { padding-right: 8px; text-align: right; white-space: nowrap; }
.matrix td { text-align: center; min-width: 46px; height: 38px; border-radius: 6px; font-size: 14px; }
.matrix td.same { background: color-mix(in srgb, var(--same) var(--strength, 8%), var(--card)); }
.matrix td.other { background: color-mix(in srgb, var(--other) var(--strength, 8%), var(--card)); font-weight: 700; }
.matrix td.none { color: var(--line); background: color-mix(in srgb, var(--line) 22%, var(--card)); }
.matrix td.none.same { background: color-mix(in srgb, var(--same) 9%, var(--card)); }
svg { display: block; width: 100%; height: auto; }
.grid { stroke: var(--line); } .diagonal { stroke: var(--quiet); stroke-dasharray: 2 4; }
.band { fill: var(--same); opacity: .09; } .limit { stroke: var(--missing); stroke-dasharray: 6 4; }
.tick, .axis { fill: var(--quiet); font-size: 12px; } .axis { font-size: 13px; }
.point { fill: var(--colour); fill-opacity: .8; stroke: var(--card); stroke-width: 1.2; }
.point.cost { fill: var(--card); fill-opacity: .6; stroke: var(--colour); stroke-width: 1.8; }
.equal { --colour: var(--same); } .within-tolerance { --colour: var(--calm); } .ignored { --colour: var(--ignored); }
.differs { --colour: var(--other); } .ours-failed { --colour: var(--failed); } .theirs-missing { --colour: var(--missing); }
.list { font-size: 14px; } .list th:nth-child(1) { width: 15%; } .list th:nth-child(3), .list th:nth-child(4) { width: 23%; }
.list th { text-align: left; font-size: 12px; font-weight: 600; color: var(--quiet); padding: 6px 12px 8px 0; border-bottom: 1px solid var(--line); }
.list td { vertical-align: top; padding: 10px 12px 10px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
.list tr:last-child td { border-bottom: 0; }
.list small { display: block; color: var(--quiet); font-size: 12.5px; }
.kind { display: inline-block; padding: 1px 9px; border-radius: 99px; font-size: 12.5px; font-weight: 600; white-space: nowrap;
  color: var(--colour); background: color-mix(in srgb, var(--colour) 14%, var(--card)); }
.kind.cost { background: none; box-shadow: inset 0 0 0 1px var(--colour); }
.note { border-left: 3px solid var(--same); padding-left: 9px; margin-top: 6px; font-size: 13px; }
tr.explained td { color: var(--quiet); }
@media print { body { background: none; } .card { break-inside: avoid; } }
`;
