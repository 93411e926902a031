import CZlib
import ServiceCore

/// The gzip coding (RFC 1952) of complete bodies. The only wrapper of zlib.
package enum Gzip {
  /// The largest ratio of decompressed to compressed size: beyond it, the body is taken for a decompression bomb.
  static let ratioLimit = 100

  /// Compresses a body; nil when the result would not be smaller.
  static func compress(_ bytes: [UInt8]) -> [UInt8]? {
    var stream = z_stream()
    guard charter_deflate_init(&stream, 4) == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    var result = [UInt8](repeating: 0, count: bytes.count)
    let code = run(&stream, bytes, into: &result) { deflate(&$0, Z_FINISH) }
    guard code == Z_STREAM_END, Int(stream.total_out) < bytes.count else { return nil }
    result.removeLast(result.count - Int(stream.total_out))
    return result
  }

  /// Decompresses a body.
  ///
  /// - Throws: 413 beyond `limit` bytes or ``ratioLimit``; 400 for anything but exactly one complete gzip member; 503
  ///   when out of memory.
  package static func decompress(_ bytes: [UInt8], limit: Int) throws(HTTPFault) -> [UInt8] {
    var stream = z_stream()
    guard charter_inflate_init(&stream) == Z_OK else {
      throw HTTPFault(503, "There is not enough memory to read the body.")
    }
    defer { inflateEnd(&stream) }
    let maximum = min(limit, max(65_536, bytes.count * ratioLimit))
    var size = min(maximum, max(1_024, bytes.count * 4))
    var result: [UInt8] = []
    while true {
      result += [UInt8](repeating: 0, count: size - result.count)
      let code = run(&stream, bytes, into: &result) { inflate(&$0, Z_SYNC_FLUSH) }
      if code == Z_STREAM_END {
        guard stream.total_in == bytes.count else {
          throw HTTPFault(400, "The body has bytes after the end of its gzip data.")
        }
        result.removeLast(result.count - Int(stream.total_out))
        return result
      }
      guard code == Z_OK || code == Z_BUF_ERROR, Int(stream.total_out) == size else {
        throw HTTPFault(400, "The body is not valid gzip.")
      }
      guard size < maximum else { throw HTTPFault(413, "The decompressed body is larger than \(maximum) bytes.") }
      size = min(maximum, size * 4)
    }
  }

  /// Undoes a request's content coding. Only gzip is supported (RFC 9110, section 8.4).
  static func decode(_ request: inout HTTPRequest, limit: Int) throws(HTTPFault) {
    let codings = request.headers.values("content-encoding").joined(separator: ",").lowercased().filter { $0 != " " }
    if codings == "identity" { return }
    guard codings == "gzip" || codings == "x-gzip", request.stream == nil else {
      throw HTTPFault(415, "The content encoding must be a single gzip, or none.")
    }
    request.body = try decompress(request.body, limit: max(limit, 1))
    request.headers["content-encoding"] = nil
  }

  /// Lets zlib continue at its current offset in both buffers.
  private static func run(
    _ stream: inout z_stream, _ input: [UInt8], into output: inout [UInt8], _ step: (inout z_stream) -> Int32
  ) -> Int32 {
    let (read, made) = (Int(stream.total_in), Int(stream.total_out))
    return input.withUnsafeBufferPointer { input in
      output.withUnsafeMutableBufferPointer { output in
        // zlib reads through this pointer and never writes.
        stream.next_in = input.baseAddress.map { UnsafeMutablePointer(mutating: $0) + read }
        stream.avail_in = UInt32(clamping: input.count - read)
        stream.next_out = output.baseAddress.map { $0 + made }
        stream.avail_out = UInt32(clamping: output.count - made)
        return step(&stream)
      }
    }
  }
}
