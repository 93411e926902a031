import ServiceHTTP
import TestProcesses

extension HTTPServerSettings {
  /// Settings whose timeouts end only a test that hangs.
  public static var patient: HTTPServerSettings {
    var settings = HTTPServerSettings()
    (settings.headTimeout, settings.bodyTimeout) = (hangGuard, hangGuard)
    (settings.idleTimeout, settings.writeTimeout) = (hangGuard, hangGuard)
    return settings
  }
}

extension HTTPClient.Limits {
  /// Limits whose times end only a test that hangs.
  public static var patient: HTTPClient.Limits {
    var limits = HTTPClient.Limits()
    (limits.connect, limits.answer, limits.poolWait) = (hangGuard, hangGuard, hangGuard)
    return limits
  }
}
