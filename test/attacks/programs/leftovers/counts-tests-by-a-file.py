import os

left = [place for place in ("seen", "__pycache__/seen", "/tmp/seen", "/dev/shm/seen") if os.path.exists(place)]
for place in ("seen", "__pycache__/seen", "/tmp/seen", "/dev/shm/seen"):
    try:
        open(place, "w").close()
    except OSError:
        pass
print(left or 8)
