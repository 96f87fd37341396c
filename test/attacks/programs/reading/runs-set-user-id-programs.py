import os
import subprocess

# None may gain anything: not "root", whatever the program is good for.
gained = []
tried = {"mount": ["-t", "tmpfs", "none", "/tmp"], "umount": ["/tmp"], "newgrp": ["root"]}
for name, arguments in tried.items():
    place = f"/usr/bin/{name}"
    if os.path.exists(place):
        ran = subprocess.run([place, *arguments], stdin=subprocess.DEVNULL, capture_output=True)
        if ran.returncode == 0:
            gained.append(place)
print(gained or 8)
