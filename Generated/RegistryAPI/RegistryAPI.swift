// The contract of this module is Contracts/platform/registry.yaml.
