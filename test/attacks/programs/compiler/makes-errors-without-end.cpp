template <class T> struct Wrapped { T inner; typename T::missing absent; };
#define TEN(x) x x x x x x x x x x
int main() { TEN(TEN(TEN(TEN(Wrapped<Wrapped<Wrapped<int>>> unknown = nowhere;)))) }
