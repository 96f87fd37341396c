import os

# Everything this user can read that was written since the container started, and is not this program.
start = os.stat("/proc/1").st_mtime - 1
own = ("/sandbox/main.py", "/sandbox/__pycache__/", "/etc/resolv.conf", "/etc/hosts", "/etc/hostname", "/etc/mtab", "/.dockerenv")
found = []
for top, folders, files in os.walk("/"):
    if top == "/":
        folders[:] = [name for name in folders if name not in ("proc", "sys", "dev")]
    for name in files:
        place = os.path.join(top, name)
        try:
            if os.stat(place).st_mtime > start and not place.startswith(own):
                open(place, "rb").close()
                found.append(place)
        except OSError:
            pass
print(found or 8)
