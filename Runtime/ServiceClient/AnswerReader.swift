import ServiceCore

/// Whoever reads an answer that is a stream. When it is dropped, the transfer ends, read out or not; until then the
/// transfers' thread goes on, with or without its transport.
final class AnswerReader: Sendable {
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
        throw error.shown(operation)
      }
    } onCancel: {
      download.end(.cancelled)
      transfers.post(.end(exchange, .cancelled))
    }
  }
}
