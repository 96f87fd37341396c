import { z } from 'zod';
import { optional, required } from './setting.js';
import { expected, secret, wholeNumber } from './value-parsers.js';

/** Where `grader console` listens, and who may do what there; nested, as `settings.console`. */
export const webConsole = {
  host: required('CONSOLE_HOST', z.string().min(1), {
    group: 'Console',
    description:
      'Address the web console listens on. Beyond the loopback nobody sees anything without a token or a proxy’s user header.',
    unit: '',
    default: '127.0.0.1',
  }),
  port: required('CONSOLE_PORT', wholeNumber(0, 65_535), {
    group: 'Console',
    description: 'Port of the web console; 0 takes a free one.',
    unit: '',
    default: '8090',
  }),
  token: optional('CONSOLE_TOKEN', token(), {
    group: 'Console',
    description:
      'Token of operators: they act, and see sources and hidden tests. Not set: nobody acts by a token.',
    unit: '',
    example: 'the output of: openssl rand -hex 24',
  }),
  viewerToken: optional('CONSOLE_VIEWER_TOKEN', token(), {
    group: 'Console',
    description: 'Token of viewers: they see sources and hidden tests, and change nothing.',
    unit: '',
    example: 'the output of: openssl rand -hex 24',
  }),
  userHeader: optional('CONSOLE_USER_HEADER', headerName(), {
    group: 'Console',
    description:
      'Header in which a reverse proxy names the user it has let in. Only the proxy may reach the port then: it must remove what a browser sends under that name.',
    unit: '',
    example: 'X-Forwarded-User',
  }),
  operators: optional('CONSOLE_OPERATORS', names(), {
    group: 'Console',
    description:
      'Users of CONSOLE_USER_HEADER who are operators, separated by commas; the others are viewers.',
    unit: '',
    example: 'alice,bob',
  }),
};

function token() {
  return z.string().min(16, { error: 'at least 16 characters' }).transform(secret);
}

function headerName() {
  return z
    .string()
    .regex(/^[A-Za-z0-9-]{1,100}$/, { error: 'the name of an HTTP header' })
    .transform((name) => name.toLowerCase());
}

function names() {
  return z.string().transform((text, context) => {
    const all = text.split(',').map((each) => each.trim());
    return all.every((each) => each !== '') ? all : expected(context, 'names, separated by commas');
  });
}
