"""How the bot reaches the world: each adapter fulfils a port with one technology."""
