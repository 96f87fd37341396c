template <int N> struct Nested {
  static constexpr int value = Nested<N + 1>::value;
};
int main() { return Nested<0>::value; }
