# Memory of the kernel, up to what the container has beyond the program's limit.
import socket
import time

pairs = [socket.socketpair() for _ in range(490)]
for one, _ in pairs:
    one.setblocking(False)
    try:
        while True:
            one.send(bytes(60_000))
    except BlockingIOError:
        pass
until = time.thread_time() + 0.3
while time.thread_time() < until:
    pass
print(8)
