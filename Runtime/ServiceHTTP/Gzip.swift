import CZlib
import ServiceCore

/// The gzip coding (RFC 1952) of whole bodies. The one door to zlib.
enum Gzip {
  /// How many times its size a body may grow when it is read: what grows more is a bomb.
  static let ratioLimit = 100

  /// The body compressed; nil where the coding would not make it smaller.
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

  /// The body as it was before it was compressed.
  ///
  /// - Throws: 413 beyond `limit` bytes or ``ratioLimit``; 400 for what is not one whole gzip member.
  static func decompress(_ bytes: [UInt8], limit: Int) throws(HTTPFault) -> [UInt8] {
    var stream = z_stream()
    guard charter_inflate_init(&stream) == Z_OK else { throw HTTPFault(503, "There is no memory to read the body.") }
    defer { inflateEnd(&stream) }
    let most = min(limit, max(65_536, bytes.count * ratioLimit))
    var size = min(most, max(1_024, bytes.count * 4))
    var result: [UInt8] = []
    while true {
      result += [UInt8](repeating: 0, count: size - result.count)
      let code = run(&stream, bytes, into: &result) { inflate(&$0, Z_SYNC_FLUSH) }
      if code == Z_STREAM_END {
        guard stream.total_in == bytes.count else { throw HTTPFault(400, "The body has bytes behind its end.") }
        result.removeLast(result.count - Int(stream.total_out))
        return result
      }
      guard code == Z_OK || code == Z_BUF_ERROR, Int(stream.total_out) == size else {
        throw HTTPFault(400, "The body is not sound gzip.")
      }
      guard size < most else { throw HTTPFault(413, "The body is larger than \(most) bytes once it is decompressed.") }
      size = min(most, size * 4)
    }
  }

  /// Undoes a request's content coding, of which gzip is the one there is (RFC 9110, section 8.4).
  static func decode(_ request: inout HTTPRequest, limit: Int) throws(HTTPFault) {
    let codings = request.headers.values("content-encoding").joined(separator: ",").lowercased().filter { $0 != " " }
    if codings == "identity" { return }
    guard codings == "gzip" || codings == "x-gzip", request.stream == nil else {
      throw HTTPFault(415, "The content encoding must be gzip, once, or none.")
    }
    request.body = try decompress(request.body, limit: max(limit, 1))
    request.headers["content-encoding"] = nil
  }

  /// Lets zlib go on from where it stands in both buffers.
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
