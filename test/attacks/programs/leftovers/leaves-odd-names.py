import os

left = [name for name in os.listdir(b".") if name not in (b"main.py", b"__pycache__")]
for name in (b"-rf", b"new\nline", b"\xff\xfe", b" ", b"\xe2\x80\xae", b"a" * 255, b"*", b"$(reboot)"):
    os.mkdir(name)
    open(os.path.join(name, name), "w").close()
print(left or 8)
