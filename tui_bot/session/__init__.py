"""The only room that builds things: settings and a mode in, a wired engine out."""
