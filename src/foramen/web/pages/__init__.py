"""The pages people see, one module a part of the site."""
