#include <zlib.h>

// These are macros in zlib, which Swift does not see.
static inline int charter_deflate_init(z_stream *stream, int level) {
  return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
static inline int charter_inflate_init(z_stream *stream) { return inflateInit2(stream, 15 + 16); }
