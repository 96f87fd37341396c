import os
import socket

found = [place for place in ("/var/run/docker.sock", "/run/docker.sock", "/run/containerd/containerd.sock") if os.path.exists(place)]
for place in found:
    socket.socket(socket.AF_UNIX).connect(place)
print(found or 8)
