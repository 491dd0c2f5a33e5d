"""The service in a process of its own, to be killed: `python -m tests.server.file_server FD`."""

import sys

import uvicorn

from server.http.app import create_app
from server.settings.settings import load_settings

if __name__ == "__main__":
    uvicorn.run(create_app(load_settings()), fd=int(sys.argv[1]), log_config=None)
