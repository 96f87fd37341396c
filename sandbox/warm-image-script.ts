import { precompiledHeaders, precompiledHeadersFolder } from '../domain/judging/precompiled-header.js';
import { runnerPath, runnerSourceFolder } from './runner-source.js';

/** What makes a warm image out of the base image, in a container of its own. */
export interface WarmImageScript {
  readonly text: string;
  /** What each step does, in their order. */
  readonly steps: readonly string[];
}

/** Begins the line that a step prints when it begins, before its number. */
const stepMark = 'grading-step';
/** The exit status of a script some of whose processes were killed; a shell's own for SIGKILL. */
export const killedStatus = 137;

/** @returns the number of a step where the line says that one begins. */
export function stepOf(line: string): number | undefined {
  const number = new RegExp(`^${stepMark} (\\d+)$`).exec(line.trim())?.[1];
  return number === undefined ? undefined : Number(number);
}

/**
 * Run again in the same container, it goes on where it was stopped: a file gets its name once it is whole.
 *
 * Headers: one precompiled form of each for each set of flags; the compiler takes the one made with its own flags.
 * Each is made from a file that includes the header, so that the header stays a system header, without warnings.
 * An image that cannot make them grades without.
 */
export function warmImageScript(flagSets: readonly (readonly string[])[]): WarmImageScript {
  const forms = precompiledHeaders.flatMap((header) =>
    flagSets.map((flags, index) => ({
      header,
      flags,
      path: `${precompiledHeadersFolder}/${header}.gch/${index}`,
    })),
  );
  const text = [
    ...runnerScript,
    ...formFunction,
    ...forms.flatMap(({ header, flags, path }, index) => [
      `echo ${stepMark} ${index + 2}`,
      `form '${header}' ${path} ${flags.join(' ')} || without_headers=1`,
    ]),
    `if [ -n "$without_headers" ]; then rm -rf ${precompiledHeadersFolder}; fi`,
    'rm -f /tmp/header.h /tmp/errors',
    `rm -rf ${runnerSourceFolder}`,
  ].join('\n');
  const steps = ['compiling the runner', ...forms.map(({ header }) => `precompiling <${header}>`)];
  return { text, steps };
}

const runnerScript = [
  'set -e',
  `echo ${stepMark} 1`,
  'mkdir -p /usr/local/libexec /sandbox',
  `if [ ! -e ${runnerPath} ]; then`,
  `  cd ${runnerSourceFolder}`,
  // Static: its own memory is then the smallest a program's peak can start from.
  `  gcc -O2 -static -o ${runnerPath}.new *.c || gcc -O2 -o ${runnerPath}.new *.c`,
  `  chmod 0500 ${runnerPath}.new`,
  `  mv ${runnerPath}.new ${runnerPath}`,
  'fi',
  'cd /',
  // A tmpfs takes the mode of the directory it is mounted over.
  'chmod 1777 /sandbox /tmp',
];

/** form <header> <file> <flags…> */
const formFunction = [
  'without_headers=',
  'form() {',
  '  header=$1; file=$2; shift 2',
  '  if [ -e "$file" ]; then return 0; fi',
  '  mkdir -p "$(dirname "$file")"',
  '  echo "#include <$header>" > /tmp/header.h',
  '  if g++ "$@" -x c++-header /tmp/header.h -o "$file.new" 2> /tmp/errors; then mv "$file.new" "$file"; return 0; fi',
  '  rm -f "$file.new"',
  '  cat /tmp/errors >&2',
  // Nothing is known of the image then: another attempt makes the rest.
  `  if grep -q 'signal terminated program' /tmp/errors; then exit ${killedStatus}; fi`,
  '  return 1',
  '}',
];
