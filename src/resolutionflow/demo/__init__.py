"""The demo workspace: an invented MSP with its clients and tickets, and simulators of the ticketing systems that hold them."""
