#ifndef GRADING_FRAME_H
#define GRADING_FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_VERSION 1
#define FRAME_HEADER_BYTES 16
#define FRAME_MAX_PAYLOAD (64u << 20)

enum frame_kind {
  REQUEST_HELLO = 0x01,
  REQUEST_WRITE = 0x02,
  REQUEST_RUN = 0x03,
  REQUEST_KILL = 0x04,
  REQUEST_RESET = 0x05,
  REPLY_OK = 0x81,
  REPLY_OUTCOME = 0x82,
  REPLY_ERROR = 0x83,
  REPLY_HELLO = 0x84,
};

/* One request. The payload is its own mapping, which fork() does not copy: see frame_map. */
struct frame {
  uint8_t kind;
  uint32_t id;
  uint32_t length;
  uint8_t *payload;
};

enum frame_progress { FRAME_PARTIAL, FRAME_COMPLETE, FRAME_END };

/* One read of the control stream, which poll() has reported readable. Answers malformed frames by itself. */
enum frame_progress frame_receive(struct frame *out);
void frame_free(struct frame *frame);

struct frame_part {
  const void *data;
  size_t length;
};
/* Ends the process when nobody listens any more: that kills the whole container. */
void frame_send(uint8_t kind, uint32_t id, const struct frame_part *parts, int count);
void frame_error(uint32_t id, const char *text);
void frame_error_errno(uint32_t id, const char *what);

/* Anonymous memory that a forked child does not inherit, so that it is no part of the child's resident set. */
uint8_t *frame_map(size_t bytes);
void frame_unmap(uint8_t *address, size_t bytes);

uint16_t read_u16(const uint8_t *bytes);
uint32_t read_u32(const uint8_t *bytes);
uint64_t read_u64(const uint8_t *bytes);
void write_u32(uint8_t *bytes, uint32_t value);
void write_u64(uint8_t *bytes, uint64_t value);

#endif
