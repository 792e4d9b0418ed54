"""The ticketing system (PSA): connections, tickets, member mapping, settings and the writeback outbox."""
