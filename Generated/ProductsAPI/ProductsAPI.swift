// The contract of this module is Contracts/shop/products.yaml.
