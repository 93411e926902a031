// receipts.yaml
