"""The patient view's logic: answers to a case, the next screen, what the end page says. No request is seen here."""
