// The contract of this module is Contracts/platform/event-bench.yaml.
