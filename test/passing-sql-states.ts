/** SQLSTATEs of a refused write that pass, or that an operator can end: one of each class. */
export const passingSqlStates = [
  '23505',
  '23514',
  '23503',
  '22021',
  '40001',
  '40P01',
  '42501',
  '25006',
  '53100',
  '53200',
  '57014',
  'P0001',
  'XX000',
] as const;
