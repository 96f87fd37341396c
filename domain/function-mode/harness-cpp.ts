import type { FunctionInput } from '../judging/grading-profile.js';
import { kindOf, variableType } from './cpp-type.js';
import type { FunctionSignature } from './function-signature.js';
import { cppJsonReader } from './harness-cpp-json.js';

/**
 * The program around a student's C++ function: reads the arguments, calls it, prints the result. It includes the
 * student's file, so compiler messages name the student's lines.
 * @param solutionFile beside it in the work area.
 */
export function cppHarness(signature: FunctionSignature, input: FunctionInput, solutionFile: string): string {
  const reader = input === 'typed-stdin' ? typedReader : cppJsonReader;
  return `#include <bits/stdc++.h>
using namespace std;
namespace grader_harness {
${ending}${printer}${reader}}
#include "${solutionFile}"
int main() {
  try {
${mainBody(signature, input)}    return 0;
  } catch (const std::exception& error) {
    return grader_harness::failed(error.what());
  } catch (...) {
    return grader_harness::failed("unknown exception");
  }
}
`;
}

function mainBody({ returnType, name, parameters }: FunctionSignature, input: FunctionInput): string {
  const json = input === 'json-arguments' && parameters.length > 0;
  const source = json ? 'grader_input' : 'std::cin';
  const lines = json ? [`grader_harness::Json grader_input(${parameters.length});`] : [];
  parameters.forEach(({ type }, index) => {
    lines.push(`${variableType(type)} grader_argument${index + 1}{};`);
    lines.push(`grader_harness::grader_read(${source}, grader_argument${index + 1});`);
  });
  if (json) lines.push('grader_input.end_of_arguments();');
  const call = `${name}(${parameters.map((_parameter, index) => `grader_argument${index + 1}`).join(', ')})`;
  if (kindOf(returnType) === 'void') {
    lines.push(`${call};`, 'grader_harness::grader_print_line("void function executed successfully");');
  } else {
    lines.push(`auto&& grader_result = ${call};`, 'grader_harness::grader_print_line(grader_result);');
  }
  return lines.map((line) => `    ${line}\n`).join('');
}

/** Comes before the student's code: a macro of theirs (`endl`, `print`) must not change it. */
const ending = `inline int failed(const char* what) {
  std::cout.flush();
  std::cerr << "Runtime Error: " << what << std::endl;
  return 1;
}
`;

/** Prints scalars by <<, and elements and both halves of a pair separated by one space (contract §6). */
const printer = `template <class T> void print(std::ostream&, const T&);
template <class T> void print(std::ostream&, const std::vector<T>&);
template <class A, class B> void print(std::ostream&, const std::pair<A, B>&);
template <class T> void print(std::ostream& out, const T& value) { out << value; }
template <class T> void print(std::ostream& out, const std::vector<T>& values) {
  bool first = true;
  for (auto&& value : values) {
    if (!first) out << ' ';
    first = false;
    print(out, static_cast<const T&>(value));
  }
}
template <class A, class B> void print(std::ostream& out, const std::pair<A, B>& value) {
  print(out, value.first);
  out << ' ';
  print(out, value.second);
}
template <class T> void grader_print_line(const T& value) {
  print(std::cout, value);
  std::cout << std::endl;
}
`;

/** Reads by >>; a vector is a count, then that many elements (contract §6). */
const typedReader = `template <class T> void read(std::istream&, T&);
template <class T> void read(std::istream&, std::vector<T>&);
template <class A, class B> void read(std::istream&, std::pair<A, B>&);
template <class T> void read(std::istream& in, T& value) { in >> value; }
template <class T> void read(std::istream& in, std::vector<T>& values) {
  long long count = 0;
  in >> count;
  if (count < 0) count = 0;
  values.resize(static_cast<std::size_t>(count));
  for (long long index = 0; index < count && in; ++index) {
    T value{};
    read(in, value);
    values[static_cast<std::size_t>(index)] = value;
  }
}
template <class A, class B> void read(std::istream& in, std::pair<A, B>& value) {
  read(in, value.first);
  read(in, value.second);
}
template <class T> void grader_read(std::istream& in, T& value) { read(in, value); }
`;
