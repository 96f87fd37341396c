/** Tests of `a + b`. */
export function additionTests(count: number) {
  return Array.from({ length: count }, (_, index) => ({
    input_data: `${index * 7} ${index * index}\n`,
    expected_output: `${index * 7 + index * index}\n`,
  }));
}

/** A comment of its own in each, as students' programs differ too. */
export function sumSource(mark: string, right: boolean): string {
  return `#include <iostream>
// ${mark}
int main() {
  long long a, b;
  std::cin >> a >> b;
  std::cout << ${right ? 'a + b' : 'a - b'} << "\\n";
}
`;
}
