"""Updates on a session: to the ticket, to the customer by e-mail, or asking for information."""
