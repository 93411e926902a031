// The contract of this module is Contracts/platform/identity.yaml.
