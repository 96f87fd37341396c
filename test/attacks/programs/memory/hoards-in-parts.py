# Each process is below the limit, and all are below the container's.
import os
import time

for _ in range(2):
    if os.fork() == 0:
        hoard = bytearray(b'x') * (45 << 20)
        until = time.thread_time() + 0.3
        while time.thread_time() < until:
            pass
        os._exit(0)
for _ in range(2):
    os.wait()
print(8)
