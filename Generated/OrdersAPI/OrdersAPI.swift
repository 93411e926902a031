// The contract of this module is Contracts/shop/orders.yaml.
