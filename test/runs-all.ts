/** Set by `./grader test --all`: the large edition of a test that also has a small one. */
export const runsAll = process.env.GRADER_TEST_ALL === '1';
