"""The page and the JSON API: thin shells over ``assess``. Needs the extra ``foramen[web]``."""
