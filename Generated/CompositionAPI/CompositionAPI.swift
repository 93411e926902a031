// The contract of this module is Contracts/platform/composition.yaml.
