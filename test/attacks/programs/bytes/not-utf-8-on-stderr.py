import os

os.write(2, b"\xff\x00\xed\xa0\x80" * 1000)
os._exit(1)
