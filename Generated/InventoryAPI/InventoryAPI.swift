// The contract of this module is Contracts/shop/inventory.yaml.
