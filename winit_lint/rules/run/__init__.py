"""WI0: the run itself. The driver reports these; the files hold their pages."""
