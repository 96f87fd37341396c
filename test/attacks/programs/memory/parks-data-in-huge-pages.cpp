// Pages of the host's own pool, which no limit counts; not reserved, they are given even where the pool is empty.
#include <cstdio>
#include <sys/mman.h>
#include <sys/shm.h>
int main() {
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
  if (mmap(nullptr, 2 << 20, PROT_READ | PROT_WRITE, flags | MAP_HUGETLB, -1, 0) != MAP_FAILED)
    return std::puts("mapped"), 0;
  if (shmget(IPC_PRIVATE, 2 << 20, IPC_CREAT | SHM_HUGETLB | SHM_NORESERVE | 0600) >= 0)
    return std::puts("a segment"), 0;
  std::puts("8");
}
