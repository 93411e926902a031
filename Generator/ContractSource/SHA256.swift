import COpenSSL

/// The SHA-256 digest of bytes (FIPS 180-4) in hexadecimal; nil when OpenSSL lacks the algorithm.
public func sha256(_ bytes: [UInt8]) -> String? {
  var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
  var count: UInt32 = 0
  guard EVP_Digest(bytes, bytes.count, &digest, &count, EVP_sha256(), nil) == 1 else { return nil }
  return digest.prefix(Int(count)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
