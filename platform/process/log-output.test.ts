import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { createLogOutput } from './log-output.js';

/** A disk that is full until it is not. */
class Disk extends EventEmitter {
  isFull = false;
  readonly lines: string[] = [];

  write(text: string, done: (error?: Error | null) => void): void {
    if (!this.isFull) {
      this.lines.push(text);
      done();
      return;
    }
    const error = new Error('ENOSPC: no space left on device, write');
    done(error);
    this.emit('error', error);
  }
}

test('a log whose disk is full ends nothing, counts what is lost, and is told so once there is room', () => {
  const disk = new Disk();
  const told: string[] = [];
  const output = createLogOutput(disk, (lost, why) => told.push(`${lost}: ${why}`));
  output.write('first');
  disk.isFull = true;
  output.write('lost');
  output.write('lost, too');
  expect(told).toEqual([]);
  disk.isFull = false;
  output.write('last');
  output.write('later');
  expect(disk.lines).toEqual(['first', 'last', 'later']);
  expect(told).toEqual(['2: ENOSPC: no space left on device, write']);
  expect(output.linesLost()).toBe(2);
});
