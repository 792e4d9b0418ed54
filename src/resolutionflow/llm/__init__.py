"""Language models: the only package that knows a vendor's client library."""
