"""One module per PSA behind the contract in `contract.py`."""
