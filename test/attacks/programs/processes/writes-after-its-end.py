import os
import time

if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(0.3)
        os.write(1, b"forged\n")
        time.sleep(30)
    os._exit(0)
print(8)
