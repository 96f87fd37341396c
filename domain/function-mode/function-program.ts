import type { GradingRules } from '../judging/grading-profile.js';
import type { Language } from '../judging/language.js';
import { cppHarnessFile } from '../judging/sandbox-paths.js';
import type { FunctionSignature } from './function-signature.js';
import { cppHarness } from './harness-cpp.js';
import { javaHarness, javaHarnessClass } from './harness-java.js';
import { pythonHarness } from './harness-python.js';
import { javaSolution } from './java-solution.js';

/** What is written into the work area for one submission; the program starts from the first file. */
export type ProgramFiles = readonly [ProgramFile, ...ProgramFile[]];

export interface ProgramFile {
  readonly name: string;
  readonly content: string;
}

/** The flags of function mode: no warnings (contract §6). A warning is no error under any profile here. */
export const functionCppFlags: readonly string[] = ['-std=c++17', '-O1'];

/** The student's function with the program around it that feeds and prints (contract §6 and §7, function mode). */
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
