// The contract of this module is Contracts/platform/bench.yaml.
