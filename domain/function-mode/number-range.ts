/** Bits of the integer types; without a sign those that begin with `u` and `size_t`. */
const bits: Readonly<Record<string, number>> = {
  'signed char': 8,
  'unsigned char': 8,
  short: 16,
  'unsigned short': 16,
  int: 32,
  'unsigned int': 32,
  long: 64,
  'unsigned long': 64,
  'long long': 64,
  'unsigned long long': 64,
  size_t: 64,
  int16_t: 16,
  int32_t: 32,
  int64_t: 64,
  uint16_t: 16,
  uint32_t: 32,
  uint64_t: 64,
};

const largestFloat = 3.402_823_567_797_336_6e38;

/** Why a number, as JSON writes it, is no value of a scalar C++ type; undefined where it is. */
export function numberProblem(text: string, typeName: string): string | undefined {
  const short = text.slice(0, 40);
  if (typeName === 'double' || typeName === 'float' || typeName === 'long double') {
    const largest = typeName === 'float' ? largestFloat : Number.MAX_VALUE;
    // A long double holds what a double does, and more.
    const isWithin = typeName === 'long double' || Math.abs(Number(text)) <= largest;
    return isWithin ? undefined : `${short} is too large for a ${typeName}`;
  }
  const whole = wholeNumber(text);
  if (whole === undefined) return `${short} is no whole number`;
  const [least, most] = range(typeName);
  return whole >= least && whole <= most ? undefined : `${short} is out of the range of ${article(typeName)}`;
}

/** A plain `char` may be meant with a sign or without. */
function range(typeName: string): readonly [bigint, bigint] {
  if (typeName === 'char') return [-128n, 255n];
  const size = BigInt(bits[typeName] ?? 64);
  const isUnsigned = typeName.startsWith('u') || typeName === 'size_t';
  return isUnsigned ? [0n, 2n ** size - 1n] : [-(2n ** (size - 1n)), 2n ** (size - 1n) - 1n];
}

/** The value of `12`, `1.0` and `12e3`; undefined for one with a fraction, or too large for any integer type. */
function wholeNumber(text: string): bigint | undefined {
  if (/^-?\d{1,25}$/.test(text)) return BigInt(text);
  const [, sign = '', integer = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const significant = fraction.replace(/0+$/, '');
  const zeros = Number(exponent) - significant.length;
  const digits = `${integer}${significant}`.replace(/^0+/, '');
  if (digits === '') return 0n;
  if (digits.length + zeros > 25) return tooLarge(sign);
  if (zeros >= 0) return BigInt(`${sign}${digits}${'0'.repeat(zeros)}`);
  const cut = digits.length + zeros;
  if (cut <= 0 || /[^0]/.test(digits.slice(cut))) return undefined;
  return BigInt(`${sign}${digits.slice(0, cut)}`);
}

/** Out of every range. */
function tooLarge(sign: string): bigint {
  return sign === '-' ? -(10n ** 25n) : 10n ** 25n;
}

function article(typeName: string): string {
  return /^[aeiou]/.test(typeName) ? `an ${typeName}` : `a ${typeName}`;
}
