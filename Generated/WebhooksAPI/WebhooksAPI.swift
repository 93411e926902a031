// The contract of this module is Contracts/platform/webhooks.yaml.
