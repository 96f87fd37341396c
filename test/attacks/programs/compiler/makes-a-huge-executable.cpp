char array[1u << 30] = {1};
int main() { return array[0]; }
