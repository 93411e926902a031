// The contract of this module is Contracts/platform/notifications.yaml.
