"""The JSON API, version 1: stateless, like the library."""

from foramen.web.api.routes import router

__all__ = ["router"]
