"""Transport around the routes: middleware, error answers, health."""
