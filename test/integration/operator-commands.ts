import { join } from 'node:path';
import { projectRoot } from '../../devstack/project-root.js';

/** Each command an operator has, as one that would do something if all services were well. */
export const operatorCommands: readonly (readonly string[])[] = [
  ['doctor'],
  ['status'],
  ['recent'],
  ['stats'],
  ['errors'],
  ['views'],
  ['criteria', '--since', '1h'],
  ['replay', '1', '--yes'],
  ['cancel', '1', '--yes'],
  ['sweep'],
  ['sweep', '--start', '--yes'],
  ['rejudge', 'create', '--id', '1', '--reason', 'test', '--wait'],
  ['rejudge', 'show', 'a-set'],
  ['rejudge', 'apply', 'a-set', '--yes'],
  ['rejudge', 'cancel', 'a-set'],
  ['rejudge', 'list'],
  ['shadow', '--ids', '1', '--wait'],
  ['shadow', 'list'],
  ['shadow', 'cancel', 'a-set'],
  ['parity'],
  ['parity', 'explain', '1', '--note', 'test'],
  ['mode', 'show'],
  ['mode', 'set', 'off'],
  ['cutover', 'status'],
  ['cutover', 'pause', '--why', 'test'],
  ['cutover', 'resume', '--why', 'test'],
  ['cutover', 'promote', '--why', 'test'],
  ['cutover', 'abort'],
  ['cutover', 'history'],
  ['cutover', 'start', join(projectRoot, 'docs/cutover-plans/quick-switch.yaml'), '--why', 'test'],
  ['publish', '1'],
  ['quarantine', 'list'],
  ['quarantine', 'show', 'an-id'],
  ['quarantine', 'requeue', '--all'],
  ['quarantine', 'drop', '--all', '--yes'],
  ['drain', 'legacy', '--force', '--yes'],
  ['drain', 'ours', '--force', '--yes'],
];

/** Those that an operator reaches for while something is wrong. */
export const brakeCommands = operatorCommands.filter((words) =>
  [
    'status',
    'mode show',
    'mode set',
    'cutover abort',
    'publish',
    'quarantine requeue',
    'drain legacy',
    'sweep',
  ].some((name) => words.slice(0, name.split(' ').length).join(' ') === name),
);
