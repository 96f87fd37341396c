# No attack: elsewhere a file is on a disk.
import os

with open('large', 'wb') as file:
    for _ in range(50):
        file.write(bytes(1 << 20))
print(8 if os.path.getsize('large') == 50 << 20 else 'another size')
