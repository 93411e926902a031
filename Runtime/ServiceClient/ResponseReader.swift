import ServiceCore

/// Reads a streamed response. When it is dropped, the transfer ends, whether or not it was read to its end. Until then
/// the transfers' thread keeps running, even if the transport is dropped.
final class ResponseReader: Sendable {
  private let transfers: Transfers
  private let exchange: Exchange
  private let download: Download
  private let operation: OperationDescriptor

  init(_ download: Download, of exchange: Exchange, on transfers: Transfers, _ operation: OperationDescriptor) {
    self.transfers = transfers
    self.exchange = exchange
    self.download = download
    self.operation = operation
  }

  deinit { transfers.post(.end(exchange, .cancelled)) }

  func next() async throws -> [UInt8]? {
    try await withTaskCancellationHandler {
      do throws(Failure) {
        return try await download.next { transfers.post(.resumeReceiving(exchange)) }
      } catch {
        throw error.publicError(operation)
      }
    } onCancel: {
      download.end(.cancelled)
      transfers.post(.end(exchange, .cancelled))
    }
  }
}
