asm(".incbin \"/dev/stdout\"");
int main() {}
