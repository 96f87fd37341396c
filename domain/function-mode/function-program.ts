import type { GradingRules } from '../judging/grading-profile.js';
import type { Language } from '../judging/language.js';
import { cppHarnessFile } from '../judging/sandbox-paths.js';
import type { FunctionSignature } from './function-signature.js';
import { cppHarness } from './harness-cpp.js';
import { javaHarness, javaHarnessClass } from './harness-java.js';
import { pythonHarness } from './harness-python.js';
import { javaSolution } from './java-solution.js';

/** The files of one submission in the work area. The program starts from the first. */
export type ProgramFiles = readonly [ProgramFile, ...ProgramFile[]];

export interface ProgramFile {
  readonly name: string;
  readonly content: string;
}

/** Flags of function mode: no warnings (contract §6), under every profile. */
export const functionCppFlags: readonly string[] = ['-std=c++17', '-O1'];

/** Puts the program that feeds and prints around the student's function (contract §6 and §7, function mode). */
export function functionProgram(
  language: Language,
  rules: GradingRules,
  signature: FunctionSignature,
  source: string,
): ProgramFiles {
  switch (language) {
    case 'cpp':
      return [
        { name: cppHarnessFile, content: cppHarness(signature, rules.functionInput, 'solution.cpp') },
        { name: 'solution.cpp', content: source },
      ];
    case 'python':
      return [
        { name: 'main.py', content: pythonHarness(signature, 'solution') },
        { name: 'solution.py', content: source },
      ];
    case 'java': {
      const { file, code } = javaSolution(source);
      return [
        { name: `${javaHarnessClass}.java`, content: javaHarness(signature, code) },
        { name: file, content: code },
      ];
    }
  }
}
