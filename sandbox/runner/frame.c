/* The control stream: frames in on fd 0, frames out on fd 1. The format is described in runner.c. */
#define _GNU_SOURCE
#include "frame.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

static const uint8_t magic[3] = {'G', 'R', 'F'};

static uint8_t header[FRAME_HEADER_BYTES];
static size_t header_have;
static struct frame incoming;
static uint32_t payload_have;
static uint32_t skip_left;
static int in_garbage;

static int header_plausible(void) {
  for (size_t i = 0; i < header_have && i < sizeof magic; i++)
    if (header[i] != magic[i]) return 0;
  for (size_t i = 5; i < header_have && i < 8; i++)
    if (header[i] != 0) return 0;
  return 1;
}

/* Drops bytes from the front until what is left can be the start of a header. */
static void resynchronise(void) {
  while (header_have > 0 && !header_plausible()) {
    if (!in_garbage) frame_error(0, "bytes that are no frame were skipped");
    in_garbage = 1;
    memmove(header, header + 1, --header_have);
  }
}

static enum frame_progress take_complete(struct frame *out) {
  *out = incoming;
  memset(&incoming, 0, sizeof incoming);
  header_have = payload_have = 0;
  return FRAME_COMPLETE;
}

static enum frame_progress header_complete(struct frame *out) {
  uint32_t length = read_u32(header + 12);
  in_garbage = 0;
  incoming.kind = header[4];
  incoming.id = read_u32(header + 8);
  incoming.length = length;
  if (length > FRAME_MAX_PAYLOAD) {
    /* The length may be nonsense: there is no way to know where the next frame starts. */
    frame_error(incoming.id, "frame longer than the protocol allows");
    _exit(2);
  }
  if (header[3] != FRAME_VERSION) {
    frame_error(incoming.id, "unknown protocol version");
    skip_left = length;
    header_have = 0;
    return FRAME_PARTIAL;
  }
  if (length == 0) return take_complete(out);
  incoming.payload = frame_map(length);
  if (incoming.payload == NULL) {
    frame_error(incoming.id, "no memory for this frame");
    skip_left = length;
    header_have = 0;
  }
  return FRAME_PARTIAL;
}

enum frame_progress frame_receive(struct frame *out) {
  static uint8_t discard[4096];
  uint8_t *into;
  size_t want;
  if (skip_left > 0) {
    into = discard;
    want = skip_left < sizeof discard ? skip_left : sizeof discard;
  } else if (header_have < FRAME_HEADER_BYTES) {
    into = header + header_have;
    want = FRAME_HEADER_BYTES - header_have;
  } else {
    into = incoming.payload + payload_have;
    want = incoming.length - payload_have;
  }
  ssize_t got = read(0, into, want);
  if (got < 0) return errno == EINTR || errno == EAGAIN ? FRAME_PARTIAL : FRAME_END;
  if (got == 0) return FRAME_END;
  if (skip_left > 0) {
    skip_left -= (uint32_t)got;
  } else if (header_have < FRAME_HEADER_BYTES) {
    header_have += (size_t)got;
    resynchronise();
    if (header_have == FRAME_HEADER_BYTES) return header_complete(out);
  } else {
    payload_have += (uint32_t)got;
    if (payload_have == incoming.length) return take_complete(out);
  }
  return FRAME_PARTIAL;
}

void frame_free(struct frame *frame) {
  frame_unmap(frame->payload, frame->length);
  memset(frame, 0, sizeof *frame);
}

static void write_all(struct iovec *vector, int count) {
  while (count > 0) {
    ssize_t wrote = writev(1, vector, count);
    if (wrote < 0) {
      if (errno == EINTR) continue;
      _exit(3);
    }
    while (count > 0 && (size_t)wrote >= vector->iov_len) {
      wrote -= (ssize_t)vector->iov_len;
      vector++;
      count--;
    }
    if (count > 0) {
      vector->iov_base = (uint8_t *)vector->iov_base + wrote;
      vector->iov_len -= (size_t)wrote;
    }
  }
}

void frame_send(uint8_t kind, uint32_t id, const struct frame_part *parts, int count) {
  uint8_t head[FRAME_HEADER_BYTES] = {magic[0], magic[1], magic[2], FRAME_VERSION, kind};
  struct iovec vector[5] = {{head, sizeof head}};
  uint32_t length = 0;
  for (int i = 0; i < count; i++) {
    vector[i + 1].iov_base = (void *)(uintptr_t)parts[i].data;
    vector[i + 1].iov_len = parts[i].length;
    length += (uint32_t)parts[i].length;
  }
  write_u32(head + 8, id);
  write_u32(head + 12, length);
  write_all(vector, count + 1);
}

void frame_error(uint32_t id, const char *text) {
  struct frame_part part = {text, strlen(text)};
  frame_send(REPLY_ERROR, id, &part, 1);
}

void frame_error_errno(uint32_t id, const char *what) {
  char text[256];
  snprintf(text, sizeof text, "%s: %s", what, strerror(errno));
  frame_error(id, text);
}

#ifdef __SANITIZE_ADDRESS__
/* From the heap, where the sanitizer sees an access beyond the end; who inherits it does not matter then. */
uint8_t *frame_map(size_t bytes) { return malloc(bytes); }

void frame_unmap(uint8_t *address, size_t bytes) {
  (void)bytes;
  free(address);
}
#else
uint8_t *frame_map(size_t bytes) {
  void *address = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (address == MAP_FAILED) return NULL;
  madvise(address, bytes, MADV_DONTFORK);
  return address;
}

void frame_unmap(uint8_t *address, size_t bytes) {
  if (address != NULL) munmap(address, bytes);
}
#endif

uint16_t read_u16(const uint8_t *b) { return (uint16_t)(b[0] << 8 | b[1]); }

uint32_t read_u32(const uint8_t *b) {
  return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

uint64_t read_u64(const uint8_t *b) { return (uint64_t)read_u32(b) << 32 | read_u32(b + 4); }

void write_u32(uint8_t *b, uint32_t value) {
  for (int i = 3; i >= 0; i--, value >>= 8) b[i] = (uint8_t)value;
}

void write_u64(uint8_t *b, uint64_t value) {
  write_u32(b, (uint32_t)(value >> 32));
  write_u32(b + 4, (uint32_t)value);
}
