# The peak of a program that another one takes the place of.
import os
import sys

if len(sys.argv) == 1:
    hoard = bytearray(90 << 20)
    hoard[::4096] = b"x" * len(hoard[::4096])
    os.execv(sys.executable, [sys.executable, __file__, "again"])
print(8)
