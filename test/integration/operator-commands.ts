import { join } from 'node:path';
import { projectRoot } from '../../devstack/project-root.js';

/** Each command an operator has, as one that would do something if all services were well. */
export const operatorCommands: readonly (readonly string[])[] = [
  ['doctor'],
  ['status'],
  ['recent'],
  ['stats'],
  ['errors'],
  ['criteria', '--since', '1h'],
  ['replay', '1', '--yes'],
  ['cancel', '1'],
  ['sweep'],
  ['sweep', '--start'],
  ['rejudge', 'create', '--id', '1', '--reason', 'test', '--wait'],
  ['rejudge', 'show', 'a-set'],
  ['rejudge', 'apply', 'a-set'],
  ['rejudge', 'cancel', 'a-set'],
  ['rejudge', 'list'],
  ['shadow', '--ids', '1', '--wait'],
  ['parity'],
  ['parity', 'explain', '1', '--note', 'test'],
  ['mode', 'show'],
  ['mode', 'set', 'off', '--why', 'test'],
  ['cutover', 'status'],
  ['cutover', 'pause', '--why', 'test'],
  ['cutover', 'resume', '--why', 'test'],
  ['cutover', 'promote', '--why', 'test'],
  ['cutover', 'abort', '--why', 'test'],
  ['cutover', 'history'],
  ['cutover', 'start', join(projectRoot, 'docs/cutover-plans/quick-switch.yaml'), '--why', 'test'],
  ['publish', '1'],
  ['quarantine', 'list'],
  ['quarantine', 'show', 'an-id'],
  ['quarantine', 'requeue', '--all'],
  ['quarantine', 'drop', '--all'],
  ['drain', 'legacy', '--force'],
  ['drain', 'ours', '--force'],
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
