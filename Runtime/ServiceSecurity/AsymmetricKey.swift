import COpenSSL

/// How a token is signed (RFC 7518, section 3.1). There are no others: neither `none` nor a shared secret.
public enum SignatureAlgorithm: String, Sendable, CaseIterable {
  /// ECDSA on P-256 with SHA-256.
  case es256 = "ES256"
  /// RSASSA-PKCS1-v1_5 with SHA-256, and a modulus of at least 2,048 bits.
  case rs256 = "RS256"
}

/// An asymmetric key of OpenSSL, public or private, for one algorithm.
///
/// `@unchecked`: OpenSSL allows any thread to use a key that no longer changes (`provider-keymgmt(7)`), and this one does
/// not after its `init`.
final class AsymmetricKey: @unchecked Sendable {
  let algorithm: SignatureAlgorithm
  private let pointer: OpaquePointer

  /// Takes a key over; nil, and it is freed, for one that the algorithm does not allow.
  init?(_ pointer: OpaquePointer?, _ algorithm: SignatureAlgorithm) {
    guard let pointer else { return nil }
    self.pointer = pointer
    self.algorithm = algorithm
    let isAllowed =
      switch algorithm {
      case .es256: EVP_PKEY_is_a(pointer, "EC") == 1 && EVP_PKEY_get_bits(pointer) == 256 && isOnP256
      // Larger keys are refused, too: checking a signature by one takes a caller's time.
      case .rs256: EVP_PKEY_is_a(pointer, "RSA") == 1 && (2_048...8_192).contains(EVP_PKEY_get_bits(pointer))
      }
    if !isAllowed { return nil }
  }

  deinit { EVP_PKEY_free(pointer) }

  private var isOnP256: Bool {
    var name = [CChar](repeating: 0, count: 64)
    var count = 0
    return EVP_PKEY_get_group_name(pointer, &name, name.count, &count) == 1
      && ["prime256v1", "P-256"].contains { $0.utf8.elementsEqual(name.prefix(count).map { UInt8(bitPattern: $0) }) }
  }

