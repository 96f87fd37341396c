import type { CppType } from './cpp-type.js';
import { kindOf } from './cpp-type.js';
import type { FunctionSignature } from './function-signature.js';

/**
 * The program around a student's Python function: takes arguments from a JSON array (contract §7) and prints the
 * result as the C++ harness does (contract §6), so one expected output serves all languages.
 * @param module the student's file without its extension.
 */
export function pythonHarness(signature: FunctionSignature, module: string): string {
  return `import builtins
import importlib
import json
import sys
import typing

NAME = ${JSON.stringify(signature.name)}
PARAMETERS = [${signature.parameters.map(({ type }) => shape(type)).join(', ')}]
RESULT = ${shape(signature.returnType)}


def printed(value, kind):
    name, parts = kind
    if isinstance(value, (list, tuple)):
        if name == "pair" and len(value) == len(parts):
            return " ".join(printed(item, part) for item, part in zip(value, parts))
        part = parts[0] if name == "vector" else ("", [])
        return " ".join(printed(item, part) for item in value)
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) or (name == "real" and isinstance(value, int)):
        return "%g" % value
    return str(value)


def converted(value, kind):
    name, parts = kind
    if isinstance(value, list) and name == "pair" and len(value) == 2:
        return [converted(item, part) for item, part in zip(value, parts)]
    if isinstance(value, list) and name == "vector":
        if parts[0][0] == "integer" and float not in set(map(type, value)):
            return value
        return [converted(item, parts[0]) for item in value]
    if isinstance(value, float) and name == "integer" and value.is_integer():
        return int(value)
    return value


def arguments_of(text):
    try:
        arguments = json.loads(text, strict=False)
    except ValueError as error:
        sys.exit("Runtime Error: the test input is not a JSON array of arguments: %s" % error)
    if not isinstance(arguments, list) or len(arguments) != len(PARAMETERS):
        sys.exit("Runtime Error: the test input does not hold %d arguments" % len(PARAMETERS))
    return [converted(value, kind) for value, kind in zip(arguments, PARAMETERS)]


def function_of(solution):
    found = getattr(solution, NAME, None)
    if found is None and hasattr(solution, "Solution"):
        found = getattr(solution.Solution(), NAME, None)
    if not callable(found):
        sys.exit("Runtime Error: the program has no function %s" % NAME)
    return found


# List, Optional and the like are written without an import where functions are handed in.
for word in typing.__all__:
    if not hasattr(builtins, word):
        setattr(builtins, word, getattr(typing, word))
arguments = arguments_of(sys.stdin.read()) if PARAMETERS else []
result = function_of(importlib.import_module(${JSON.stringify(module)}))(*arguments)
print("void function executed successfully" if RESULT[0] == "void" else printed(result, RESULT))
`;
}

/** A Python tuple of what printing depends on. */
function shape(type: CppType): string {
  const isReal = ['double', 'float', 'long double'].includes(type.name);
  const kind = kindOf(type);
  const isInteger = kind === 'scalar' && type.name !== 'bool' && !type.name.endsWith('char');
  const name = isReal ? 'real' : isInteger ? 'integer' : kind;
  const parts = kind === 'vector' || kind === 'pair' ? type.parameters.map(shape) : [];
  return `("${name}", [${parts.join(', ')}])`;
}
