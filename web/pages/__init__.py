"""The pages: what people look at, rendered on the server from the answers of the engine."""

from web.pages.routes import problem_page, router

__all__ = ["problem_page", "router"]
