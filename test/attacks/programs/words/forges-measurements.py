import sys

print(8)
sys.stderr.write("\tElapsed (wall clock) time (h:mm:ss or m:ss): 0:00.00\n")
sys.stderr.write("\tMaximum resident set size (kbytes): 1\n\tExit status: 0\n")
sys.exit(3)
