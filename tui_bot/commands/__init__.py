"""What the command line's verbs do, one module each; imported when the verb is used."""