  /// A new private key; nil where OpenSSL cannot make one.
  static func generate(_ algorithm: SignatureAlgorithm) -> AsymmetricKey? {
    let context = EVP_PKEY_CTX_new_from_name(nil, algorithm == .es256 ? "EC" : "RSA", nil)
    defer { EVP_PKEY_CTX_free(context) }
    guard EVP_PKEY_keygen_init(context) == 1 else { return nil }
    switch algorithm {
    case .es256: guard EVP_PKEY_CTX_set_group_name(context, "P-256") == 1 else { return nil }
    case .rs256: guard EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2_048) == 1 else { return nil }
    }
    var key: OpaquePointer?
    guard EVP_PKEY_generate(context, &key) == 1 else { return nil }
    return AsymmetricKey(key, algorithm)
  }

  // MARK: forms

  /// A public key of numbers: the coordinates on P-256, or modulus and exponent. Nil for numbers that make no valid key.
  static func publicKey(_ algorithm: SignatureAlgorithm, _ numbers: [[UInt8]]) -> AsymmetricKey? {
    guard numbers.count == 2, numbers.allSatisfy({ (1...1_024).contains($0.count) }) else { return nil }
    // SubjectPublicKeyInfo (RFC 5280, section 4.1; RFC 5480, section 2; RFC 8017, appendix A.1).
    let bytes: [UInt8]
    switch algorithm {
    case .es256:
      guard numbers.allSatisfy({ $0.count == 32 }) else { return nil }
      bytes = DER.sequence(DER.sequence(DER.ecPublicKey, DER.p256), DER.bits([4] + numbers[0] + numbers[1]))
    case .rs256:
      let key = DER.sequence(DER.integer(numbers[0]), DER.integer(numbers[1]))
      bytes = DER.sequence(DER.sequence(DER.rsaEncryption, DER.null), DER.bits(key))
    }
    return bytes.withUnsafeBufferPointer { bytes in
      var start = bytes.baseAddress
      guard let key = AsymmetricKey(d2i_PUBKEY(nil, &start, bytes.count), algorithm) else { return nil }
      let context = EVP_PKEY_CTX_new_from_pkey(nil, key.pointer, nil)
      defer { EVP_PKEY_CTX_free(context) }
      return EVP_PKEY_public_check(context) == 1 ? key : nil
    }
  }

  /// The numbers of the public key, as for ``publicKey(_:_:)``: coordinates of 32 bytes; numbers of RSA without leading
  /// zeros.
  var numbers: [[UInt8]] {
    switch algorithm {
    case .es256: [number(OSSL_PKEY_PARAM_EC_PUB_X, width: 32), number(OSSL_PKEY_PARAM_EC_PUB_Y, width: 32)]
    case .rs256: [number(OSSL_PKEY_PARAM_RSA_N), number(OSSL_PKEY_PARAM_RSA_E)]
    }
  }

  private func number(_ name: String, width: Int32? = nil) -> [UInt8] {
    var number: OpaquePointer?
    guard EVP_PKEY_get_bn_param(pointer, name, &number) == 1 else { return [] }
    defer { BN_free(number) }
    var bytes = [UInt8](repeating: 0, count: Int(width ?? (BN_num_bits(number) + 7) / 8))
    BN_bn2binpad(number, &bytes, Int32(truncatingIfNeeded: bytes.count))
    return bytes
  }

  /// A private key in DER, as ``der`` writes it; nil for anything else.
  static func privateKey(_ algorithm: SignatureAlgorithm, der: [UInt8]) -> AsymmetricKey? {
    der.withUnsafeBufferPointer { bytes in
      var start = bytes.baseAddress
      return AsymmetricKey(d2i_AutoPrivateKey(nil, &start, bytes.count), algorithm)
    }
  }

  /// The private key in DER.
  var der: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: max(0, Int(i2d_PrivateKey(pointer, nil))))
    let count = bytes.withUnsafeMutableBufferPointer { buffer in
      var start = buffer.baseAddress
      return i2d_PrivateKey(pointer, &start)
    }
    return Int(count) == bytes.count ? bytes : []
  }

  // MARK: signatures

  /// The signature of a message as a token carries it (RFC 7518, section 3.4: both numbers of 32 bytes); nil for a public
  /// key.
  func sign(_ message: [UInt8]) -> [UInt8]? {
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, pointer) == 1 else { return nil }
    var signature = [UInt8](repeating: 0, count: max(0, Int(EVP_PKEY_get_size(pointer))))
    var count = signature.count
    guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else { return nil }
    signature.removeLast(signature.count - count)
    return algorithm == .es256 ? Self.numbers(ofDER: signature) : signature
  }

  func verify(_ signature: [UInt8], of message: ArraySlice<UInt8>) -> Bool {
    guard let signature = algorithm == .es256 ? Self.der(ofNumbers: signature) : signature else { return false }
    let context = EVP_MD_CTX_new()
    defer { EVP_MD_CTX_free(context) }
    guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, pointer) == 1 else { return false }
    return message.withUnsafeBufferPointer {
      EVP_DigestVerify(context, signature, signature.count, $0.baseAddress, $0.count) == 1
    }
  }

  private static func numbers(ofDER der: [UInt8]) -> [UInt8]? {
    der.withUnsafeBufferPointer { bytes in
      var start = bytes.baseAddress
      guard let pair = d2i_ECDSA_SIG(nil, &start, bytes.count) else { return nil }
      defer { ECDSA_SIG_free(pair) }
      var numbers = [UInt8](repeating: 0, count: 64)
      let isWritten = numbers.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return false }
        return BN_bn2binpad(ECDSA_SIG_get0_r(pair), base, 32) == 32
          && BN_bn2binpad(ECDSA_SIG_get0_s(pair), base + 32, 32) == 32
      }
      return isWritten ? numbers : nil
    }
  }

  private static func der(ofNumbers numbers: [UInt8]) -> [UInt8]? {
    guard numbers.count == 64, let pair = ECDSA_SIG_new() else { return nil }
    defer { ECDSA_SIG_free(pair) }
    let (r, s) = (BN_bin2bn(Array(numbers[..<32]), 32, nil), BN_bin2bn(Array(numbers[32...]), 32, nil))
    guard ECDSA_SIG_set0(pair, r, s) == 1 else {
      BN_free(r)
      BN_free(s)
      return nil
    }
    var der = [UInt8](repeating: 0, count: max(0, Int(i2d_ECDSA_SIG(pair, nil))))
    let count = der.withUnsafeMutableBufferPointer { buffer in
      var start = buffer.baseAddress
      return i2d_ECDSA_SIG(pair, &start)
    }
    return Int(count) == der.count ? der : nil
  }
}

/// The few forms of DER (X.690) that a public key needs.
private enum DER {
  static let ecPublicKey: [UInt8] = [0x06, 7, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
  static let p256: [UInt8] = [0x06, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
  static let rsaEncryption: [UInt8] = [0x06, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
  static let null: [UInt8] = [0x05, 0]

  static func sequence(_ parts: [UInt8]...) -> [UInt8] { field(0x30, parts.flatMap(\.self)) }
  static func bits(_ content: [UInt8]) -> [UInt8] { field(0x03, [0] + content) }

  static func integer(_ number: [UInt8]) -> [UInt8] {
    let digits = Array(number.drop { $0 == 0 })
    return field(0x02, (digits.first ?? 0x80) >= 0x80 ? [0] + digits : digits)
  }

  private static func field(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    let count = content.count
    let length: [UInt8] =
      count < 0x80 ? [UInt8(count)] : [0x82, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
    return [tag] + length + content
  }
}
