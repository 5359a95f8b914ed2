"""The web application: the API for kiosks and the pages for people, on one database."""

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from peewee import InterfaceError, OperationalError

from iqs_tui.central import api, pages
from iqs_tui.central.requests import Refusal, out_of_reach, refuse
from iqs_tui.central.security import add_headers
from iqs_tui.config import Config


def create_app(config: Config) -> FastAPI:
    """Make the application; the database is open and its schema up to date.

    The pages of FastAPI's own documentation are off: they fetch their scripts from another host.
    """
    app = FastAPI(title="iqs-tui central", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.config = config
    app.exception_handler(Refusal)(refuse)
    app.exception_handler(OperationalError)(out_of_reach)
    app.exception_handler(InterfaceError)(out_of_reach)
    app.middleware("http")(add_headers)
    app.include_router(api.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=pages.HERE / "static"))
    return app
