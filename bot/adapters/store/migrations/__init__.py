"""The steps by which a database came to its present tables; each is never changed once it was released."""
